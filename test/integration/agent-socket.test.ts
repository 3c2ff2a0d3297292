import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { AgentSocketHookTools } from '../../src/juju/agent-socket-hook-tools.ts';
import { ChosenHookTools } from '../../src/juju/chosen-hook-tools.ts';
import type { HookToolCall } from '../../src/juju/hook-tool.ts';
import { serveAgentSocket } from '../../src/local/agent-socket/agent-socket-server.ts';
import { RootedFiles } from '../../src/local/agent-socket/rooted-files.ts';
import { buildGoProgram, hasGo } from '../support/go-program.ts';

const skipped = hasGo ? '' : ' (skipped: no go here)';
const contextId = 'app/0-start-0123456789abcdef0123456789abcdef';

let folder: string;
let path: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'agent-socket-'));
  path = join(folder, 'agent.socket');
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

describe.skipIf(!hasGo)(`our client and Go’s own net/rpc server${skipped}`, () => {
  let program: string;
  let server: ChildProcess | undefined;
  let tools: AgentSocketHookTools | undefined;

  beforeAll(() => {
    program = buildGoProgram('server');
  });

  afterEach(stop);

  afterAll(() => {
    rmSync(dirname(program), { recursive: true });
  });

  async function start(...flags: string[]): Promise<AgentSocketHookTools> {
    const child = spawn(program, ['--socket', path, ...flags], {
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    server = child;
    await once(child.stdout, 'data');
    tools = await AgentSocketHookTools.connect(
      { path, contextId, token: 'tok' },
      { directory: folder },
    );
    return tools;
  }

  async function stop(): Promise<void> {
    await tools?.close();
    tools = undefined;
    const child = server;
    server = undefined;
    if (child === undefined || child.exitCode !== null) return;
    const ended = once(child, 'exit');
    child.stdin?.end();
    await ended;
  }

  it.each([
    ['with a token', ['--token'], { Token: 'tok' }],
    ['without a token', [], { Token: '' }],
  ])('agree on a request %s', async (_how, flags, seen) => {
    const tools = await start(...flags);
    const args = ['--format=json', '', 'é水🦀'];
    const reply = await tools.call({ tool: 'config-get', args, stdin: 'in' });
    expect(JSON.parse(reply.stdout)).toEqual({
      ContextId: contextId,
      Dir: folder,
      CommandName: 'config-get',
      Args: args,
      StdinSet: true,
      Stdin: Buffer.from('in').toString('base64'),
      ...seen,
    });
  });

  it('agree on exit codes, on stderr and on errors', async () => {
    const tools = await start();
    const call = (tool: string, ...args: string[]): Promise<unknown> => tools.ask({ tool, args });
    expect(await call('status-set', '2')).toEqual({
      kind: 'reply',
      reply: { code: 2, stdout: '', stderr: 'ERROR no\n' },
    });
    expect(await call('nope')).toEqual({
      kind: 'refusal',
      why: 'bad request: unknown command: nope',
    });
    expect(await call('relation-set', '--file', '-')).toEqual({
      kind: 'refusal',
      why: 'hook tool requires stdin, none supplied',
    });
    expect(await call('status-set', '-7')).toMatchObject({ reply: { code: -7 } });
  });

  it('carry megabytes both ways', async () => {
    const tools = await start('--token');
    const get = await tools.call({ tool: 'relation-get', args: ['20000000'] });
    expect(get.stdout === 'x'.repeat(20_000_000)).toBe(true);
    const stdin = 'é水🦀'.repeat(500_000);
    const set = await tools.call({ tool: 'relation-set', args: ['--file', '-'], stdin });
    expect(set.stdout === stdin).toBe(true);
  });

  it('match answers that come in another order than the questions', async () => {
    const tools = await start();
    const calls = Array.from({ length: 300 }, (_, index) =>
      tools.call({ tool: 'relation-get', args: [String(index)] }),
    );
    const lengths = (await Promise.all(calls)).map(({ stdout }) => stdout.length);
    expect(lengths).toEqual(calls.map((_, index) => index));
  });

  it('part without harm when a slow call is given up', async () => {
    const tools = await start();
    const signal = AbortSignal.timeout(50);
    const slow = tools.call({ tool: 'status-get', args: ['300'] }, { signal });
    await expect(slow).rejects.toMatchObject({ name: 'AbortError' });
    await expect(tools.call({ tool: 'relation-get', args: ['3'] })).resolves.toMatchObject({
      stdout: 'xxx',
    });
  });

  it('has a typed error wherever the server breaks off', async () => {
    for (const cut of [0, 1, 30, 61, 76, 100, 136]) {
      const tools = await start('--cut', String(cut));
      await expect(tools.call({ tool: 'status-set', args: ['0'] })).rejects.toMatchObject({
        code: 'hook-tool-outcome-unknown',
      });
      await stop();
    }
  });

  it.each([
    ['text', Buffer.from('HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n'.repeat(4))],
    ['an empty message', Buffer.from([0])],
    ['a length beyond all bounds', Buffer.from('f8ffffffffffffffff', 'hex')],
    ['a length of nine bytes', Buffer.from('f7010101', 'hex')],
    ['zeros', Buffer.alloc(64)],
    ['ones', Buffer.alloc(64, 1)],
  ])('has a typed error when the server goes on with %s', async (_what, garbage) => {
    const flags = ['--garbage', garbage.toString('hex'), '--good'];
    const write: HookToolCall = { tool: 'status-set', args: ['0'] };
    const first = await start(...flags, '0');
    await expect(first.call(write)).rejects.toMatchObject({ code: 'hook-tool-outcome-unknown' });
    await stop();
    const second = await start(...flags, '1');
    await expect(second.call(write)).resolves.toMatchObject({ code: 0 });
    await expect(second.call(write)).rejects.toMatchObject({ code: 'hook-tool-outcome-unknown' });
    await stop();
    const third = await start(...flags, '0');
    const read = third.call({ tool: 'relation-get', args: ['1'] });
    await expect(read).rejects.toMatchObject({ code: 'hook-tool-unavailable' });
  });

  it('is passed over for processes when the server answers the first call with garbage', async () => {
    await start('--garbage', '00', '--good', '0');
    for (const tool of ['config-get', 'status-set']) {
      writeFileSync(join(folder, tool), '#!/bin/sh\necho "${0##*/} $*"\n', { mode: 0o755 });
    }
    const why: string[] = [];
    const chosen = new ChosenHookTools({
      environment: {
        JUJU_AGENT_SOCKET_ADDRESS: path,
        JUJU_AGENT_SOCKET_NETWORK: 'unix',
        JUJU_VERSION: '3.6.9',
        JUJU_CONTEXT_ID: contextId,
        PATH: folder,
      },
      onProcesses: (reason) => why.push(reason),
    });
    const replies = [
      await chosen.call({ tool: 'config-get', args: ['by'] }),
      await chosen.call({ tool: 'status-set', args: ['process'] }),
    ];
    await chosen.close();
    expect(replies.map(({ stdout }) => stdout)).toEqual([
      'config-get by\n',
      'status-set process\n',
    ]);
    expect(why).toEqual([expect.stringContaining('cannot be understood')]);
  });

  it('say it when the method is not there', async () => {
    const tools = await start('--service', 'Other');
    await expect(tools.ask({ tool: 'config-get', args: [] })).resolves.toEqual({
      kind: 'refusal',
      why: "rpc: can't find service Jujuc.Main",
    });
  });
});

describe.skipIf(!hasGo)(`Go’s own net/rpc client and our server${skipped}`, () => {
  let program: string;

  beforeAll(() => {
    program = buildGoProgram('client');
  });

  afterAll(() => {
    rmSync(dirname(program), { recursive: true });
  });

  it.each([[['--token']], [[]]])(
    'agree on many calls at once, on stdin and on errors (flags %j)',
    async (flags) => {
      const server = await serveAgentSocket({
        path,
        contextId,
        files: new RootedFiles(folder),
        answer: ({ tool, args, stdin, cwd }) => {
          if (tool === 'relation-set' && stdin === undefined) return 'stdin-needed';
          return { code: args.length, stdout: `${args.join(' ')}${stdin ?? ''}`, stderr: cwd };
        },
        onError: (error) => {
          throw error;
        },
      });
      const many = Array.from({ length: 100 }, (_, index) => ({
        Tool: 'config-get',
        Args: [String(index)],
      }));
      const big = 'y'.repeat(50_000);
      const commands = [
        ...many,
        { Tool: 'relation-set', Args: [] },
        { Tool: 'relation-set', Args: ['-'], Stdin: big },
        { Tool: '', Args: [] },
      ];
      const call = promisify(execFile)(
        program,
        ['--socket', path, '--context', contextId, ...flags, JSON.stringify(commands)],
        { cwd: folder, maxBuffer: 10_000_000 },
      );
      const lines = (await call).stdout.trim().split('\n');
      await server.close();
      expect(lines.map((line): unknown => JSON.parse(line))).toEqual([
        ...many.map(({ Args: [word] }) => ({ Code: 1, Stdout: word, Stderr: folder, Error: '' })),
        { Code: 0, Stdout: '', Stderr: '', Error: 'hook tool requires stdin, none supplied' },
        { Code: 1, Stdout: `-${big}`, Stderr: folder, Error: '' },
        { Code: 0, Stdout: '', Stderr: '', Error: 'bad request: command not specified' },
      ]);
    },
  );
});
