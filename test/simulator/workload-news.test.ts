import { describe, expect, it } from 'vitest';
import type { Hook } from '../../src/simulator/hook.ts';
import { parseAccounts } from '../../src/simulator/pebble/accounts.ts';
import { createPebbleCore } from '../../src/simulator/pebble/create-pebble-core.ts';
import { manualClock } from '../../src/simulator/pebble/manual-clock.ts';
import { memoryFileSystem } from '../../src/simulator/pebble/memory-file-system.ts';
import { pretendLauncher } from '../../src/simulator/pebble/pretend-launcher.ts';
import type { SimulatedUnit } from '../../src/simulator/simulated-unit.ts';
import { fixture, meta, settle, step, type Fixture } from './fixture.ts';

const charm = { ...meta, containers: { web: {}, db: {} } };

function settled(version = '3.6.9'): Fixture {
  const made = fixture({ version }, charm);
  settle(made.unit);
  return made;
}

function custom(id: string, key = `example.com/${id}`): { id: string; type: string; key: string } {
  return { id, type: 'custom', key };
}

function checkUpdate(
  id: string,
  kind: string,
  changeStatus?: string,
): Parameters<SimulatedUnit['pebbleNotice']>[1] {
  const data = { kind, 'check-name': 'up' };
  return { id, type: 'change-update', key: `c${id}`, data, changeStatus };
}

/** The ids of the custom notices and the names of the checks that the charm is told of. */
function told(unit: SimulatedUnit): string[] {
  const hooks: string[] = [];
  for (let hook = step(unit); hook !== undefined; hook = step(unit)) hooks.push(subject(hook));
  return hooks;
}

function subject(hook: Hook): string {
  if (hook.kind === 'pebble-custom-notice') return `${hook.container} ${hook.noticeId}`;
  return 'check' in hook ? `${hook.container} ${hook.kind} ${hook.check}` : hook.kind;
}

/** What a unit is told of a custom notice and of a check that failed. */
function hearing(version: string): string[] {
  const { unit } = settled(version);
  unit.pebbleNotice('web', custom('1'));
  unit.pebbleNotice('web', checkUpdate('2', 'perform-check', 'Error'));
  return told(unit);
}

