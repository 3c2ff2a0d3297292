import { describe, expect, it } from 'vitest';
import { TerminatedError } from '../../src/dispatch/exit-code.ts';
import { LegacyHookError } from '../../src/dispatch/legacy-hook.ts';
import { ok, refuse, type CannedHookTools } from '../support/canned-hook-tools.ts';
import { ActiveStatus, type HelloCharm } from './hello-charm.ts';
import { runHello } from './run-hello.ts';

const uid = process.getuid?.();
const peers = { 'relation-ids': ['friends:4'], 'relation-get': {} };

function eventsOf({ log }: CannedHookTools): readonly unknown[] {
  return log
    .filter((line) => line.startsWith('TRACE '))
    .map((line): unknown => JSON.parse(line.slice('TRACE '.length)));
}

describe('the security log', () => {
  it('is silent about a hook in which nothing happened', async () => {
    const { tools } = await runHello({
      script: { configChanged: async (charm) => charm.unit.setStatus(new ActiveStatus()) },
    });
    expect(tools.log).toEqual([]);
    expect(tools.effects).toEqual(['status-set active -- ']);
  });

  it('tells what Juju denied to this unit', async () => {
    const { tools } = await runHello({
      answers: { 'status-set': refuse('permission denied') },
      script: {
        configChanged: async (charm) => {
          await charm.unit.setStatus(new ActiveStatus('up')).catch(() => undefined);
        },
      },
    });
    expect(eventsOf(tools)).toEqual([
      {
        datetime: '2026-11-25T00:00:00.000Z',
        level: 'CRITICAL',
        type: 'security',
        appid: 'b1c9d2a4-0000-4000-8000-000000000001-hello/0',
        event: 'authz_fail:status-set',
        description: 'Juju denied status-set to this unit',
      },
    ]);
  });

  it.each([
    ['fails otherwise', refuse('invalid status')],
    ['does not find what was asked for', refuse('relation not found')],
  ])('does not call it a denial when a tool %s', async (_what, answer) => {
    const { tools } = await runHello({
      answers: { 'status-set': answer },
      script: {
        configChanged: async (charm) => {
          await charm.unit.setStatus(new ActiveStatus('up')).catch(() => undefined);
        },
      },
    });
    expect(eventsOf(tools)).toEqual([]);
  });

  it.each<[string, (charm: HelloCharm) => Promise<unknown>]>([
    ['status-set', (charm) => charm.app.setStatus(new ActiveStatus('up'))],
    ['status-get', (charm) => charm.app.status()],
    ['secret-add', (charm) => charm.app.addSecret({ password: 'hunter2' })],
  ])('tells of %s, which is the leader’s and was not even asked of Juju', async (tool, want) => {
    const { tools } = await runHello({
      answers: { 'is-leader': false },
      script: { configChanged: async (charm) => void (await want(charm).catch(() => undefined)) },
    });
    expect(eventsOf(tools)).toMatchObject([{ level: 'CRITICAL', event: `authz_fail:${tool}` }]);
    expect(JSON.stringify(tools.log)).not.toContain('hunter2');
    expect(tools.effects).toEqual(['is-leader --format=json']);
  });

  it('tells the class of an error that nobody caught, and not what it says', async () => {
    class _PoolError extends Error {}
    const { result, tools } = await runHello({
      script: {
        configChanged: async () => {
          throw new _PoolError('no login as admin:hunter2');
        },
      },
    });
    expect(result.exitCode).toBe(1);
    expect(eventsOf(tools)).toMatchObject([
      {
        level: 'WARN',
        event: 'sys_crash:PoolError',
        description: 'config-changed threw PoolError, and nothing caught it',
      },
    ]);
    expect(JSON.stringify(eventsOf(tools))).not.toContain('hunter2');
  });

  it('takes no name of a class that is none', async () => {
    const { tools } = await runHello({
      script: {
        configChanged: async () => {
          throw Object.assign(new TypeError('no'), { name: 'admin:hunter2' });
        },
      },
    });
    expect(eventsOf(tools)).toMatchObject([{ event: 'sys_crash:Error' }]);
  });

  it('tells that a deferred event threw, though the hook goes on', async () => {
    const { store } = await runHello({
      script: { configChanged: async (_charm, event) => event.defer('later') },
    });
    const { result, tools } = await runHello({
      store,
      path: 'hooks/update-status',
      script: {
        configChanged: async () => {
          throw new RangeError('too many');
        },
      },
    });
    expect(result.exitCode).toBe(0);
    expect(eventsOf(tools)).toMatchObject([
      {
        event: 'sys_crash:RangeError',
        description: 'the deferred config-changed threw RangeError, and nothing caught it',
      },
    ]);
  });

  it('takes neither a signal nor a failing legacy hook for a crash', async () => {
    const ending = new AbortController();
    ending.abort(new TerminatedError('SIGTERM'));
    const terminated = await runHello({ signal: ending.signal });
    const legacy = await runHello({
      legacyHook: async () => {
        throw new LegacyHookError('hooks/config-changed', 3, 'ended with exit code 3');
      },
    });
    expect(terminated.result.exitCode).toBe(1);
    expect(legacy.result.exitCode).toBe(3);
    expect([...eventsOf(terminated.tools), ...eventsOf(legacy.tools)]).toEqual([]);
  });

  it('has the reboot before Juju is asked for it, which may end the process', async () => {
    const order: string[] = [];
    const note =
      (what: string) =>
      ({ args }: { readonly args: readonly string[] }) => {
        order.push([what, ...args].join(' '));
        return ok;
      };
    await runHello({
      script: { configChanged: async (charm) => charm.unit.reboot({ now: true }) },
      answers: { ...peers, 'juju-log': note('juju-log'), 'juju-reboot': note('juju-reboot') },
    });
    expect(order).toEqual([
      expect.stringContaining(`"event":"sys_restart:${uid}"`),
      'juju-reboot --now',
    ]);
  });

  it('has each event in an entry of its own, which a program can read', async () => {
    const { tools } = await runHello({
      answers: { 'is-leader': false },
      script: {
        configChanged: async (charm) => {
          charm.logger.trace('before');
          await charm.app.setStatus(new ActiveStatus('up')).catch(() => undefined);
          await charm.app.status().catch(() => undefined);
          charm.logger.trace('after');
        },
      },
    });
    const entries = tools.calls
      .filter(({ tool }) => tool === 'juju-log')
      .map(({ args }) => args.at(-1));
    expect(entries).toEqual([
      'before',
      expect.stringMatching(/^\{.*authz_fail:status-set.*\}$/),
      expect.stringMatching(/^\{.*authz_fail:status-get.*\}$/),
      'after',
    ]);
  });
});
