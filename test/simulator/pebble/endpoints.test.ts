import { expect, test } from 'vitest';

import { systemClock } from '../../../src/simulator/pebble/clock.ts';
import { coreFixture, textOf } from './core-fixture.ts';

test.each([
  ['POST', '/v1/pairing', 401, 'access denied'],
  ['GET', '/v1/warnings', 404, 'invalid API endpoint requested'],
  ['DELETE', '/v1/services', 405, 'method "DELETE" not allowed'],
  ['GET', '/v1/services/', 404, 'invalid API endpoint requested'],
  ['GET', '/v1/services/web', 400, 'not implemented'],
  ['GET', '/v1/tasks/1/websocket/stdio', 404, 'cannot find task "1"'],
  ['POST', '/v1/tasks/1/websocket/stdio', 405, 'method "POST" not allowed'],
])('%s %s is refused in the shape of an error with %i', async (method, path, status, message) => {
  const { core } = coreFixture();
  const response = await core.handle({ method, path });
  expect(response.status).toBe(status);
  expect(JSON.parse(await textOf(response.body))).toMatchObject({
    type: 'error',
    'status-code': status,
    result: { message },
  });
});

test('a doubled slash is sent to the path without it', async () => {
  const { core } = coreFixture();
  const response = await core.handle({ method: 'GET', path: '/v1//services' });
  expect(response).toMatchObject({ status: 301, headers: { location: '/v1/services' } });
});

test('the first layers are the plan, by their numbers', async () => {
  const { get } = coreFixture({
    layers: [
      { order: 2, label: 'over', text: 'services: {web: {override: merge, startup: enabled}}' },
      { order: 1, label: 'base', text: 'services: {web: {override: replace, command: web}}' },
    ],
  });
  expect((await get('/v1/plan', { format: 'yaml' })).result).toBe(
    'services:\n    web:\n        startup: enabled\n        override: replace\n        command: web\n',
  );
});

test('following logs begins with the lines asked for and ends with the client', async () => {
  const pebble = coreFixture();
  await pebble.addLayer({ web: { override: 'replace', command: '/bin/web' } });
  await pebble.act('start', 'web');
  pebble.launcher.running('web')?.write('one\ntwo\n');
  const client = new AbortController();
  const { body } = await pebble.core.handle({
    method: 'GET',
    path: '/v1/logs',
    query: { follow: 'true', n: '1' },
    signal: client.signal,
  });
  const messages: unknown[] = [];
  for await (const chunk of body) {
    const lines = Buffer.from(chunk).toString('utf8').trim().split('\n');
    messages.push(...lines.map((line): unknown => JSON.parse(line)));
    if (messages.length === 1) {
      pebble.launcher.running('web')?.write('three\n');
    } else {
      client.abort();
    }
  }
  expect(messages).toEqual([
    { time: '2026-01-01T00:00:02.000Z', service: 'web', message: 'two' },
    { time: '2026-01-01T00:00:02.000Z', service: 'web', message: 'three' },
  ]);
});

test('a long line is cut, and the oldest output goes first', async () => {
  const pebble = coreFixture();
  await pebble.addLayer({ web: { override: 'replace', command: '/bin/web' } });
  await pebble.act('start', 'web');
  pebble.launcher.running('web')?.write(`first\n${'x'.repeat(5000)}\n`);
  const cut = await pebble.get('/v1/logs', { n: '-1' });
  expect(cut.text.trim().split('\n')).toHaveLength(3);
  pebble.launcher.running('web')?.write(`${'y'.repeat(1000)}\n`.repeat(110));
  const rest = await pebble.get('/v1/logs', { n: '-1' });
  expect(rest.text).not.toContain('first');
  expect(rest.text.length).toBeGreaterThan(90_000);
});

test('a client that follows logs and does not read misses the oldest lines', async () => {
  const pebble = coreFixture();
  await pebble.addLayer({ web: { override: 'replace', command: '/bin/web' } });
  await pebble.act('start', 'web');
  pebble.launcher.running('web')?.write('begin\n');
  const client = new AbortController();
  const { body } = await pebble.core.handle({
    method: 'GET',
    path: '/v1/logs',
    query: { follow: 'true', n: '1' },
    signal: client.signal,
  });
  const chunks = body[Symbol.asyncIterator]();
  await chunks.next();
  for (let line = 0; line < 12_000; line += 1) {
    pebble.launcher.running('web')?.write(`line ${line}\n`);
  }
  const next = await chunks.next();
  const lines = Buffer.from(next.value).toString('utf8').trim().split('\n');
  expect(lines).toHaveLength(10_000);
  expect(lines.at(-1)).toContain('line 11999');
  client.abort();
  await chunks.return?.();
});

test('the system clock waits for the longest delay and not for none', async () => {
  let rung = false;
  const cancel = systemClock.after(1000 * 3600 * 1000, () => {
    rung = true;
  });
  await new Promise((resolve) => {
    systemClock.after(20, () => {
      resolve(undefined);
    });
  });
  cancel();
  expect(rung).toBe(false);
});

test('a thousand changes are remembered, the latest', async () => {
  const pebble = coreFixture();
  for (let count = 0; count < 1002; count += 1) await pebble.ask('replan');
  const { result } = await pebble.get('/v1/changes', { select: 'all' });
  expect(result).toHaveLength(1000);
  expect((await pebble.get('/v1/changes/2')).status).toBe(404);
  expect((await pebble.get('/v1/changes/1002')).status).toBe(200);
});

async function* endlessJson(): AsyncGenerator<Uint8Array> {
  yield Buffer.from('{"action":"');
  for (;;) yield Buffer.alloc(1024 * 1024, 'x');
}

test('a body of JSON that never ends is refused', async () => {
  const { core } = coreFixture();
  const response = await core.handle({ method: 'POST', path: '/v1/services', body: endlessJson() });
  expect(response.status).toBe(400);
  expect(await textOf(response.body)).toContain('the body is longer than 67108864 bytes');
});
