import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { dispatchMarker, LegacyHookError, runLegacyHook } from '../../src/dispatch/legacy-hook.ts';
import { pinoLogger } from '../../src/dispatch/logger.ts';

let charmDir: string;
let log: string[];

beforeEach(() => {
  charmDir = mkdtempSync(join(tmpdir(), 'charmwright-legacy-'));
  for (const folder of ['hooks', 'actions']) mkdirSync(join(charmDir, folder));
  log = [];
});

afterEach(() => {
  rmSync(charmDir, { recursive: true });
});

function script(name: string, text: string, mode = 0o755): void {
  writeFileSync(join(charmDir, name), text, { mode });
}

async function run(path: string | undefined, signal?: AbortSignal): Promise<void> {
  await runLegacyHook({
    charmDir,
    environment: {
      PATH: process.env['PATH'],
      JUJU_UNIT_NAME: 'hello/0',
      ...(path === undefined ? {} : { JUJU_DISPATCH_PATH: path }),
    },
    logger: pinoLogger({ write: (level, message) => void log.push(`${level} ${message}`) }),
    ownPrograms: [join(charmDir, 'dispatch')],
    signal,
  });
}

describe('a legacy hook', () => {
  it.each(['hooks/start', 'actions/start'])(
    'runs in the charm’s directory with the hook’s environment, and is marked: %s',
    async (path) => {
      script(path, `#!/bin/sh\necho "$PWD $JUJU_UNIT_NAME $${dispatchMarker} $#" >told\n`);
      await run(path);
      expect(readFileSync(join(charmDir, 'told'), 'utf8')).toMatch(
        /\/charmwright-legacy-\S+ hello\/0 1 0\n$/,
      );
    },
  );

  it.each([undefined, '', 'hooks/start', 'hooks'])(
    'need not be there: with the path %j nothing happens',
    async (path) => {
      await run(path);
      expect(log).toEqual([]);
    },
  );

  it('is passed over with a warning when it is not executable', async () => {
    script('hooks/start', '#!/bin/sh\nexit 1\n', 0o644);
    await run('hooks/start');
    expect(log).toEqual([expect.stringMatching(/^WARNING hooks\/start is not executable/)]);
  });

  it('hands its exit code on', async () => {
    script('hooks/start', '#!/bin/sh\nexit 7\n');
    await expect(run('hooks/start')).rejects.toMatchObject({
      code: 'legacy-hook-failed',
      exitCode: 7,
      path: 'hooks/start',
    });
  });

  it('hands on, as a shell does, the signal that ended it', async () => {
    script('hooks/start', '#!/bin/sh\nkill -9 $$\n');
    await expect(run('hooks/start')).rejects.toMatchObject({ exitCode: 137 });
  });

  it('fails the hook with 1 when it cannot be started', async () => {
    script('hooks/start', '#!/nowhere/interpreter\n');
    await expect(run('hooks/start')).rejects.toThrow(LegacyHookError);
    await expect(run('hooks/start')).rejects.toMatchObject({ exitCode: 1 });
  });

  it.each([
    ['a link to', (from: string, to: string) => symlinkSync(from, to)],
    ['a copy of', copyFileSync],
  ])('that is %s dispatch is not run', async (_, make) => {
    script('dispatch', '#!/bin/sh\nexit 9\n');
    make(join(charmDir, 'dispatch'), join(charmDir, 'hooks/start'));
    await run('hooks/start');
    expect(log).toEqual([expect.stringMatching(/^DEBUG hooks\/start is this charm's dispatch/)]);
  });

  it('is ended with the dispatch', async () => {
    script('hooks/start', '#!/bin/sh\nexec sleep 60\n');
    const ending = new AbortController();
    const reason = new Error('the pod goes');
    const running = run('hooks/start', ending.signal);
    ending.abort(reason);
    await expect(running).rejects.toBe(reason);
  });
});
