import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  openHookToolRun,
  type AnswerToolCall,
  type HookToolRun,
  type ToolProcessCall,
} from '../../../src/local/hook-tools/hook-tool-run.ts';
import { installHookTools } from '../../../src/local/hook-tools/tool-directory.ts';

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

const CONTEXT = 'app/0-start-0123456789abcdef0123456789abcdef';
const SOCKET = '/var/lib/juju/agents/unit-app-0/agent.socket';

const shells = ['dash', 'bash', 'busybox'].filter(
  (shell) => spawnSync(shell, ['--help']).error === undefined,
);

let folder: string;
let tools: string;
let errors: unknown[];
let run: HookToolRun | undefined;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'hook-tools-'));
  tools = join(folder, 'tools');
  errors = [];
  await installHookTools(tools);
});

afterEach(async () => {
  await run?.close();
  run = undefined;
  rmSync(folder, { recursive: true });
});

async function open(answer: AnswerToolCall): Promise<void> {
  run = await openHookToolRun({
    directory: tools,
    contextId: CONTEXT,
    answer,
    onError: (error) => errors.push(error),
  });
}

interface CallOptions {
  readonly contextId?: string;
  readonly cwd?: string;
  readonly stdin?: string;
  readonly shell?: string;
}

function call(tool: string, args: readonly string[], options: CallOptions = {}): Promise<Ended> {
  const path = join(tools, tool);
  const shell = options.shell === 'busybox' ? ['busybox', 'sh'] : [options.shell];
  const [command = '', ...before] = options.shell === undefined ? [path] : [...shell, path];
  const child = spawn(command, [...before.map((word) => word ?? ''), ...args], {
    cwd: options.cwd ?? folder,
    env: {
      PATH: '/usr/bin:/bin',
      JUJU_CONTEXT_ID: options.contextId ?? CONTEXT,
      JUJU_AGENT_SOCKET_ADDRESS: SOCKET,
    },
  });
  const ended = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => (ended.stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (ended.stderr += text));
  child.stdin.on('error', () => undefined);
  child.stdin.end(options.stdin ?? '');
  return new Promise((resolve, reject) => {
    child.on('error', reject).on('close', (code) => {
      resolve({ code, ...ended });
    });
  });
}

function said(
  stdout: string,
  stderr = '',
  code = 0,
): { stdout: string; stderr: string; code: number } {
  return { stdout, stderr, code };
}

