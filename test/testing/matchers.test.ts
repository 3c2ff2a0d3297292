import 'charmwright/testing/vitest';

import { messageOf } from 'charmwright';
import { Context, Harness, type RunResult } from 'charmwright/testing';
import { expect, onTestFinished, test } from 'vitest';

import { Hello, type meta } from './fixture-charm.ts';

async function begun(): Promise<Harness<typeof meta, Hello>> {
  const harness = new Harness(Hello, { leader: true });
  onTestFinished(() => harness.close());
  await harness.addRelation('db', 'mysql', { appData: { host: 'db.local' } });
  harness.begin();
  return harness;
}

async function reached(): Promise<{ harness: Harness<typeof meta, Hello>; result: RunResult }> {
  const harness = await begun();
  await harness.hooksDisabled(() => harness.containerPebbleReady('web'));
  return { harness, result: await harness.run('web-pebble-ready') };
}

/** What a matcher says of a subject that it refuses, without colours. */
function complaint(assertion: () => void): string {
  try {
    assertion();
  } catch (error) {
    // oxlint-disable-next-line no-control-regex
    return messageOf(error).replaceAll(/\u001B\[\d+m/g, '');
  }
  return '';
}

test('the status is what the run set, and of a harness what shows', async () => {
  const { harness, result } = await reached();
  expect(result).toHaveStatus('active');
  expect(result).toHaveStatus('active', 'on 80');
  expect(harness).toHaveStatus('active', /^on \d+$/);
  expect(harness).toHaveAppStatus('active', /80/);
  expect(result).not.toHaveStatus('blocked');
  expect(result).not.toHaveStatus('active', 'on 8');
  expect(complaint(() => expect(result).toHaveStatus('blocked', 'no port'))).toBe(
    [
      "expected the unit's status to be",
      '  "blocked: "no port""',
      'but it is',
      '  "active: "on 80""',
    ].join('\n'),
  );
});

test('a run that set no status has none', async () => {
  const harness = await begun();
  const result = await harness.run('update-status');
  expect(result).not.toHaveStatus('active');
  expect(complaint(() => expect(result).toHaveAppStatus('active'))).toContain('no status was set');
});

test('a deferred event is found by its name, its handler and its reason', async () => {
  const harness = await begun();
  const result = await harness.run('web-pebble-ready');
  expect(result).toHaveDeferred();
  expect(result).toHaveDeferred('web-pebble-ready');
  expect(result).toHaveDeferred({ handler: 'ready', reason: /cannot be reached/ });
  expect(harness).toHaveDeferred({ event: 'web-pebble-ready' });
  expect(result).not.toHaveDeferred('config-changed');
  expect(result).not.toHaveDeferred({ handler: 'onConfigChanged' });
  expect(complaint(() => expect(result).toHaveDeferred('config-changed'))).toBe(
    [
      'expected to find config-changed in the deferral queue',
      '',
      'The queue holds:',
      '  web-pebble-ready by ready: web cannot be reached (0 attempts)',
    ].join('\n'),
  );
});

test('a walk is found by a node, an edge, a part of it and its whole line', async () => {
  const { result } = await reached();
  expect(result).toHaveWalked('start_web');
  expect(result).toHaveWalked('hook_fired');
  expect(result).toHaveWalked('can_connect=yes');
  expect(result).toHaveWalked('can_connect=yes start_web return');
  expect(result).toHaveWalked('can_connect start_web rtn');
  expect(result).toHaveWalked('ready:');
  expect(result).toHaveWalked('ready: can_connect=yes start_web return');
  for (const other of [
    'can_connect=no',
    'wait',
    'can_connect=yes return',
    'start_web can_connect=yes',
    'ready: can_connect=yes start_web',
    'start: can_connect=yes start_web return',
    'other:',
  ]) {
    expect(result).not.toHaveWalked(other);
  }
  expect(complaint(() => expect(result).toHaveWalked('can_connect=no'))).toBe(
    [
      'expected to find a walk along "can_connect=no"',
      '',
      'It walked:',
      '  ready: can_connect=yes start_web return',
    ].join('\n'),
  );
});

test('what was written into a databag is found by its keys, and by whose bag it is', async () => {
  const { harness } = await reached();
  const id = harness.relationId('db');
  const changed = await harness.run('db-relation-changed');
  expect(changed).toHaveSet({ seen: 'db.local' });
  expect(changed).toHaveSet({ seen: expect.stringContaining('db') });
  expect(changed).toHaveSet({ seen: /local$/ }, { endpoint: 'db', relationId: id, bag: 'unit' });
  expect(changed).not.toHaveSet({ seen: 'db.local' }, { bag: 'app' });
  expect(changed).not.toHaveSet({ seen: undefined });
  expect(changed).not.toHaveSet({ host: 'db.local' });
  await harness.updateConfig({ port: 8080 });
  expect(harness).toHaveSet({ port: '8080' }, { endpoint: 'cluster', bag: 'app' });
  await harness.updateRelationData(id, 'mysql', { host: undefined });
  expect(harness.runs.at(-1)).toHaveSet({ seen: undefined });
  expect(complaint(() => expect(harness).toHaveSet({ port: '80' }, { bag: 'app' }))).toBe(
    [
      'expected to find { port: "80" } written into the databag app',
      '',
      'It wrote:',
      "  db:1, the unit's bag (another databag)",
      '    seen: removed',
      "  cluster:0, the application's bag",
      '  - port: "8080"',
    ].join('\n'),
  );
});

test('a write that Juju refused does not count', async () => {
  const { harness } = await reached();
  harness.failHookTool('relation-set', { times: 1 });
  const failed = await harness.runExpectingError('db-relation-changed');
  expect(failed).toHaveCalled('relation-set');
  expect(failed).not.toHaveSet({ seen: 'db.local' });
});

test('log lines and hook tools are found', async () => {
  const { harness } = await reached();
  const result = await harness.run('update-status');
  expect(result).toHaveLogged('all is');
  expect(result).toHaveLogged(/well$/, 'info');
  expect(result).not.toHaveLogged('all is', 'error');
  expect(harness).toHaveCalled('status-set', ['active', 'on 80']);
  expect(result).not.toHaveCalled('status-set');
  expect(complaint(() => expect(harness).toHaveCalled('status-set', ['blocked']))).toContain(
    'It called:\n  status-set active on 80',
  );
  expect(complaint(() => expect(result).not.toHaveLogged('all is'))).toContain(
    'not to find a line',
  );
});

test('a state shows its statuses and its queue', async () => {
  const context = new Context(Hello);
  const { state } = await context.run(context.on.configChanged());
  expect(state).toHaveDeferred('config-changed');
  expect(state).toHaveStatus('unknown');
  expect(state).not.toHaveAppStatus('active');
  expect(context.state()).not.toHaveDeferred();
  expect(() => {
    // @ts-expect-error a state does not know how it came about
    expect(state).toHaveWalked('can_connect');
  }).toThrow('of a state only toHaveStatus');
});

test('anything else than a run or a harness is refused', () => {
  const wrong: unknown = { walks: [] };
  expect(() => {
    // @ts-expect-error nothing is known of it, so it has no such matcher
    expect(wrong).toHaveWalked('can_connect');
  }).toThrow(/neither a harness nor the result of a run/);
});
