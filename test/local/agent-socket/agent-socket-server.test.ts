import {
  mkdirSync,
  mkdtempSync,
  existsSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { GobDecoder } from '../../../src/gob/decoder.ts';
import { GobEncoder } from '../../../src/gob/encoder.ts';
import { noResponse, rpcRequest, rpcResponse } from '../../../src/gob/jujuc-messages.ts';
import { AgentSocketHookTools } from '../../../src/juju/agent-socket-hook-tools.ts';
import {
  serveAgentSocket,
  type AgentSocketOptions,
  type AgentSocketServer,
} from '../../../src/local/agent-socket/agent-socket-server.ts';
import { RootedFiles } from '../../../src/local/agent-socket/rooted-files.ts';
import type {
  AnswerToolCall,
  ToolProcessCall,
} from '../../../src/local/hook-tools/hook-tool-run.ts';

const contextId = 'app/0-start-0123456789abcdef0123456789abcdef';

let folder: string;
let path: string;
let errors: unknown[];
let server: AgentSocketServer;
const clients: AgentSocketHookTools[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'agent-socket-'));
  path = join(folder, 'agent.socket');
  errors = [];
});

afterEach(async () => {
  for (const client of clients.splice(0)) await client.close();
  await server.close();
  rmSync(folder, { recursive: true });
});

async function serve(
  answer: AnswerToolCall,
  more: Partial<AgentSocketOptions> = {},
): Promise<void> {
  server = await serveAgentSocket({
    path,
    contextId,
    files: new RootedFiles(folder),
    answer,
    onError: (error) => errors.push(error),
    ...more,
  });
}

async function client(context = contextId, token = ''): Promise<AgentSocketHookTools> {
  const tools = await AgentSocketHookTools.connect(
    { path, contextId: context, token },
    { directory: '/charm' },
  );
  clients.push(tools);
  return tools;
}

/** What a call of a tool without arguments writes to stderr. */
async function errorOf(tools: AgentSocketHookTools, tool: string): Promise<string> {
  return (await tools.call({ tool, args: [] })).stderr;
}

const ok = { code: 0, stdout: '', stderr: '' };

