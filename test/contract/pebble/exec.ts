import { randomBytes } from 'node:crypto';
import { mkdir, readFile, realpath, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect } from 'vitest';

import {
  PebbleApiError,
  PebbleChangeError,
  PebbleExecError,
  type ExecOptions,
  type PebbleClient,
} from '../../../src/pebble/index.ts';
import {
  matching,
  post,
  refusal,
  rejection,
  type PebbleFixture,
  type PebbleTests,
} from './implementation.ts';

const isRoot = process.getuid?.() === 0;

export function describeExec({ own: test }: PebbleTests): void {
  describe.concurrent('executed commands', () => {
    test('give what they write, apart', async ({ pebble }) => {
      await expect(sh(pebble.client, 'echo out; echo err >&2')).resolves.toEqual({
        stdout: 'out\n',
        stderr: 'err\n',
      });
    });

    test('give what they write in one, when asked to', async ({ pebble }) => {
      const script = 'echo one; echo two >&2; echo three';
      await expect(sh(pebble.client, script, { combineStderr: true })).resolves.toEqual({
        stdout: 'one\ntwo\nthree\n',
        stderr: '',
      });
    });

    test('read what they are given, and its end', async ({ pebble }) => {
      await expect(sh(pebble.client, 'cat; echo end', { stdin: 'grüße' })).resolves.toMatchObject({
        stdout: 'grüßeend\n',
      });
      await expect(sh(pebble.client, 'cat; echo end')).resolves.toMatchObject({ stdout: 'end\n' });
    });

    test('can open their input and outputs by name, also when all of the input was read', async ({
      pebble,
    }) => {
      const script =
        '[ -p /dev/stdin ] && [ -p /dev/stdout ] && [ -p /dev/stderr ] && echo pipes; ' +
        'cat; cat /dev/stdin; echo out >/dev/stdout; echo err >/dev/stderr';
      await expect(sh(pebble.client, script, { stdin: 'given\n' })).resolves.toEqual({
        stdout: 'pipes\ngiven\nout\n',
        stderr: 'err\n',
      });
      await expect(sh(pebble.client, 'cat /dev/stdin', { stdin: 'given' })).resolves.toMatchObject({
        stdout: 'given',
      });
    });

    test('read as they are written to', async ({ pebble }) => {
      const process = await pebble.client.exec(['cat'], { keepStdinOpen: true });
      const reader = process.stdout.decoded();
      for (const line of ['one\n', 'two\n', 'three\n']) {
        process.stdin.write(line);
        await expect(reader.next()).resolves.toEqual({ done: false, value: line });
      }
      process.stdin.end();
      await expect(reader.next()).resolves.toMatchObject({ done: true });
      await expect(process.exitCode()).resolves.toBe(0);
    });

    test('keep every byte', async ({ pebble }) => {
      const bytes = randomBytes(3 * 1024 * 1024 + 7);
      const process = await pebble.client.exec(['cat'], { stdin: pieces(bytes, 100_003) });
      const { stdout } = await process.waitBytes();
      expect(stdout.equals(bytes)).toBe(true);
    });

    test('write as much as they like to both outputs', async ({ pebble }) => {
      const script = 'head -c 5000000 /dev/zero >&2; head -c 5000000 /dev/zero';
      const { stdout, stderr } = await sh(pebble.client, script);
      expect([stdout.length, stderr.length]).toEqual([5_000_000, 5_000_000]);
    });

    test('do not wait for a reader of output that nobody wants', async ({ pebble }) => {
      const command = ['sh', '-c', 'head -c 5000000 /dev/zero; head -c 5000000 /dev/zero >&2'];
      await (await pebble.client.exec(command)).wait();
    });

    test('wait for a reader that takes their time', async ({ pebble }) => {
      const process = await pebble.client.exec(['head', '-c', '20000000', '/dev/zero']);
      let size = 0;
      for await (const piece of process.stdout) {
        if (size === 0) {
          const change = await pebble.client.change(process.changeId);
          expect(change.ready).toBe(false);
        }
        size += piece.length;
      }
      expect(size).toBe(20_000_000);
      await process.wait();
    });

    test('write characters that are spread over what arrives', async ({ pebble }) => {
      const script = `printf '\\303'; sleep 0.1; printf '\\274\\342\\202'; sleep 0.1; printf '\\254'`;
      const process = await pebble.client.exec(['sh', '-c', script]);
      const texts: string[] = [];
      for await (const text of process.stdout.decoded()) texts.push(text);
      expect(texts).toEqual(['ü', '€']);
      await process.wait();
    });

    test.for([0, 1, 42, 255])('end with exit code %d', async (code, { pebble }) => {
      const process = await pebble.client.exec(['sh', '-c', `exit ${code}`]);
      await expect(process.exitCode()).resolves.toBe(code);
      await expect(pebble.client.change(process.changeId)).resolves.toMatchObject({
        kind: 'exec',
        summary: 'Execute command "sh"',
        status: 'Done',
        tasks: [{ kind: 'exec', summary: 'Execute command "sh"', data: { 'exit-code': code } }],
      });
    });

    test('that fail tell what they wrote', async ({ pebble }) => {
      const error = await rejection(sh(pebble.client, 'echo out; echo err >&2; exit 3'));
      expect(error).toBeInstanceOf(PebbleExecError);
      expect(error).toMatchObject({ command: 'sh', exitCode: 3, stdout: 'out\n', stderr: 'err\n' });
      expect(String(error)).not.toContain('echo');
    });

    test('that do not want their input do not need it', async ({ pebble }) => {
      const stdin = pieces(Buffer.alloc(20_000_000), 65_536);
      await (await pebble.client.exec(['true'], { stdin })).wait();
      const head = await pebble.client.exec(['head', '-c', '3'], {
        stdin: Buffer.alloc(9_000_000),
      });
      await expect(head.waitOutput()).resolves.toMatchObject({ stdout: '\0\0\0' });
    });

    test('go on after they have closed their outputs', async ({ pebble }) => {
      const process = await pebble.client.exec(['sh', '-c', 'exec >&- 2>&-; sleep 0.3; exit 5']);
      await expect(process.exitCode()).resolves.toBe(5);
    });

    test('can be many at a time', async ({ pebble }) => {
      const outputs = await Promise.all(
        Array.from(
          { length: 12 },
          async (_, i) => await sh(pebble.client, `echo ${i}; cat`, { stdin: `${i}` }),
        ),
      );
      expect(outputs.map(({ stdout }) => stdout)).toEqual(
        Array.from({ length: 12 }, (_, i) => `${i}\n${i}`),
      );
    });

    test('take signals, and tell which ended them', async ({ pebble }) => {
      const script = `trap 'echo hup' HUP; echo ready; while :; do sleep 0.01; done`;
      const process = await pebble.client.exec(['sh', '-c', script]);
      const reader = process.stdout.decoded();
      await expect(reader.next()).resolves.toMatchObject({ value: 'ready\n' });
      await process.sendSignal('SIGHUP');
      await expect(reader.next()).resolves.toMatchObject({ value: 'hup\n' });
      await process.sendSignal('SIGTERM');
      for await (const rest of reader) expect(rest).toBe('');
      await expect(process.exitCode()).resolves.toBe(128 + 15);
    });

    test('are killed when their time is up', async ({ pebble }) => {
      const process = await pebble.client.exec(['sleep', '1000'], { timeout: 100 });
      expect(await rejection(process.wait())).toMatchObject({
        code: 'pebble-timeout',
        timeout: 100,
        message: matching(/ran longer than 100 ms/),
      });
      await expect(pebble.client.change(process.changeId)).resolves.toMatchObject({
        status: 'Error',
        err: matching(/timed out after 100ms/),
        tasks: [{ data: { 'exit-code': -1 } }],
      });
    });

    test('are killed with the signal of the caller', async ({ pebble }) => {
      const controller = new AbortController();
      const { signal } = controller;
      const process = await pebble.client.exec(['sleep', '1000'], { signal });
      const waiting = rejection(process.wait());
      controller.abort(new Error('enough'));
      expect(await waiting).toMatchObject({ code: 'pebble-abort', cause: { message: 'enough' } });
      await expect(pebble.client.waitChange(process.changeId)).resolves.toMatchObject({
        tasks: [{ data: { 'exit-code': 137 } }],
      });
    });

    test('are killed by whoever waits no longer, and by the end of a block', async ({ pebble }) => {
      let left = '';
      {
        await using process = await pebble.client.exec(['sleep', '1000']);
        left = process.changeId;
      }
      const killed = await pebble.client.exec(['sleep', '1000']);
      killed.kill();
      expect(await rejection(killed.exitCode())).toMatchObject({ code: 'pebble-abort' });
      for (const id of [left, killed.changeId]) {
        await expect(pebble.client.waitChange(id)).resolves.toMatchObject({
          tasks: [{ data: { 'exit-code': 137 } }],
        });
      }
    });

    test('go on when the caller leaves them to themselves', async ({ pebble }) => {
      const path = join(pebble.dir, 'made');
      const process = await pebble.client.exec(['sh', '-c', `sleep 0.3; touch ${path}; exit 4`]);
      process.detach();
      expect(await rejection(process.wait())).toMatchObject({ code: 'pebble-abort' });
      await expect(pebble.client.waitChange(process.changeId)).resolves.toMatchObject({
        tasks: [{ data: { 'exit-code': 4 } }],
      });
      await expect(readFile(path, 'utf8')).resolves.toBe('');
    });

    test('are killed when their change is aborted', async ({ pebble }) => {
      const process = await pebble.client.exec(['sleep', '1000']);
      await pebble.client.abortChange(process.changeId);
      await expect(process.exitCode()).resolves.toBe(137);
    });

    test('have the environment of the daemon and their own', async ({ pebble }) => {
      const environment = { CHARM_WORD: 'with space & more', CHARM_EMPTY: '' };
      const { stdout } = await sh(pebble.client, 'env', { environment });
      const lines = stdout.split('\n');
      expect(lines).toContain('CHARM_WORD=with space & more');
      expect(lines).toContain('CHARM_EMPTY=');
      expect(lines).toContain('LANG=C.UTF-8');
      expect(stdout).toMatch(/^PATH=/m);
    });

    test('run in the directory that they are given', async ({ pebble }) => {
      const { stdout } = await sh(pebble.client, 'pwd -P', { workingDir: pebble.dir });
      expect(stdout).toBe(`${await realpath(pebble.dir)}\n`);
    });

    test('share the surroundings of a service', async ({ pebble }) => {
      const { client, dir } = pebble;
      await mkdir(join(dir, 'sub'));
      await client.addLayer('web', {
        services: {
          web: {
            override: 'replace',
            command: 'sleep 1000',
            environment: { WHO: 'service', WHAT: 'service' },
            'working-dir': join(dir, 'sub'),
          },
        },
      });
      const script = 'echo "$WHO $WHAT $(basename "$PWD")"';
      const options = { serviceContext: 'web', environment: { WHAT: 'mine' } };
      await expect(sh(client, script, options)).resolves.toMatchObject({
        stdout: 'service mine sub\n',
      });
      await expect(sh(client, script, { ...options, workingDir: dir })).resolves.toMatchObject({
        stdout: matching(/^service mine dir\n$/),
      });
    });

    test.runIf(isRoot)('run as the user that they are given', async ({ pebble }) => {
      const { stdout } = await sh(pebble.client, 'id -un; id -u; echo $HOME; echo $USER', {
        user: 'nobody',
        workingDir: '/',
      });
      expect(stdout).toBe('nobody\n65534\n/nonexistent\nnobody\n');
    });

    test.for([
      ['without a command', [], {}, 400, 'must specify command'],
      [
        'of no known program',
        ['no-such-program'],
        {},
        400,
        'cannot find executable "no-such-program"',
      ],
      [
        'as nobody known',
        ['true'],
        { user: 'no-such-user' },
        400,
        'user: unknown user no-such-user',
      ],
      [
        'in the surroundings of nothing',
        ['true'],
        { serviceContext: 'none' },
        400,
        'context service "none" not found',
      ],
      [
        'in a directory that is not there',
        ['true'],
        { workingDir: '/no/such' },
        500,
        'cannot call exec: working directory "/no/such" does not exist',
      ],
      [
        'with input from a terminal that they have not',
        ['true'],
        { interactive: true },
        500,
        'cannot call exec: cannot use interactive mode without a terminal',
      ],
    ] as const)('are refused %s', async ([, command, options, status, reason], { pebble }) => {
      const error = await rejection(pebble.client.exec(command, options));
      expect(error).toBeInstanceOf(PebbleApiError);
      expect(error).toMatchObject({ status, reason });
    });

    test('are refused for a time that is none', async ({ pebble }) => {
      const reply = await pebble.raw(post('/v1/exec', { command: ['true'], timeout: 'soon' }));
      expect(reply.json).toMatchObject(refusal(400, matching(/^invalid timeout: /)));
    });

    test('that cannot be started say why', async ({ pebble }) => {
      const path = join(pebble.dir, 'program');
      await writeFile(path, Buffer.from([0x7f, 0x45, 0x4c, 0x46, 0]), { mode: 0o755 });
      const run = async (): Promise<void> => {
        await (await pebble.client.exec([path])).wait();
      };
      const error = await rejection(run());
      expect(error).toBeInstanceOf(PebbleChangeError);
      expect(error).toMatchObject({ change: { tasks: [{ data: { 'exit-code': -1 } }] } });
    });

    test.for([
      ['the mark of an end in an argument', 'a\0b', 'invalid argument'],
      ['too long an argument', 'x'.repeat(200_000), 'argument list too long'],
    ] as const)('with %s cannot be started', async ([, argument, reason], { pebble }) => {
      const run = async (): Promise<void> => {
        await (await pebble.client.exec(['echo', argument])).wait();
      };
      expect(await rejection(run())).toMatchObject({
        code: 'pebble-change',
        message: matching(new RegExp(String.raw`\(fork/exec /\S+/echo: ${reason}\)`)),
        change: { tasks: [{ data: { 'exit-code': -1 } }] },
      });
    });

    test('wait for their streams no longer than five seconds', async ({ pebble }) => {
      const { change } = await begin(pebble, { command: ['true'] });
      const error = await rejection(pebble.client.waitChange(change));
      expect(error).toMatchObject({
        change: { err: matching(/timeout waiting for websocket connections/) },
      });
    });

    test('that are aborted before they start do not', async ({ pebble }) => {
      const { change } = await begin(pebble, { command: ['true'] });
      await pebble.client.abortChange(change);
      await expect(rejection(pebble.client.waitChange(change))).resolves.toMatchObject({
        change: { status: 'Error' },
      });
    });

    test('begin with the streams that they have, each once', async ({ pebble }) => {
      const { task } = await begin(pebble, { command: ['sleep', '1000'] });
      const open = async (id: string, of = task): Promise<unknown> =>
        await rejection(pebble.transport.openMessages(`/v1/tasks/${of}/websocket/${id}`));
      expect(await open('stderr')).toMatchObject({
        status: 404,
        reason: `cannot find stderr websocket for task "${task}"`,
      });
      expect(await open('stdio', '999')).toMatchObject({
        status: 404,
        reason: 'cannot find task "999"',
      });
      const control = await pebble.transport.openMessages(`/v1/tasks/${task}/websocket/control`);
      const stdio = await pebble.transport.openMessages(`/v1/tasks/${task}/websocket/stdio`);
      expect(await open('stdio')).toMatchObject({
        status: 500,
        reason: 'stdio websocket already connected',
      });
      control.drop();
      stdio.drop();
    });

    test('are what tasks with streams are about', async ({ pebble }) => {
      const { client } = pebble;
      await client.addLayer('web', {
        services: { web: { override: 'replace', command: 'sleep 1000' } },
      });
      const { tasks } = await client.start(['web']);
      const path = `/v1/tasks/${tasks[0]?.id}/websocket/stdio`;
      expect(await rejection(pebble.transport.openMessages(path))).toMatchObject({
        status: 400,
        reason: '"start" tasks do not have websockets',
      });
    });

    test('pass over what they do not understand', async ({ pebble }) => {
      const { change, task } = await begin(pebble, { command: ['cat'] });
      const { transport } = pebble;
      const control = await transport.openMessages(`/v1/tasks/${task}/websocket/control`);
      const stdio = await transport.openMessages(`/v1/tasks/${task}/websocket/stdio`);
      for (const text of ['{"command":"dance"}', 'no JSON', '{"command":"signal"}']) {
        await control.send(text);
        await stdio.send(text);
      }
      await stdio.send(Buffer.from('hello'));
      await stdio.send('{"command":"end"}');
      const said: unknown[] = [];
      for await (const message of stdio.messages) {
        said.push(message);
        if (typeof message === 'string') break;
      }
      expect(said).toEqual([Buffer.from('hello'), '{"command":"end"}']);
      await expect(pebble.client.waitChange(change)).resolves.toMatchObject({
        tasks: [{ data: { 'exit-code': 0 } }],
      });
      stdio.close();
    });

    test('close their input with the stream, and break off what they write', async ({ pebble }) => {
      const { change, task } = await begin(pebble, { command: ['cat'] });
      const stdio = await pebble.transport.openMessages(`/v1/tasks/${task}/websocket/stdio`);
      stdio.close();
      await expect(pebble.client.waitChange(change)).resolves.toMatchObject({ status: 'Done' });
      await expect(sh(pebble.client, 'echo on')).resolves.toMatchObject({ stdout: 'on\n' });
    });
  });
}

