import { describe, expect, test } from 'vitest';
import * as z from 'zod';

import type { MessageConnection } from '../../../src/pebble/message-transport.ts';
import { parseAccounts } from '../../../src/simulator/pebble/accounts.ts';
import { messagePair } from '../../../src/simulator/pebble/exec/message-pair.ts';
import type { PretendProgram } from '../../../src/simulator/pebble/pretend-launcher.ts';
import { coreFixture, textOf, type CoreFixture, type FixtureOptions } from './core-fixture.ts';

const end = '{"command":"end"}';
const lost = new Error('lost');

const programs: Record<string, PretendProgram | undefined> = {
  '/bin/echo': (process) => {
    process.write(`${process.spec.argv.slice(1).join(' ')}\n`);
    process.writeError('said\n');
    process.exit(0);
  },
  '/bin/upper': (process) => {
    process.onInput((text) => {
      process.write(text.toUpperCase());
      process.exit(3);
    });
  },
  '/bin/sleep': () => undefined,
};

const startedSchema = z.object({
  'task-id': z.string(),
  environment: z.record(z.string(), z.string()),
  'working-dir': z.string(),
});

interface Executed {
  readonly change: string;
  readonly task: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly workingDirectory: string;
}

function fixture(options: FixtureOptions = {}): CoreFixture {
  const pebble = coreFixture({ programs, ...options });
  pebble.files.putDirectory('/root');
  return pebble;
}

async function exec(pebble: CoreFixture, body: object): Promise<Executed> {
  const reply = await pebble.post('/v1/exec', body);
  expect(reply).toMatchObject({ status: 202 });
  const result = startedSchema.parse(reply.result);
  return {
    change: reply.change ?? '',
    task: result['task-id'],
    environment: result.environment,
    workingDirectory: result['working-dir'],
  };
}

async function open(pebble: CoreFixture, task: string, name: string): Promise<MessageConnection> {
  const path = `/v1/tasks/${task}/websocket/${name}`;
  const upgrade = await pebble.core.upgrade({ method: 'GET', path });
  if (!upgrade.accepted) throw new Error(await textOf(upgrade.response.body));
  const { client, daemon } = messagePair(() => lost);
  upgrade.begin(daemon);
  return client;
}

/** What a stream brings up to the mark of its end. */
async function heard({ messages }: MessageConnection): Promise<string> {
  let text = '';
  for await (const message of messages) {
    if (message === end) return text;
    text += typeof message === 'string' ? message : Buffer.from(message).toString('utf8');
  }
  throw new Error('the stream ended without its mark');
}

async function settled(pebble: CoreFixture): Promise<void> {
  await pebble.clock.advance(0);
}

