import { build } from 'esbuild';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FileStore } from '../../src/framework/file-store.ts';
import { Framework } from '../../src/framework/framework.ts';
import { RecordingLogger } from '../support/recording-logger.ts';

const kills = 60;
/** Kills that must strike between the two ends of a commit before the test believes itself. */
const strikes = 5;
const patience = 240;

describe('a process that is killed while it commits', () => {
  let directory: string;
  let program: string;
  let state: string;

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'store-kill-'));
    program = join(directory, 'program.mjs');
    state = join(directory, 'state.json');
    await build({
      entryPoints: [join(import.meta.dirname, '..', 'fixtures', 'deferring-program.ts')],
      outfile: program,
      bundle: true,
      platform: 'node',
      format: 'esm',
    });
  });

  afterAll(() => rm(directory, { recursive: true }));

  /**
   * Lets the program acknowledge some commits, kills it some milliseconds later in the midst of
   * another one, and returns the last acknowledged number.
   */
  async function runAndKill(commits: number, delay: number): Promise<number> {
    const child = spawn(process.execPath, [program, state], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const closed = once(child, 'close');
    let acknowledged = -1;
    let seen = 0;
    for await (const line of createInterface({ input: child.stdout })) {
      acknowledged = Number(line);
      seen += 1;
      if (seen !== commits) continue;
      const strike = performance.now() + delay;
      while (performance.now() < strike);
      child.kill('SIGKILL');
    }
    await closed;
    expect(child.signalCode).toBe('SIGKILL');
    return acknowledged;
  }

  it('loses no acknowledged event and never leaves a torn state', async () => {
    let struck = 0;
    for (let kill = 0; (kill < kills || struck < strikes) && kill < patience; kill += 1) {
      const acknowledged = await runAndKill(1 + (kill % 3), (kill / 4) % 15);
      if ((await readdir(directory)).includes('state.json.draft')) struck += 1;
      const store = new FileStore(state);
      const { deferred } = await Framework.open({ store, logger: new RecordingLogger() });
      const numbers = deferred.map(({ snapshot }) => snapshot);
      expect(numbers).toEqual(numbers.map((_, index) => index));
      expect(numbers.length).toBeGreaterThan(acknowledged);
      expect(numbers.length).toBeLessThanOrEqual(acknowledged + 2);
      expect(await readdir(directory)).not.toContain('state.json.draft');
    }
    expect(struck, 'kills in the midst of a commit').toBeGreaterThanOrEqual(strikes);
  });
});