describe('the agent’s socket', () => {
  it('hands over name, arguments, directory and stdin, and gives back the answer', async () => {
    const calls: ToolProcessCall[] = [];
    await serve((call) => {
      calls.push(call);
      return { code: 2, stdout: 'out\n', stderr: 'ERROR no\n' };
    });
    const tools = await client();
    const args = ['--file', '-', ''];
    await expect(tools.call({ tool: 'relation-set', args, stdin: 'é' })).resolves.toEqual({
      code: 2,
      stdout: 'out\n',
      stderr: 'ERROR no\n',
    });
    expect(calls).toMatchObject([{ tool: 'relation-set', args, cwd: '/charm', stdin: 'é' }]);
    expect(server.calls).toBe(1);
  });

  it('runs one tool at a time, whoever asks', async () => {
    let running = 0;
    let most = 0;
    await serve(async () => {
      running += 1;
      most = Math.max(most, running);
      await Promise.resolve();
      running -= 1;
      return ok;
    });
    const both = [await client(), await client()];
    const calls = both.flatMap((tools) =>
      Array.from({ length: 20 }, () => tools.call({ tool: 'is-leader', args: [] })),
    );
    await Promise.all(calls);
    expect(most).toBe(1);
    expect(server.calls).toBe(40);
  });

  it('refuses a request without a name, of another context, or with a wrong token', async () => {
    await serve(() => ok, { token: '' });
    expect(await errorOf(await client(), '')).toBe('ERROR bad request: command not specified\n');
    expect(await errorOf(await client('old'), 'is-leader')).toBe(
      `ERROR bad request: expected context id "${contextId}", got "old"\n`,
    );
    expect(await errorOf(await client(contextId, 'x'), 'is-leader')).toBe(
      'ERROR bad request: token does not match\n',
    );
    expect(server.calls).toBe(0);
  });

  it('refuses the stdin that a tool needs and has not been given, and what is no tool', async () => {
    await serve(({ tool }) =>
      tool === 'x'
        ? { code: 1, stdout: '', stderr: 'ERROR bad request: unknown command: x\n' }
        : 'stdin-needed',
    );
    const tools = await client();
    await expect(tools.ask({ tool: 'relation-set', args: ['--file', '-'] })).resolves.toEqual({
      kind: 'refusal',
      why: 'hook tool requires stdin, none supplied',
    });
    await expect(tools.ask({ tool: 'x', args: [] })).resolves.toEqual({
      kind: 'refusal',
      why: 'bad request: unknown command: x',
    });
  });

  it.each([
    ['Jujuc.Nope', "rpc: can't find method Jujuc.Nope"],
    ['X.Y', "rpc: can't find service X.Y"],
    ['Main', 'rpc: service/method request ill-formed: Main'],
  ])('has no method %s', async (ServiceMethod, why) => {
    await serve(() => ok);
    const encoder = new GobEncoder();
    const decoder = new GobDecoder();
    const socket = connect(path);
    socket.write(Buffer.from(encoder.encode(rpcRequest, { ServiceMethod, Seq: 7 })));
    socket.write(encoder.encode(noResponse, {}));
    const header = await new Promise((resolve) => {
      socket.on('data', (bytes: Buffer) => {
        decoder.push(bytes);
        const read = decoder.next(rpcResponse);
        if (read !== undefined) resolve(read);
      });
    });
    expect(header).toEqual({ ServiceMethod, Seq: 7, Error: why });
    socket.destroy();
  });

  it('leaves a caller who speaks no gob, and goes on with the others', async () => {
    await serve(() => ok);
    const socket = connect(path);
    socket.write('GET / HTTP/1.1\r\n'.repeat(10));
    await new Promise((resolve) => {
      socket.once('close', resolve).on('error', () => undefined);
    });
    expect(errors).toMatchObject([{ code: 'gob-malformed' }]);
    await expect((await client()).call({ tool: 'is-leader', args: [] })).resolves.toEqual(ok);
  });

  it('is there for its owner alone, in place of an old one, and gone after the run', async () => {
    writeFileSync(path, '');
    await serve(() => ok);
    expect(statSync(path).mode & 0o777).toBe(0o700);
    const tools = await client();
    await server.close();
    expect(existsSync(path)).toBe(false);
    await expect(tools.call({ tool: 'is-leader', args: [] })).rejects.toMatchObject({
      code: 'hook-tool-unavailable',
    });
  });
});

describe('files that a tool names', () => {
  it('are read and written below the container’s root, wherever links point', async () => {
    await serve(() => ok);
    mkdirSync(join(folder, 'root/etc'), { recursive: true });
    writeFileSync(join(folder, 'secret'), 'outside');
    writeFileSync(join(folder, 'root/secret'), 'inside');
    symlinkSync('/secret', join(folder, 'root/etc/absolute'));
    symlinkSync('../../../secret', join(folder, 'root/etc/upwards'));
    symlinkSync('/etc', join(folder, 'root/config'));
    symlinkSync('/loop', join(folder, 'root/loop'));
    const files = new RootedFiles(join(folder, 'root'));
    for (const name of ['/secret', '/etc/absolute', '/etc/upwards', '/config/absolute']) {
      expect(files.read(name)).toBe('inside');
    }
    files.write('/config/../etc/absolute', 'new');
    expect(readFileSync(join(folder, 'root/secret'), 'utf8')).toBe('new');
    expect(readFileSync(join(folder, 'secret'), 'utf8')).toBe('outside');
    expect(() => files.read('/loop')).toThrow('too many levels');
    expect(() => files.read('/etc/none')).toThrow('ENOENT');
  });
});
