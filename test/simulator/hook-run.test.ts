import { describe, expect, it } from 'vitest';
import type { JujuEvent } from '../../src/simulator/juju-event.ts';
import { fixture, settle } from './fixture.ts';

const paths = {
  charmDir: '/var/lib/juju/agents/unit-proxy-0/charm',
  toolsDir: '/var/lib/juju/tools/unit-proxy-0',
  agentSocket: '/var/lib/juju/agents/unit-proxy-0/agent.socket',
  path: '/usr/bin:/bin:/charm/bin',
};

describe('a run', () => {
  it('applies relation data, state and ports when it commits', () => {
    const { juju, unit } = fixture();
    settle(unit);
    const run = unit.begin({ kind: 'update-status' });
    run.tool({ tool: 'relation-set', args: ['-r', '0', 'a=1'] });
    run.tool({ tool: 'state-set', args: ['k=v'] });
    run.tool({ tool: 'open-port', args: ['6432'] });
    expect([juju.relation(0).data('proxy/0')['a'], unit.storedState, unit.ports]).toEqual([
      undefined,
      {},
      [],
    ]);
    expect(run.commit()).toEqual({ committed: true });
    expect([juju.relation(0).data('proxy/0')['a'], unit.storedState, unit.ports]).toEqual([
      '1',
      { k: 'v' },
      ['6432/tcp'],
    ]);
  });

  it('drops them when it fails, and keeps status, version and log lines', () => {
    const { juju, unit } = fixture();
    settle(unit);
    const logged: JujuEvent[] = [];
    juju.subscribe((event) => {
      if (event.type === 'log') logged.push(event);
    });
    const run = unit.begin({ kind: 'update-status' });
    run.tool({ tool: 'relation-set', args: ['-r', '0', 'a=1'] });
    run.tool({ tool: 'state-set', args: ['k=v'] });
    run.tool({ tool: 'open-port', args: ['6432'] });
    run.tool({ tool: 'status-set', args: ['active', 'ready'] });
    run.tool({ tool: 'application-version-set', args: ['1.18'] });
    run.tool({ tool: 'juju-log', args: ['hello'] });
    run.fail('exit status 1');
    expect([juju.relation(0).data('proxy/0')['a'], unit.storedState, unit.ports]).toEqual([
      undefined,
      {},
      [],
    ]);
    expect(unit.status.status).toBe('error');
    unit.skipFailedHook();
    expect(unit.status).toMatchObject({ status: 'active', message: 'ready' });
    expect(juju.application('proxy').version).toBe('1.18');
    expect(logged).toMatchObject([{ level: 'INFO', message: 'hello' }]);
  });

  it('leaves the status that the charm set before start, and else says unknown', () => {
    const silent = fixture().unit;
    settle(silent);
    expect(silent.status).toMatchObject({ status: 'unknown' });
    const { unit } = fixture();
    settle(unit, (run) => {
      if (run.name === 'install') run.tool({ tool: 'status-set', args: ['blocked', 'why'] });
    });
    expect(unit.status).toMatchObject({ status: 'blocked', message: 'why' });
  });

  it('fails at its commit when the state would hold more than 2 MiB', () => {
    const { unit } = fixture();
    settle(unit);
    const run = unit.begin({ kind: 'update-status' });
    for (let key = 0; key < 33; key += 1) {
      run.tool({ tool: 'state-set', args: [`key-${key}=${'x'.repeat(65_536)}`] });
    }
    expect(run.commit()).toEqual({ committed: false, reason: 'state of proxy/0 exceeds 2 MiB' });
    expect(unit.storedState).toEqual({});
  });

  it('fails at its commit when the leadership was lost after the leader wrote', () => {
    const { juju, unit } = fixture();
    juju.application('proxy').addUnit();
    settle(unit);
    const run = unit.begin({ kind: 'update-status' });
    expect(run.tool({ tool: 'relation-set', args: ['-r', '0', '--app', 'a=1'] }).code).toBe(0);
    juju.application('proxy').setLeader('proxy/1');
    expect(run.commit()).toMatchObject({ committed: false });
    expect(juju.relation(0).data('proxy')).toEqual({});
    expect(unit.failed?.hook).toEqual({ kind: 'update-status' });
  });

  it('fails at its commit when a databag has become too big', () => {
    const { juju, unit } = fixture();
    settle(unit);
    const write = (size: number): unknown => {
      const run = unit.begin({ kind: 'update-status' });
      run.tool({ tool: 'relation-set', args: ['-r', '0', `a=${'x'.repeat(size)}`] });
      return run.commit();
    };
    expect(write(16 * 1024 * 1024)).toMatchObject({ committed: false });
    expect(juju.relation(0).data('proxy/0')).not.toHaveProperty('a');
    expect(write(15 * 1024 * 1024)).toEqual({ committed: true });
  });

  it('repeats the hook without an error when the process was killed', () => {
    const { unit } = fixture();
    const hook = unit.nextHook();
    unit.begin(hook!).requeue();
    expect([unit.nextHook(), unit.failed]).toEqual([hook, undefined]);
  });

  it('refuses calls with the id of an earlier run, and all calls after its end', () => {
    const { unit } = fixture();
    const old = unit.begin({ kind: 'install' });
    old.commit();
    const run = unit.begin({ kind: 'start' });
    expect(run.tool({ tool: 'is-leader', args: [], contextId: old.contextId })).toMatchObject({
      code: 1,
      stderr: `ERROR bad request: expected context id "${run.contextId}", got "${old.contextId}"\n`,
    });
    run.commit();
    expect(run.tool({ tool: 'is-leader', args: [] }).code).toBe(1);
  });

  it('names its context after unit and hook, with 32 digits that differ from run to run', () => {
    const { unit } = fixture();
    const [first, second] = [unit.begin({ kind: 'install' }), unit.begin({ kind: 'install' })];
    expect(first.contextId).toMatch(/^proxy\/0-install-[0-9a-f]{32}$/);
    expect(second.contextId).not.toBe(first.contextId);
  });

  it('answers a repeated read of another unit with the same content', () => {
    const { juju, unit } = fixture();
    juju.addRemoteApplication('pg').addUnit();
    const relation = juju.relate('proxy:db', 'pg:database');
    settle(unit);
    const run = unit.begin({ kind: 'update-status' });
    const read = (): string =>
      run.tool({ tool: 'relation-get', args: ['-r', '1', 'host', 'pg/0'] }).stdout;
    relation.update('pg/0', { host: 'a' });
    expect(read()).toBe('a\n');
    relation.update('pg/0', { host: 'b' });
    expect(read()).toBe('a\n');
  });

  it('answers is-leader with false for the rest of the run once it did', () => {
    const { juju, unit } = fixture();
    const app = juju.application('proxy');
    const run = unit.begin({ kind: 'install' });
    const ask = (): string => run.tool({ tool: 'is-leader', args: [] }).stdout;
    expect(ask()).toBe('True\n');
    app.setLeader(undefined);
    expect(ask()).toBe('False\n');
    app.setLeader('proxy/0');
    expect(ask()).toBe('False\n');
  });

  it('tells listeners in order what happens', () => {
    const { juju, unit } = fixture();
    const types: string[] = [];
    const stop = juju.subscribe(({ type }) => types.push(type));
    unit.begin({ kind: 'install' }).commit();
    stop();
    unit.begin({ kind: 'start' }).commit();
    expect(types).toEqual([
      'hook-begun',
      'agent-status',
      'unit-status',
      'agent-status',
      'hook-committed',
    ]);
  });
});