describe('a notice of a container', () => {
  it('brings a hook with its id, type and key', () => {
    const { unit } = settled();
    unit.pebbleNotice('web', custom('7', 'example.com/done'));
    const hook = unit.nextHook();
    const run = unit.begin(hook!);
    const paths = { charmDir: '', toolsDir: '', agentSocket: '', path: '' };
    expect(run.environment(paths)).toMatchObject({
      JUJU_HOOK_NAME: 'web-pebble-custom-notice',
      JUJU_NOTICE_ID: '7',
      JUJU_NOTICE_KEY: 'example.com/done',
      JUJU_NOTICE_TYPE: 'custom',
      JUJU_WORKLOAD_NAME: 'web',
    });
    run.commit();
    expect(unit.nextHook()).toBeUndefined();
  });

  it('is told in the order of its container, and each time that it repeats', () => {
    const { unit } = settled();
    for (const id of ['1', '2', '1']) unit.pebbleNotice('web', custom(id));
    unit.pebbleNotice('db', custom('9'));
    const order = told(unit);
    expect(order.filter((each) => each.startsWith('web'))).toEqual(['web 1', 'web 2', 'web 1']);
    expect(order).toContain('db 9');
  });

  it('comes in an order of containers that the seed decides', () => {
    const orders = Array.from({ length: 30 }, (_, seed) => {
      const { unit } = fixture({ seed }, charm);
      settle(unit);
      unit.pebbleNotice('web', custom('1'));
      unit.pebbleNotice('db', custom('1'));
      return told(unit).join(' ');
    });
    expect(new Set(orders)).toEqual(new Set(['web 1 db 1', 'db 1 web 1']));
  });

  it('says that a check failed or recovered once its change has ended that way', () => {
    const { unit } = settled();
    unit.pebbleNotice('web', checkUpdate('1', 'perform-check', 'Doing'));
    unit.pebbleNotice('web', checkUpdate('1', 'perform-check', 'Error'));
    unit.pebbleNotice('web', checkUpdate('2', 'recover-check', 'Doing'));
    unit.pebbleNotice('web', checkUpdate('2', 'recover-check', 'Done'));
    unit.pebbleNotice('web', checkUpdate('3', 'perform-check'));
    unit.pebbleNotice('web', checkUpdate('4', 'replan', 'Done'));
    unit.pebbleNotice('web', { id: '5', type: 'warning', key: 'careful' });
    const hook = unit.nextHook();
    const run = unit.begin(hook!);
    const paths = { charmDir: '', toolsDir: '', agentSocket: '', path: '' };
    expect(run.environment(paths)).toMatchObject({ JUJU_PEBBLE_CHECK_NAME: 'up' });
    run.commit();
    expect([subject(hook!), ...told(unit)]).toEqual([
      'web pebble-check-failed up',
      'web pebble-check-recovered up',
      'web pebble-check-failed up',
    ]);
  });

  it('is passed on from Juju 3.4, and checks from 3.6', () => {
    expect(hearing('3.3.1')).toEqual([]);
    expect(hearing('3.4.0')).toEqual(['web 1']);
    expect(hearing('4.0.1')).toEqual(['web 1', 'web pebble-check-failed up']);
  });

  it('is told again after the agent restarted, unless Pebble has dropped it', () => {
    const { unit, clock } = settled();
    unit.pebbleNotice('web', custom('1'));
    told(unit);
    clock.advance(6 * 24 * 3_600_000);
    unit.pebbleNotice('web', custom('2'));
    unit.pebbleNotice('web', custom('3'));
    unit.pebbleNotice('web', custom('2'));
    told(unit);
    clock.advance(2 * 24 * 3_600_000);
    unit.agentRestarted();
    expect(told(unit).filter((each) => each.startsWith('web'))).toEqual(['web 3', 'web 2']);
  });

  it('is told again with all before it when its hook fails, for the watch begins anew', () => {
    const { unit } = settled();
    unit.pebbleNotice('web', custom('1'));
    unit.pebbleNotice('web', custom('2'));
    step(unit);
    unit.begin(unit.nextHook()!).fail('exit status 1');
    expect(unit.nextHook()).toMatchObject({ kind: 'pebble-custom-notice', noticeId: '2' });
    expect(told(unit)).toEqual(['web 2', 'web 1']);
  });

  it('goes with its container when that boots anew, and with its pod', () => {
    const { unit } = settled();
    unit.containerBooted('web', 'boot-1');
    settle(unit);
    unit.pebbleNotice('web', custom('1'));
    unit.containerBooted('web', 'boot-2');
    expect(settle(unit)).toEqual(['web-pebble-ready']);
    unit.pebbleNotice('web', custom('1'));
    unit.podReplaced();
    expect(settle(unit)).not.toContain('web-pebble-custom-notice');
  });

  it('is not told to a unit that is dying', () => {
    const { juju, unit } = settled();
    unit.pebbleNotice('web', custom('1'));
    juju.application('proxy').removeUnit(unit.name);
    expect(settle(unit)).toEqual(['stop', 'remove']);
  });
});

describe('the Pebble of a container', () => {
  it('has its notices and its checks told to the charm', async () => {
    const { unit } = settled();
    const clock = manualClock();
    let exitCode = 1;
    const core = createPebbleCore({
      launcher: pretendLauncher({
        programs: {
          '/bin/check': (process) => {
            process.exit(exitCode);
          },
        },
      }),
      files: memoryFileSystem({ clock }),
      clock,
      accounts: parseAccounts('root:x:0:0:root:/root:/bin/sh', 'root:x:0:'),
    });
    const stop = unit.watchPebble('web', core);
    const post = async (path: string, body: object): Promise<number> => {
      const { status } = await core.handle({ method: 'POST', path, body: JSON.stringify(body) });
      return status;
    };
    const layer = [
      'checks: {up: {override: replace, period: 1s, threshold: 1, exec: {command: /bin/check}}}',
    ].join('\n');
    await post('/v1/layers', { action: 'add', label: 'a', format: 'yaml', layer });
    await post('/v1/notices', { action: 'add', type: 'custom', key: 'example.com/done' });
    expect(unit.nextHook()).toMatchObject({ noticeKey: 'example.com/done' });
    settle(unit);
    await clock.advance(1000);
    expect(told(unit)).toEqual(['web pebble-check-failed up']);
    exitCode = 0;
    await clock.advance(1000);
    expect(told(unit)).toEqual(['web pebble-check-recovered up']);
    stop();
    await post('/v1/notices', { action: 'add', type: 'custom', key: 'example.com/more' });
    expect(unit.nextHook()).toBeUndefined();
    await core.close();
  });
});
