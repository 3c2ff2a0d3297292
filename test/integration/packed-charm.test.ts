import { spawn, type ChildProcess } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Readable } from 'node:stream';
import { afterEach, beforeAll, afterAll, beforeEach, describe, expect, it } from 'vitest';
import { packCharm } from '../../src/cli/pack.ts';
import { HookToolScripts } from '../support/hook-tool-scripts.ts';
import { jujuEnvironment } from '../support/juju-environment.ts';

const fixture = resolve(import.meta.dirname, '../fixtures/moody-charm');
let packed: string;
let folder: string;
let charmDir: string;
let tools: HookToolScripts;

beforeAll(async () => {
  packed = mkdtempSync(join(tmpdir(), 'charmwright-packed-'));
  await packCharm({ folder: fixture, entry: join(fixture, 'main.ts'), out: packed });
});

afterAll(() => {
  rmSync(packed, { recursive: true, force: true });
});

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'charmwright-moody-'));
  charmDir = join(folder, 'charm');
  cpSync(packed, charmDir, { recursive: true });
  tools = new HookToolScripts(join(folder, 'tools'));
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stderr: string;
}

/** Waits until a stream has said something, and gives what matched. */
async function saying(stream: Readable | null, pattern: RegExp): Promise<RegExpExecArray> {
  return await new Promise((resolve, reject) => {
    let said = '';
    stream?.on('data', (chunk: string | Buffer) => {
      said += String(chunk);
      const found = pattern.exec(said);
      if (found) resolve(found);
    });
    stream?.once('end', () => reject(new Error(`not said: ${String(pattern)}\n${said}`)));
  });
}

function start(
  mood: string,
  hook = 'config-changed',
  env: Record<string, string> = {},
): ChildProcess {
  tools.answer('config-get', { mood });
  return spawn(join(charmDir, 'dispatch'), [], {
    cwd: charmDir,
    stdio: ['ignore', 'ignore', 'pipe'],
    env: {
      ...jujuEnvironment(`hooks/${hook}`),
      PATH: `${tools.folder}:${process.execPath.replace(/\/[^/]+$/, '')}:/usr/bin:/bin`,
      JUJU_CHARM_DIR: charmDir,
      ...env,
    },
  });
}

async function ended(child: ChildProcess): Promise<Ended> {
  let stderr = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  return await new Promise((done) => {
    child.once('close', (code, signal) => done({ code, signal, stderr }));
  });
}

async function dispatch(mood: string, hook?: string): Promise<Ended> {
  return await ended(start(mood, hook));
}

