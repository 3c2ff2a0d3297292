import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test as base, expect, vi } from 'vitest';

import {
  childProcessLauncher,
  type ChildProcessLauncher,
} from '../../../src/local/supervisor/child-process-launcher.ts';
import type { OutputSink, ProcessSpec } from '../../../src/simulator/pebble/process-launcher.ts';

interface Fixture {
  dir: string;
  launcher: ChildProcessLauncher;
}

const test = base.extend<Fixture>({
  // eslint-disable-next-line no-empty-pattern -- the form that vitest asks for
  dir: async ({}, use) => {
    const dir = await mkdtemp(join(tmpdir(), 'child-'));
    await use(dir);
    await rm(dir, { recursive: true, force: true });
  },
  // eslint-disable-next-line no-empty-pattern -- the form that vitest asks for
  launcher: async ({}, use) => {
    const launcher = launcherWith({});
    await use(launcher);
    launcher.killAll();
  },
});

function launcherWith(options: { commandPrefix?: string }): ChildProcessLauncher {
  return childProcessLauncher({
    environment: { PATH: '/usr/bin:/bin' },
    commandPrefix: options.commandPrefix,
    keepUser: false,
    toHost: (path) => path,
  });
}

function spec(...argv: string[]): ProcessSpec {
  return { purpose: 'service', service: 's', argv, environment: { PATH: '/usr/bin:/bin', A: 'b' } };
}

/** Whether a process runs. One that only waits for its parent to notice its end does not. */
async function alive(pid: number): Promise<boolean> {
  try {
    return !/^State:\s*[ZX]/m.test(await readFile(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}

async function pidIn(path: string): Promise<number> {
  return vi.waitFor(async () => {
    const pid = Number(await readFile(path, 'utf8'));
    expect(pid).toBeGreaterThan(0);
    return pid;
  });
}

test('output of both kinds arrives, and the exit code', async ({ launcher }) => {
  let output = '';
  const child = await launcher.launch(
    spec('sh', '-c', 'echo "$A"; echo err >&2; exit 3'),
    (chunk) => {
      output += Buffer.from(chunk).toString('utf8');
    },
  );
  expect(await child.exited).toBe(3);
  await child.outputClosed;
  expect(output.split('\n').sort()).toEqual(['', 'b', 'err']);
});

test('a process has the variables that it is given and no other', async ({ launcher }) => {
  vi.stubEnv('NODE_OPTIONS', '--no-warnings');
  let output = '';
  try {
    const child = await launcher.launch(spec('env'), (chunk) => {
      output += Buffer.from(chunk).toString('utf8');
    });
    await child.outputClosed;
  } finally {
    vi.unstubAllEnvs();
  }
  expect(output.trim().split('\n').sort()).toEqual(['A=b', 'PATH=/usr/bin:/bin']);
});

test('a process that a signal ended has 128 and the number as its code', async ({ launcher }) => {
  const child = await launcher.launch(spec('sleep', '1000'), () => undefined);
  expect(child.signal('SIGKILL')).toBe(true);
  expect(await child.exited).toBe(137);
  expect(child.signalGroup('SIGTERM')).toBe(false);
});

test('a signal to the group reaches the children of the process', async ({ dir, launcher }) => {
  const path = join(dir, 'pid');
  const child = await launcher.launch(
    spec('sh', '-c', `sleep 1000 & echo $! > ${path}; wait`),
    () => undefined,
  );
  const grandchild = await pidIn(path);
  child.signalGroup('SIGTERM');
  await child.exited;
  await vi.waitFor(async () => {
    expect(await alive(grandchild)).toBe(false);
  });
});

test('what outlived its parent is killed in the end', async ({ dir, launcher }) => {
  const path = join(dir, 'pid');
  const child = await launcher.launch(
    spec('sh', '-c', `sleep 1000 & echo $! > ${path}`),
    () => undefined,
  );
  expect(await child.exited).toBe(0);
  const grandchild = await pidIn(path);
  expect(await alive(grandchild)).toBe(true);
  launcher.killAll();
  await child.outputClosed;
  await vi.waitFor(async () => {
    expect(await alive(grandchild)).toBe(false);
  });
});

test.each([
  ['nosuchprogram', 'exec: "nosuchprogram": executable file not found in $PATH'],
  ['/no/such', 'fork/exec /no/such: no such file or directory'],
  ['/etc', 'fork/exec /etc: permission denied'],
  ['/etc/passwd', 'fork/exec /etc/passwd: permission denied'],
])('%s cannot be launched, and it says why', async (program, message) => {
  await expect(launcherWith({}).launch(spec(program), () => undefined)).rejects.toMatchObject({
    code: 'launch',
    message,
  });
});

test('a missing working directory is told of as Pebble does', async ({ launcher }) => {
  await expect(
    launcher.launch({ ...spec('sleep', '1'), workingDirectory: '/no/such' }, () => undefined),
  ).rejects.toThrow(/^fork\/exec \S+sleep: no such file or directory$/);
});

test('with a prefix the whole command line goes to that program', async ({ dir }) => {
  const prefix = join(dir, 'enter');
  await writeFile(prefix, '#!/bin/sh\necho entered "$@"\n', { mode: 0o755 });
  let output = '';
  const child = await launcherWith({ commandPrefix: prefix }).launch(
    spec('/only/there', 'a b'),
    (chunk) => {
      output += Buffer.from(chunk).toString('utf8');
    },
  );
  await child.exited;
  await child.outputClosed;
  expect(output).toBe('entered /only/there a b\n');
});

test.skipIf(process.getuid?.() !== 0)(
  'as root, a process gets its user and group and no other groups',
  async ({ launcher }) => {
    let output = '';
    const child = await launcher.launch(
      { ...spec('id'), user: { userId: 65534, groupId: 65534 } },
      (chunk) => {
        output += Buffer.from(chunk).toString('utf8');
      },
    );
    await child.exited;
    await child.outputClosed;
    expect(output).toMatch(/^uid=65534\S* gid=65534\S* groups=65534\S*\n$/);
  },
);

const nowhere: OutputSink = { write: async () => true, end: () => undefined };

/** How many descriptors this process has open. */
async function openDescriptors(): Promise<number> {
  return (await readdir('/proc/self/fd')).length;
}

test('lets go of the pipes of a process that cannot be started', async ({ launcher }) => {
  const before = await openDescriptors();
  for (const argument of ['a\0b', 'x'.repeat(200_000)]) {
    await expect(launcher.launch(spec('true', argument), () => undefined)).rejects.toMatchObject({
      code: 'launch',
    });
    await expect(
      launcher.execute(spec('true', argument), { stdout: nowhere, stderr: nowhere }),
    ).rejects.toMatchObject({ code: 'launch' });
  }
  await vi.waitFor(async () => {
    expect(await openDescriptors()).toBeLessThanOrEqual(before);
  });
});
