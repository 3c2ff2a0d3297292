import { expect, test } from 'vitest';

import { PebbleClient } from '../../src/pebble/index.ts';
import { refuse, ScriptedTransport, sync } from './scripted-transport.ts';

test('reads what a daemon says of a check, and what an older one leaves out', async () => {
  const transport = new ScriptedTransport(
    sync([
      {
        name: 'web',
        level: 'ready',
        startup: 'disabled',
        status: 'down',
        successes: 0,
        failures: 4,
        threshold: 2,
        'change-id': '9',
        'prev-change-id': '8',
        more: 1,
      },
      { name: 'old', status: 'sleepy', threshold: 3 },
    ]),
  );
  const checks = await new PebbleClient(transport).checks({
    level: 'ready',
    names: ['web', 'old'],
  });
  expect(checks).toEqual([
    {
      name: 'web',
      level: 'ready',
      startup: 'disabled',
      status: 'down',
      successes: 0,
      failures: 4,
      threshold: 2,
      changeId: '9',
      previousChangeId: '8',
    },
    {
      name: 'old',
      level: undefined,
      startup: 'enabled',
      status: 'sleepy',
      successes: undefined,
      failures: 0,
      threshold: 3,
      changeId: undefined,
      previousChangeId: undefined,
    },
  ]);
  expect(transport.sent[0]?.query).toEqual({ level: 'ready', names: 'web,old' });
});

test('starts, stops and runs checks', async () => {
  const info = { name: 'a', status: 'up', threshold: 3 };
  const transport = new ScriptedTransport(
    sync({ changed: ['a'] }),
    sync({ changed: null }),
    sync({ info, error: 'exit status 1' }),
    refuse(404, 'cannot find check with name "b"'),
  );
  const client = new PebbleClient(transport);
  await expect(client.startChecks(['a', 'b'])).resolves.toEqual(['a']);
  await expect(client.stopChecks(['a'])).resolves.toEqual([]);
  await expect(client.runCheck('a')).resolves.toMatchObject({
    check: { name: 'a' },
    error: 'exit status 1',
  });
  await expect(client.runCheck('b')).rejects.toMatchObject({ code: 'pebble-api', status: 404 });
  expect(transport.sent.map(({ path, body }) => [path, body])).toEqual([
    ['/v1/checks', { action: 'start', checks: ['a', 'b'] }],
    ['/v1/checks', { action: 'stop', checks: ['a'] }],
    ['/v1/checks/refresh', { name: 'a' }],
    ['/v1/checks/refresh', { name: 'b' }],
  ]);
});