describe('a command', () => {
  test('starts when its streams are connected, and tells how it ended', async () => {
    const pebble = fixture();
    const { change, task } = await exec(pebble, {
      command: ['/bin/echo', 'a', 'b'],
      'split-stderr': true,
    });
    const stdio = await open(pebble, task, 'stdio');
    expect(pebble.launcher.processes).toHaveLength(0);
    const stderr = await open(pebble, task, 'stderr');
    await expect(Promise.all([heard(stdio), heard(stderr)])).resolves.toEqual(['a b\n', 'said\n']);
    await settled(pebble);
    await expect(pebble.get(`/v1/changes/${change}`)).resolves.toMatchObject({
      result: {
        kind: 'exec',
        summary: 'Execute command "/bin/echo"',
        status: 'Done',
        tasks: [{ kind: 'exec', data: { 'exit-code': 0 } }],
      },
    });
  });

  test('writes to one stream what is not split', async () => {
    const pebble = fixture();
    const { task } = await exec(pebble, { command: ['/bin/echo', 'a'] });
    await expect(heard(await open(pebble, task, 'stdio'))).resolves.toBe('a\nsaid\n');
  });

  test('is given its input, up to the mark of its end', async () => {
    const pebble = fixture();
    const { change, task } = await exec(pebble, { command: ['/bin/upper'] });
    const stdio = await open(pebble, task, 'stdio');
    await stdio.send(Buffer.from('some '));
    await stdio.send(Buffer.from('words'));
    await stdio.send(end);
    await expect(heard(stdio)).resolves.toBe('SOME WORDS');
    await settled(pebble);
    await expect(pebble.get(`/v1/changes/${change}`)).resolves.toMatchObject({
      result: { status: 'Done', tasks: [{ data: { 'exit-code': 3 } }] },
    });
  });

  test('is given up when its streams do not come within five seconds', async () => {
    const pebble = fixture();
    const { change, task } = await exec(pebble, { command: ['/bin/sleep'] });
    await pebble.clock.advance(4_999);
    await expect(pebble.change(change)).resolves.toMatchObject({ status: 'Doing' });
    await pebble.clock.advance(1);
    const err = `cannot perform the following tasks:\n- Execute command "/bin/sleep" (exec ${task}: timeout waiting for websocket connections: context deadline exceeded)`;
    await expect(pebble.change(change)).resolves.toMatchObject({ status: 'Error', err });
    await expect(pebble.get(`/v1/tasks/${task}/websocket/stdio`)).resolves.toMatchObject({
      status: 500,
      result: { message: err },
    });
    expect(pebble.launcher.processes).toHaveLength(0);
  });

  test('is killed when its time is up, which begins with its streams', async () => {
    const pebble = fixture();
    const { change, task } = await exec(pebble, { command: ['/bin/sleep'], timeout: '1m' });
    await pebble.clock.advance(3_000);
    const stdio = await open(pebble, task, 'stdio');
    await pebble.clock.advance(59_999);
    expect(pebble.launcher.processes[0]?.signals).toEqual([]);
    await pebble.clock.advance(1);
    expect(pebble.launcher.processes[0]?.signals).toEqual(['SIGKILL']);
    await expect(heard(stdio)).resolves.toBe('');
    await expect(pebble.get(`/v1/changes/${change}`)).resolves.toMatchObject({
      result: {
        status: 'Error',
        err: 'cannot perform the following tasks:\n- Execute command "/bin/sleep" (timed out after 1m0s: context deadline exceeded)',
        tasks: [{ data: { 'exit-code': -1 } }],
      },
    });
  });

  test.each([
    ['dropped', ['SIGKILL'], 'Done'],
    ['closed', [], 'Doing'],
  ] as const)('with a control stream that is %s is sent %j', async (how, signals, status) => {
    const pebble = fixture();
    const { change, task } = await exec(pebble, { command: ['/bin/sleep'] });
    const control = await open(pebble, task, 'control');
    await open(pebble, task, 'stdio');
    await settled(pebble);
    if (how === 'dropped') control.drop();
    else control.close();
    await settled(pebble);
    expect(pebble.launcher.processes[0]?.signals).toEqual(signals);
    await expect(pebble.change(change)).resolves.toMatchObject({ status });
  });

  test('obeys when it has started what it was told before', async () => {
    const pebble = fixture();
    const { task } = await exec(pebble, { command: ['/bin/sleep'] });
    const control = await open(pebble, task, 'control');
    await control.send('{"command":"dance"}');
    await control.send('{"command":"signal","signal":{"name":"HUP"}}');
    await control.send('{"command":"signal","signal":{"name":"SIGTERM"}}');
    await settled(pebble);
    await open(pebble, task, 'stdio');
    await settled(pebble);
    expect(pebble.launcher.processes[0]?.signals).toEqual(['SIGTERM']);
    const farewell = async (): Promise<void> => {
      for await (const message of control.messages) void message;
    };
    await expect(farewell()).rejects.toBe(lost);
  });

  test('is killed with its change', async () => {
    const pebble = fixture();
    const { change, task } = await exec(pebble, { command: ['/bin/sleep'] });
    await open(pebble, task, 'stdio');
    await settled(pebble);
    await pebble.post(`/v1/changes/${change}`, { action: 'abort' });
    await settled(pebble);
    await expect(pebble.get(`/v1/changes/${change}`)).resolves.toMatchObject({
      result: { status: 'Done', tasks: [{ data: { 'exit-code': 137 } }] },
    });
  });

  test('is not started when its change is aborted before', async () => {
    const pebble = fixture();
    const { change } = await exec(pebble, { command: ['/bin/sleep'] });
    await pebble.post(`/v1/changes/${change}`, { action: 'abort' });
    await settled(pebble);
    await expect(pebble.change(change)).resolves.toMatchObject({
      status: 'Error',
      err: 'cannot perform the following tasks:\n- Execute command "/bin/sleep" (context canceled)',
    });
    expect(pebble.launcher.processes).toEqual([]);
  });

  test('that has ended has no streams any more', async () => {
    const pebble = fixture();
    const { task } = await exec(pebble, { command: ['/bin/echo'] });
    await heard(await open(pebble, task, 'stdio'));
    await settled(pebble);
    const path = `/v1/tasks/${task}/websocket/stdio`;
    await expect(pebble.core.upgrade({ method: 'GET', path })).resolves.toMatchObject({
      accepted: false,
      response: { status: 200 },
    });
  });

  test('is killed with the daemon', async () => {
    const pebble = fixture();
    const { task } = await exec(pebble, { command: ['/bin/sleep'] });
    await open(pebble, task, 'stdio');
    await settled(pebble);
    await pebble.core.close();
    expect(pebble.launcher.processes[0]?.signals).toEqual(['SIGKILL']);
  });

  test('has the environment that was asked for over that of the service and the daemon', async () => {
    const accounts = parseAccounts(
      'root:x:0:0:root:/root:/bin/sh\nweb:x:7:7::/srv:/bin/sh',
      'root:x:0:\nweb:x:7:',
    );
    const pebble = fixture({ accounts });
    pebble.files.putDirectory('/srv');
    pebble.files.putDirectory('/etc');
    await pebble.addLayer({
      web: {
        override: 'replace',
        command: '/bin/sleep',
        user: 'web',
        'working-dir': '/etc',
        environment: { A: 'service', B: 'service' },
      },
    });
    const command = ['/bin/echo'];
    const own = await exec(pebble, { command });
    expect(own).toMatchObject({
      workingDirectory: '/root',
      environment: { HOME: '/root', USER: 'root', LANG: 'C.UTF-8' },
    });
    const service = await exec(pebble, {
      command,
      'service-context': 'web',
      environment: { B: 'mine', USER: 'me' },
    });
    expect(service).toMatchObject({
      workingDirectory: '/etc',
      environment: { A: 'service', B: 'mine', HOME: '/srv', USER: 'me' },
    });
    const user = await exec(pebble, { command, 'user-id': 7 });
    expect(user).toMatchObject({ workingDirectory: '/srv', environment: { USER: 'web' } });
  });

  test.each([
    [{ command: ['none'] }, 400, 'cannot find executable "none"'],
    [
      { command: ['/bin/sleep'], timeout: '5' },
      400,
      'invalid timeout: time: missing unit in duration "5"',
    ],
    [{ command: ['/bin/sleep'], group: 'root' }, 400, 'must specify user, not just group'],
    [
      { command: ['/bin/sleep'], 'working-dir': '/file' },
      500,
      'cannot call exec: working directory "/file" not a directory',
    ],
    [
      { command: ['/bin/sleep'], environment: { HOME: '/gone' } },
      500,
      'cannot call exec: home directory "/gone" does not exist',
    ],
    [
      { command: ['/bin/sleep'], terminal: true },
      501,
      "cannot call exec: charmwright's supervisor has no terminals. Execute the command without one",
    ],
  ])('is refused as %j', async (body, status, message) => {
    const pebble = fixture();
    pebble.files.putFile('/file', '');
    await expect(pebble.post('/v1/exec', body)).resolves.toMatchObject({
      status,
      result: { message },
    });
    await expect(pebble.get('/v1/changes', { select: 'all' })).resolves.toMatchObject({
      result: [],
    });
  });
});