async function until(holds: () => boolean): Promise<void> {
  const deadline = Date.now() + 10_000;
  while (!holds()) {
    if (Date.now() > deadline) throw new Error('it did not come to that in time');
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

function caches(): string[] {
  return readdirSync(charmDir).filter((name) => /^\.code-cache-.*(?<!\.hooks)$/.test(name));
}

const stateFile = (): string => join(charmDir, '.charmwright-state.json');

describe('the process of a packed charm', () => {
  it('ends with 0, its status shown and its lines logged with their levels', async () => {
    expect(await dispatch('fine')).toEqual({ code: 0, signal: null, stderr: '' });
    expect(tools.calls).toEqual([
      'config-get --format=json',
      expect.stringMatching(/^(status-set active -- fine|juju-log)/),
      expect.stringMatching(/^(status-set active -- fine|juju-log)/),
    ]);
    expect(tools.calls).toContain('juju-log --log-level INFO -- in the mood mood=fine');
    expect(existsSync(stateFile())).toBe(false);
  });

  it('keeps a deferred event in the charm’s directory, for its owner only', async () => {
    expect(await dispatch('defer')).toMatchObject({ code: 0 });
    expect(statSync(stateFile()).mode & 0o777).toBe(0o600);
    expect(readFileSync(stateFile(), 'utf8')).toContain('in a bad mood');
    expect(await dispatch('fine', 'update-status')).toMatchObject({ code: 0 });
    expect(readFileSync(stateFile(), 'utf8')).not.toContain('in a bad mood');
  });

  it('on Kubernetes keeps a deferred event in the controller, and asks for nothing when idle', async () => {
    const kubernetes = { JUJU_MACHINE_ID: '' };
    const run = async (mood: string, hook: string): Promise<string[]> => {
      const before = tools.calls.length;
      expect(await ended(start(mood, hook, kubernetes))).toMatchObject({ code: 0 });
      return tools.calls
        .slice(before)
        .map((line) => line.replace(/ .*/, ''))
        .filter((tool) => tool.startsWith('state-'));
    };
    tools.answer('state-get', {});
    expect(await run('fine', 'update-status')).toEqual(['state-get']);
    const idle = tools.calls.length;
    expect(await run('fine', 'update-status')).toEqual([]);
    expect(tools.calls).toHaveLength(idle);
    expect(await run('defer', 'config-changed')).toEqual(['state-get', 'state-set']);
    expect(existsSync(stateFile())).toBe(false);
  });

  it('ends with 1 when a handler throws, and logs the stack as an error', async () => {
    expect(await dispatch('throw')).toMatchObject({ code: 1, stderr: '' });
    const log = tools.calls.join('\n');
    expect(log).toContain(
      '--log-level ERROR -- config-changed failed: RangeError: out of patience',
    );
    expect(log).toMatch(/^ {4}at .*charm\.js:\d+:\d+/m);
  });

  it('ends with 1 at once when nobody catches a rejection', async () => {
    expect(await dispatch('reject')).toMatchObject({ code: 1 });
    expect(tools.calls.join('\n')).toContain('config-changed failed: Error: nobody caught me');
  });

  it('ends with 1 when a handler waits for what can never come', async () => {
    expect(await dispatch('stall')).toMatchObject({ code: 1 });
    expect(tools.calls.join('\n')).toContain('StalledError: cannot finish this hook');
  });

  it('ends with 1 when the charm ends it, since nothing was committed, and loses no line', async () => {
    const { code, stderr } = await dispatch('exit');
    expect(code).toBe(1);
    expect(stderr).toContain('process.exit() ended this hook; nothing was committed');
    expect(tools.calls.join('\n') + stderr).toContain('in the mood mood=exit');
  });

  it('runs an executable of the hook first, and itself only once where that is its dispatch', async () => {
    mkdirSync(join(charmDir, 'hooks'));
    symlinkSync('../dispatch', join(charmDir, 'hooks', 'update-status'));
    writeFileSync(
      join(charmDir, 'hooks', 'config-changed'),
      '#!/bin/sh\nstatus-set active -- "first"\nexec ./dispatch\n',
      { mode: 0o755 },
    );
    expect(await dispatch('fine', 'update-status')).toMatchObject({ code: 0 });
    expect(await dispatch('fine')).toMatchObject({ code: 0 });
    const statuses = tools.calls.filter((line) => line.startsWith('status-set'));
    expect(statuses).toEqual(['status-set active -- first', 'status-set active -- fine']);
  });

  it('waits for a debugger before the handler that JUJU_DEBUG_AT names, and stops there', async () => {
    const child = start('fine', 'config-changed', { JUJU_DEBUG_AT: 'other,onConfigChanged' });
    const end = ended(child);
    const [, address = ''] = await saying(
      child.stderr,
      /for a debugger at ws:\/\/(127\.0\.0\.1:\d+)\//,
    );
    const inspector = spawn(process.execPath, ['inspect', address], { stdio: 'pipe' });
    await saying(inspector.stdout, /break in/);
    expect(tools.calls).not.toContain('config-get --format=json');
    const done = saying(child.stderr, /Waiting for the debugger to disconnect/);
    inspector.stdin.write('cont\n');
    await done;
    inspector.kill();
    expect(await end).toMatchObject({ code: 0 });
  });

  it('does not wait for what the charm left behind', async () => {
    expect(await dispatch('linger')).toMatchObject({ code: 0 });
  });

  it('logs warnings of Node as warnings', async () => {
    expect(await dispatch('warn')).toEqual({ code: 0, signal: null, stderr: '' });
    expect(tools.calls.join('\n')).toContain('--log-level WARNING -- Warning: this is getting old');
  });

  it('dies by SIGTERM in the middle of a hook, and loses neither queue nor log', async () => {
    await dispatch('defer');
    const before = readFileSync(stateFile(), 'utf8');
    const child = start('wait', 'update-status');
    const end = ended(child);
    await until(() => tools.calls.some((line) => line.startsWith('status-set active -- wait')));
    child.kill('SIGTERM');
    expect(await end).toMatchObject({ code: null, signal: 'SIGTERM' });
    expect(readFileSync(stateFile(), 'utf8')).toBe(before);
    expect(tools.calls.join('\n')).toMatch(/in the mood mood=wait[^]*SIGTERM ended it/);
  });

  it('says on stderr what is wrong where Juju is not there to be told', async () => {
    rmSync(tools.folder, { recursive: true });
    const child = spawn(join(charmDir, 'dispatch'), [], {
      cwd: charmDir,
      env: { PATH: process.env['PATH'] },
    });
    const { code, stderr } = await ended(child);
    expect(code).toBe(1);
    expect(stderr).toContain('JUJU_UNIT_NAME is not set');
  });
});

describe('the kept compiled code', () => {
  it('is made by the first hook of each kind, and used by the next', async () => {
    await dispatch('fine', 'update-status');
    const [cache] = caches();
    expect(cache).toBeDefined();
    const path = join(charmDir, cache ?? '');
    const first = statSync(path);
    await dispatch('fine');
    const second = statSync(path);
    expect(second.size).toBeGreaterThan(first.size);
    await dispatch('fine');
    await dispatch('fine', 'update-status');
    expect(statSync(path).mtimeMs).toBe(second.mtimeMs);
    expect(caches()).toHaveLength(1);
  });

  it('may be damaged: the charm runs, and makes it anew', async () => {
    await dispatch('fine');
    const path = join(charmDir, caches()[0] ?? '');
    const whole = statSync(path).size;
    writeFileSync(path, 'no code at all');
    expect(await dispatch('fine')).toMatchObject({ code: 0, stderr: '' });
    expect(statSync(path).size).toBeGreaterThan(whole / 2);
  });

  it('is not made by a hook that failed', async () => {
    await dispatch('throw');
    expect(caches()).toEqual([]);
  });

  it('need not be: where it cannot be kept, the charm runs without', async () => {
    await dispatch('fine');
    const path = join(charmDir, caches()[0] ?? '');
    rmSync(path);
    mkdirSync(join(path, 'in the way'), { recursive: true });
    expect(await dispatch('fine')).toMatchObject({ code: 0, stderr: '' });
    expect(caches()).toHaveLength(1);
  });
});

describe('the packed bundle', () => {
  it('holds nothing of the tests’ and the simulator’s rooms', () => {
    const text = readFileSync(join(packed, 'charm.js'), 'utf8');
    expect(text).toContain('dist/errors.js');
    expect(text).not.toMatch(/dist\/(testing|simulator|local|cli)\//);
  });

  it('holds of zod only what its modules use, and so none of its languages', () => {
    const text = readFileSync(join(packed, 'charm.js'), 'utf8');
    expect(text).toContain('node_modules/zod/v4/mini/');
    expect(text).not.toMatch(/node_modules\/zod\/v4\/(classic\/|locales\/(?!index))/);
  });

  it('goes before the machine’s node when it carries one', async () => {
    writeFileSync(join(charmDir, 'node'), '#!/bin/sh\necho "$@" >&2\nexit 7\n', { mode: 0o755 });
    const { code, stderr } = await dispatch('fine');
    expect(code).toBe(7);
    expect(stderr.trim()).toBe(join(charmDir, 'dispatch.cjs'));
  });
});
