import { build } from 'esbuild';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import * as z from 'zod/mini';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FileStore } from '../../src/framework/file-store.ts';
import { Framework } from '../../src/framework/framework.ts';
import type { PayloadEvent } from '../../src/framework/payload-event.ts';
import { MemoryStore } from '../support/memory-store.ts';
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

describe('a unit whose state file moves to the controller while hooks are killed', () => {
  const rounds = 14;
  const never = Number.POSITIVE_INFINITY;
  const before = [0, 1, 2];
  let directory: string;
  let program: string;

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'store-move-'));
    program = join(directory, 'program.mjs');
    await build({
      entryPoints: [join(import.meta.dirname, '..', 'fixtures', 'taking-over-program.ts')],
      outfile: program,
      bundle: true,
      platform: 'node',
      format: 'esm',
    });
  });

  afterAll(() => rm(directory, { recursive: true }));

  /** Runs a hook, kills it some milliseconds after its beginning, and does what Juju does then. */
  async function hook(
    charmDir: string,
    delay: number,
  ): Promise<{ numbers?: unknown; died: boolean }> {
    const [controller, pending] = [join(charmDir, 'controller'), join(charmDir, 'pending')];
    const child = spawn(process.execPath, [program, charmDir, controller, pending], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const closed = once(child, 'close');
    let said = '';
    for await (const line of createInterface({ input: child.stdout })) {
      said = line;
      if (line !== 'begun') continue;
      if (!Number.isFinite(delay)) continue;
      const strike = performance.now() + delay;
      while (performance.now() < strike);
      child.kill('SIGKILL');
    }
    await closed;
    if (child.exitCode !== 0) {
      await rm(pending, { force: true });
      return { died: true };
    }
    if (existsSync(pending)) await rename(pending, controller);
    return { numbers: JSON.parse(said), died: false };
  }

  it('keeps every event, each once and in order, wherever they strike', async () => {
    let died = 0;
    for (let round = 0; round < rounds; round += 1) {
      const charmDir = await mkdtemp(join(directory, 'charm-'));
      const local = new FileStore(join(charmDir, 'state.json'));
      await local.commit(await stateWith(before));
      let expected = before.length;
      // Every other time the file is taken over undisturbed, so that they strike its removal.
      for (const delay of [round % 2 === 0 ? round * 3 : never, (round * 7) % 40, 0.5]) {
        const ended = await hook(charmDir, delay);
        if (ended.died) died += 1;
        else expected += 1;
      }
      const { numbers } = await hook(charmDir, never);
      expect(numbers).toEqual(Array.from({ length: expected + 1 }, (_, index) => index));
      await hook(charmDir, never);
      expect(existsSync(join(charmDir, 'state.json'))).toBe(false);
    }
    expect(died, 'hooks that were killed').toBeGreaterThanOrEqual(strikes);
  });
});

/** The state of a unit that has deferred some numbers. */
async function stateWith(numbers: readonly number[]): Promise<string> {
  const store = new MemoryStore();
  const framework = await Framework.open({ store, logger: new RecordingLogger() });
  const owner = {
    path: 'charm',
    onNumbered: (event: PayloadEvent<number>): ReturnType<typeof event.defer> =>
      event.defer('not yet'),
  };
  const numbered = framework.define(owner, 'numbered', z.number());
  framework.observe(owner, numbered, owner.onNumbered);
  for (const number of numbers) await numbered.emit(number);
  await framework.commit();
  return store.commits[0] ?? '';
}