describe('the environment of a run', () => {
  it('holds what Juju passes and nothing of the surrounding process', () => {
    const { unit } = fixture();
    const run = unit.begin({ kind: 'install' });
    const environment = run.environment(paths);
    expect(environment).toMatchObject({
      CHARM_DIR: paths.charmDir,
      JUJU_CHARM_DIR: paths.charmDir,
      JUJU_CONTEXT_ID: run.contextId,
      JUJU_DISPATCH_PATH: 'hooks/install',
      JUJU_HOOK_NAME: 'install',
      JUJU_MACHINE_ID: '',
      JUJU_UNIT_NAME: 'proxy/0',
      JUJU_VERSION: '3.6.9',
      JUJU_SLA: 'unsupported',
      PATH: `${paths.toolsDir}:${paths.path}`,
    });
    for (const name of ['HOME', 'USER', 'TMPDIR', 'NODE_OPTIONS', 'JUJU_REMOTE_UNIT']) {
      expect(environment).not.toHaveProperty(name);
    }
  });

  it('says JUJU_SLA on 2.9, too', () => {
    const { unit } = fixture({ version: '2.9.51' });
    const environment = unit.begin({ kind: 'install' }).environment(paths);
    expect(environment['JUJU_SLA']).toBe('unsupported');
  });

  it('leaves out JUJU_SLA from 4.0 on', () => {
    const { unit } = fixture({ version: '4.0.1' });
    expect(unit.begin({ kind: 'install' }).environment(paths)).not.toHaveProperty('JUJU_SLA');
  });

  const relation = { endpoint: 'db', relationId: 3, remoteApp: 'pg' } as const;
  it.each([
    [
      { kind: 'relation-created', ...relation } as const,
      {
        JUJU_REMOTE_UNIT: '',
        JUJU_REMOTE_APP: 'pg',
        JUJU_RELATION: 'db',
        JUJU_RELATION_ID: 'db:3',
      },
    ],
    [
      { kind: 'relation-joined', ...relation, remoteUnit: 'pg/1' } as const,
      { JUJU_REMOTE_UNIT: 'pg/1', JUJU_DEPARTING_UNIT: undefined },
    ],
    [
      {
        kind: 'relation-departed',
        ...relation,
        remoteUnit: 'pg/1',
        departingUnit: 'proxy/0',
      } as const,
      { JUJU_REMOTE_UNIT: 'pg/1', JUJU_DEPARTING_UNIT: 'proxy/0' },
    ],
    [
      { kind: 'pebble-ready', container: 'web', bootId: 'b' } as const,
      { JUJU_WORKLOAD_NAME: 'web', JUJU_HOOK_NAME: 'web-pebble-ready' },
    ],
  ])('says what %j is about', (hook, expected) => {
    const { unit } = fixture();
    const environment = unit.begin(hook).environment(paths);
    for (const [name, value] of Object.entries(expected)) expect(environment[name]).toBe(value);
  });
});