/** Commands with a terminal, which not every implementation can give. */
export function describeTerminals({ own: test }: PebbleTests): void {
  describe.concurrent('executed commands with a terminal', () => {
    test('see it, and its size as it changes', async ({ pebble }) => {
      const process = await pebble.client.exec(
        ['sh', '-c', 'test -t 1 && stty size; read answer; stty size; echo "got $answer"'],
        { terminal: { width: 80, height: 25 }, interactive: true, keepStdinOpen: true },
      );
      let said = '';
      for await (const text of process.stdout.decoded()) {
        said += text;
        if (said === '25 80\r\n') {
          await process.resize(100, 50);
          process.stdin.end('yes\n');
        }
      }
      await process.wait();
      expect(said).toMatch(/^25 80\r\n(yes\r\n)?(25 80|50 100)\r\ngot yes\r\n/);
    });

    test('write all to one', async ({ pebble }) => {
      const process = await pebble.client.exec(['sh', '-c', 'echo one; echo two >&2; test -t 2'], {
        terminal: { width: 80, height: 25 },
      });
      await expect(process.waitOutput()).resolves.toEqual({
        stdout: 'one\r\ntwo\r\n',
        stderr: '',
      });
    });
  });
}

async function sh(
  client: PebbleClient,
  script: string,
  options?: ExecOptions,
): Promise<{ readonly stdout: string; readonly stderr: string }> {
  return await (await client.exec(['sh', '-c', script], options)).waitOutput();
}

async function begin(
  pebble: PebbleFixture,
  body: object,
): Promise<{ readonly change: string; readonly task: string }> {
  const reply = await pebble.raw(post('/v1/exec', body));
  expect(reply).toMatchObject({
    status: 202,
    json: { change: matching(/^\d+$/), result: { 'task-id': matching(/^\d+$/) } },
  });
  const [, task = ''] = /"task-id":"(\d+)"/.exec(reply.text) ?? [];
  const [, change = ''] = /"change":"(\d+)"/.exec(reply.text) ?? [];
  return { change, task };
}

async function* pieces(bytes: Buffer, size: number): AsyncGenerator<Buffer, void, undefined> {
  await Promise.resolve();
  for (let start = 0; start < bytes.length; start += size)
    yield bytes.subarray(start, start + size);
}