describe('a hook tool', () => {
  it.for(shells)(
    'reaches the agent with its name, arguments and directory under %s',
    async (shell) => {
      const calls: ToolProcessCall[] = [];
      await open((received) => {
        calls.push(received);
        return said('yes\n');
      });
      const args = [
        '-r',
        'db:3',
        '',
        'a=\'q\' "d" $HOME `x` \\n * é 漢 🐘',
        'two\nlines\n',
        '--',
        '-',
      ];
      expect(await call('relation-set', args, { shell })).toEqual(said('yes\n'));
      expect(calls).toMatchObject([{ tool: 'relation-set', args, cwd: folder }]);
      expect(calls[0]).not.toHaveProperty('stdin');
    },
  );

  it.for(shells)('gives back exit code, output and errors byte by byte under %s', async (shell) => {
    const anyByte = String.fromCodePoint(...Array.from({ length: 255 }, (_, index) => index + 1));
    const replies = [
      said('no newline at the end'),
      said('\n\n trailing newlines\n\n'),
      said(`%s \\n 'single' "double" $(false) ${anyByte} 漢🐘`),
      said('', 'ERROR permission denied\n', 1),
      said('partly', 'ERROR option provided but not defined: --x\n', 2),
      said('a\0b'),
      said('x'.repeat(70_000), 'y'.repeat(70_000), 3),
      said(''),
    ];
    for (const reply of replies) {
      await open(() => reply);
      expect(await call('config-get', [], { shell })).toEqual(reply);
      await run?.close();
    }
    run = undefined;
  });

  it('passes on any arguments and any output', async () => {
    const word = fc
      .string({ unit: 'binary', maxLength: 40 })
      .map((text) => text.replaceAll('\0', '').toWellFormed());
    let received: readonly string[] = [];
    let output = '';
    await open(({ args }) => {
      received = args;
      return said(output);
    });
    await fc.assert(
      fc.asyncProperty(fc.array(word, { maxLength: 5 }), word, async (args, text) => {
        output = text;
        expect(await call('juju-log', args)).toEqual(said(text));
        expect(received).toEqual(args);
      }),
      { numRuns: 60 },
    );
  });

  it('is asked for its stdin only when the agent needs it', async () => {
    await open(({ stdin }) => (stdin === undefined ? 'stdin-needed' : said(stdin)));
    const text = '{"a": "line\\nline"}\n'.repeat(10_000);
    expect(await call('relation-set', ['--file', '-'], { stdin: text })).toEqual(said(text));
  });

  it('reads and writes files as its own process sees them', async () => {
    const cwd = join(folder, "it's here");
    await mkdir(cwd);
    writeFileSync(join(cwd, 'in file'), 'content\n');
    await open(({ files, args: [source = '', target = ''], cwd: directory }) => {
      files.write(join(directory, target), files.read(join(directory, source)));
      return said('');
    });
    expect(await call('relation-set', ['in file', 'out file'], { cwd })).toEqual(said(''));
    expect(readFileSync(join(cwd, 'out file'), 'utf8')).toBe('content\n');
  });

  it('lets the agent know of a file that it cannot read', async () => {
    await open(({ files }) => {
      try {
        return said(files.read('/no/such/file'));
      } catch (error) {
        if (!(error instanceof Error && 'code' in error)) throw error;
        return said('', `ERROR ${error.message}\n`, 1);
      }
    });
    expect(await call('relation-set', [])).toEqual(
      said('', 'ERROR open /no/such/file: no such file or directory\n', 1),
    );
    expect(errors).toEqual([]);
  });

  it('is refused with Juju’s words when it belongs to another run', async () => {
    await open(() => said('must not be reached'));
    expect(await call('is-leader', [], { contextId: 'app/0-install-00' })).toEqual(
      said('', `ERROR bad request: expected context id "${CONTEXT}", got "app/0-install-00"\n`, 1),
    );
    expect(await call('is-leader', [], { contextId: '' })).toEqual(
      said('', 'ERROR JUJU_CONTEXT_ID not set\n', 1),
    );
  });

  it('fails when no run is open', async () => {
    const refused = said('', `ERROR dial unix ${SOCKET}: connect: no such file or directory\n`, 1);
    expect(await call('is-leader', [])).toEqual(refused);
    await open(() => said('True\n'));
    expect(await call('is-leader', [])).toEqual(said('True\n'));
    await run?.close();
    run = undefined;
    expect(await call('is-leader', [])).toEqual(refused);
  });

  it.for(shells)('does not wait for an agent that died, under %s', async (shell) => {
    await mkdir(join(tools, '.calls', 'free'), { recursive: true });
    const fifos = ['agent', 'free/0', 'free/1'].map((name) => join(tools, '.calls', name));
    expect(spawnSync('mkfifo', fifos).status).toBe(0);
    expect(await call('is-leader', [], { shell })).toEqual(
      said('', 'ERROR connection is shut down\n', 1),
    );
  });

  it('reports an error of the agent to both sides', async () => {
    await open(() => {
      throw new Error('out of order');
    });
    expect(await call('is-leader', [])).toEqual(said('', 'ERROR out of order\n', 1));
    expect(errors).toEqual([new Error('out of order')]);
  });
});

describe('many hook tools at once', () => {
  it('each get their own answer, one at a time', async () => {
    let inside = 0;
    let most = 0;
    await open(async ({ args }) => {
      inside += 1;
      most = Math.max(most, inside);
      await new Promise((resolve) => setImmediate(resolve));
      inside -= 1;
      return said(`${args.join(' ')}\n`);
    });
    const numbers = Array.from({ length: 60 }, (_, index) => String(index));
    const answers = await Promise.all(numbers.map((number) => call('config-get', [number])));
    expect(answers).toEqual(numbers.map((number) => said(`${number}\n`)));
    expect(most).toBe(1);
    expect(errors).toEqual([]);
  });
});

describe('the files of a run', () => {
  it('are nobody else’s, and gone when it is closed', async () => {
    await open(() => said('x'.repeat(100_000)));
    await call('config-get', []);
    expect(statSync(join(tools, '.calls')).mode & 0o777).toBe(0o700);
    await run?.close();
    run = undefined;
    expect(readdirSync(tools).filter((name) => name.startsWith('.calls'))).toEqual([]);
  });
});
