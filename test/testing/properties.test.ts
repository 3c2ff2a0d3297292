import { messageOf } from 'charmwright';
import {
  checkSequences,
  FailingSequenceError,
  replay,
  type SequenceOptions,
  type Step,
} from 'charmwright/testing/properties';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';

import { Hello, type meta } from './fixture-charm.ts';

/** Breaks on one port only, and only once its database is there. */
class Fragile extends Hello {
  override async onConfigChanged(): Promise<void> {
    const db = await this.model.relation('db');
    if (db !== undefined && (await this.config.get('port')) === 13) throw new Error('unlucky');
  }
}

const options: SequenceOptions<typeof meta, Hello> = {
  seed: 7,
  runs: 60,
  length: 20,
  options: { port: fc.constantFrom(13, 8080) },
  remotes: { db: { apps: ['mysql'], appData: fc.constant({ host: 'db.local' }) } },
};

async function failureOf(charm: typeof Hello): Promise<FailingSequenceError> {
  const error: unknown = await checkSequences(charm, options).catch((thrown: unknown) => thrown);
  if (error instanceof FailingSequenceError) return error;
  throw new Error(`no failing sequence: ${messageOf(error)}`);
}

beforeAll(() => {
  vi.stubEnv('CHARMWRIGHT_SEQUENCES', '');
  vi.stubEnv('CHARMWRIGHT_SEED', '');
});
afterAll(() => {
  vi.unstubAllEnvs();
});

test('a charm without a mistake goes through all sequences', async () => {
  const tried = await checkSequences(Hello, { ...options, runs: 5 });
  expect(tried).toMatchObject({ sequences: 5, seed: 7 });
  expect(tried.steps).toBeGreaterThan(20);
});

describe('a charm that crashes after two steps', () => {
  let failure: FailingSequenceError;
  beforeAll(async () => {
    failure = await failureOf(Fragile);
  }, 60_000);

  test('is found, with the shortest script that leads there', () => {
    const { script, seed, message } = failure;
    expect(script.map(({ step }) => step).toSorted()).toEqual(['config', 'relate']);
    expect(script).toContainEqual({ step: 'config', changes: { port: 13 } });
    expect(seed).toBe(7);
    expect(message).toContain('"no crash" does not hold after config-changed of hello/');
    expect(message).toContain('unlucky');
    expect(message).toContain('await replay(Fragile, options, [\n  { step: ');
    expect(message).toContain('{ step: "config", changes: { port: 13 } },');
  });

  test('crashes again when the script is replayed, and not without a step of it', async () => {
    const { script } = failure;
    await expect(replay(Fragile, options, script)).rejects.toThrow(/unlucky/);
    for (const left of script) {
      const rest = script.filter((step) => step !== left);
      expect(await replay(Fragile, options, rest)).toEqual(rest);
    }
  });
});

test('an invariant that does not hold is named, with when', async () => {
  const always = {
    'no port but 80': () => undefined,
    'two units never start': ({ units }: { units: readonly { started: boolean }[] }) => {
      expect(units.filter(({ started }) => started).length).toBeLessThan(2);
    },
  };
  await expect(replay(Hello, { ...options, always }, [])).rejects.toThrow(
    /^"two units never start" does not hold after start of hello\/1: /,
  );
});

test('what must hold at rest is asked when all have run', async () => {
  const seen: string[] = [];
  const atRest = {
    'is asked once': ({
      units,
      leader,
    }: {
      units: readonly { name: string }[];
      leader: unknown;
    }) => {
      seen.push(...units.map(({ name }) => name));
      expect(leader).toBe(units[0]);
    },
  };
  await replay(Hello, { ...options, atRest }, [{ step: 'leader', unit: undefined }]);
  expect(seen).toEqual(['hello/0', 'hello/1']);
});

test('steps that Juju does not allow are left out', async () => {
  const relate: Step = { step: 'relate', endpoint: 'db', app: 'mysql', data: {} };
  const unrelate: Step = { step: 'unrelate', endpoint: 'db', app: 'mysql' };
  const add: Step = { step: 'add-remote-unit', unit: 'mysql/0' };
  const remove: Step = { step: 'remove-remote-unit', unit: 'mysql/0' };
  const up: Step = { step: 'container-up', unit: 'hello/0', container: 'web' };
  const down: Step = { step: 'container-down', unit: 'hello/0', container: 'web' };
  const taken = await replay(Hello, options, [
    unrelate,
    add,
    remove,
    down,
    { step: 'pod-stop', unit: 'hello/0' },
    { step: 'leader', unit: 'hello/0' },
    { step: 'app-data', endpoint: 'db', app: 'mysql', data: { host: 'x' } },
    { step: 'hook', unit: 'hello/9' },
    relate,
    relate,
    add,
    add,
    up,
    up,
    { step: 'all-hooks' },
    { step: 'hook', unit: 'hello/0' },
    unrelate,
    unrelate,
    remove,
    remove,
  ]);
  expect(taken).toEqual([relate, add, up, { step: 'all-hooks' }, unrelate, remove]);
});

test('a hook that breaks is tried again, and its failure is no crash', async () => {
  const events: string[] = [];
  const always = {
    'is noted': ({
      last,
    }: {
      last: { result: { event: string; exitCode: number } } | undefined;
    }) => {
      events.push(`${last?.result.event} ${last?.result.exitCode}`);
    },
  };
  const broken: Step = { step: 'broken-hook', unit: 'hello/0', at: { tool: 'relation-set' } };
  await replay(Hello, { ...options, units: 1, always }, [
    { step: 'container-up', unit: 'hello/0', container: 'web' },
    { step: 'all-hooks' },
    { step: 'config', changes: { port: 8080 } },
    broken,
    { step: 'hook', unit: 'hello/0' },
  ]);
  const at = events.indexOf('config-changed 1');
  expect(events.slice(at, at + 2)).toEqual(['config-changed 1', 'config-changed 0']);
});

test('after the stop of a pod no hook runs until another pod takes its place', async () => {
  const events: string[] = [];
  const always = {
    'is noted': ({ last }: { last: { result: { event: string } } | undefined }) => {
      events.push(last?.result.event ?? '');
    },
  };
  await replay(Hello, { ...options, units: 1, always }, [
    { step: 'all-hooks' },
    { step: 'pod-stop', unit: 'hello/0' },
    { step: 'all-hooks' },
    { step: 'config', changes: { port: 8080 } },
    { step: 'all-hooks' },
    { step: 'hook', unit: 'hello/0' },
  ]);
  const stop = events.indexOf('stop');
  expect(events.slice(stop, stop + 4)).toEqual([
    'stop',
    'upgrade-charm',
    'config-changed',
    'start',
  ]);
});
