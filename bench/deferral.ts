import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { dispatch } from '../src/dispatch/dispatch.ts';
import { DeferralQueue } from '../src/framework/deferral-queue.ts';
import { printState } from '../src/framework/state-format.ts';
import {
  Charm,
  type CharmArgs,
  type HandlerObject,
  type RelationChangedEvent,
} from '../src/index.ts';
import type { HookTools } from '../src/juju/hook-tool.ts';
import { MemoryStore } from '../src/testing/memory-store.ts';
import { median, printTable, span } from './table.ts';

/**
 * What deferred events cost a dispatch: time for each of them in a queue of a thousand and of ten
 * thousand, in turns, and the memory of a process with a thousand against one with none. Hook tools
 * answer in memory; a dispatch is otherwise whole, its log lines and its commit included.
 */
const rounds = Number(process.env['BENCH_ROUNDS'] ?? 15);
const few = 1000;
const many = 10_000;

const meta = {
  name: 'bench',
  containers: {},
  peers: {},
  requires: { database: { interface: 'db' } },
  provides: {},
  storage: {},
  resources: {},
  options: {},
  actions: {},
} as const;

const deferring: HandlerObject<Charm<typeof meta>, RelationChangedEvent> = {
  name: 'deferring',
  handle: async (_charm, event) => event.defer('the database is not ready yet'),
};

class DeferringCharm extends Charm<typeof meta> {
  static readonly meta: typeof meta = meta;

  constructor(...args: CharmArgs<typeof meta>) {
    super(...args);
    this.observe(this.on['database-relation-changed'], deferring);
  }
}

/** A queue of events about one relation, each about a unit of its own. */
function queueOf(length: number): string {
  const queue = new DeferralQueue();
  for (let index = 0; index < length; index += 1) {
    queue.put({
      emitter: 'juju',
      kind: 'database-relation-changed',
      observer: 'charm',
      handler: deferring.name,
      snapshot: { app: 'db', relation: 1, unit: `db/${index}` },
      deferredSince: new Date(0),
      attempts: 1,
      reason: 'the database is not ready yet',
    });
  }
  return printState({ queue: queue.entries(), stored: new Map() });
}

/** Dispatches update-status to a unit with a queue, and gives the milliseconds that it took. */
async function run(text: string, length: number): Promise<number> {
  const store = new MemoryStore();
  await store.commit(text);
  const hookTools: HookTools = {
    call: async ({ tool }) => {
      const stdout = tool === 'relation-ids' ? '["database:1"]' : '';
      return { code: 0, stdout, stderr: '' };
    },
    close: async () => {},
  };
  const began = performance.now();
  const result = await dispatch({
    charmClass: DeferringCharm,
    env: {
      JUJU_UNIT_NAME: 'bench/0',
      JUJU_MODEL_NAME: 'bench',
      JUJU_MODEL_UUID: '3c1a1b1e-6a60-4d0a-8f6e-0a4a2f1f8d11',
      JUJU_VERSION: '3.6.9',
      JUJU_CHARM_DIR: '/',
      JUJU_DISPATCH_PATH: 'hooks/update-status',
    },
    hookTools,
    store,
    pebble: () => {
      throw new Error('the bench has no container');
    },
  });
  const took = performance.now() - began;
  const handled = result.deferred.filter(({ attempts }) => attempts === 2).length;
  if (result.exitCode !== 0 || handled !== length) {
    throw new Error(`${handled} of ${length} events came again`, { cause: result.error });
  }
  return took;
}

async function reportTime(): Promise<void> {
  const lengths = [few, many];
  const times = new Map(lengths.map((length): [number, number[]] => [length, []]));
  const texts = new Map(lengths.map((length) => [length, queueOf(length)]));
  for (let round = 0; round <= rounds; round += 1) {
    for (const [length, text] of texts) {
      const took = await run(text, length);
      // The first round is for the compiler.
      if (round > 0) times.get(length)?.push((took / length) * 1000);
    }
  }
  const base = median(times.get(few) ?? []);
  printTable(
    ['deferred events', 'median µs each', 'min–max', `÷ ${few}`],
    [...times].map(([length, values]) => [
      String(length),
      median(values).toFixed(1),
      span(values),
      (median(values) / base).toFixed(2),
    ]),
  );
  console.log(
    `\n${rounds} rounds, Node ${process.version}, target: ÷ ${few} about 1, as in linear\n`,
  );
}

/** Peak bytes of a new process that runs one dispatch with so many deferred events. */
function peakOf(length: number): number {
  const { stdout, stderr, status } = spawnSync(
    process.execPath,
    [fileURLToPath(import.meta.url), 'peak', String(length)],
    { encoding: 'utf8' },
  );
  if (status !== 0) throw new Error(stderr);
  return Number(stdout);
}

function mebibytes(bytes: number): string {
  return (bytes / 1024 / 1024).toFixed(1);
}

function reportMemory(): void {
  const peaks = new Map([0, few, many].map((length): [number, number[]] => [length, []]));
  for (let round = 0; round < Math.ceil(rounds / 3); round += 1) {
    for (const [length, values] of peaks) values.push(peakOf(length));
  }
  const empty = median(peaks.get(0) ?? []);
  printTable(
    ['deferred events', 'their own MiB', 'peak MiB', '÷ none', '÷ (2 × none + their own)'],
    [...peaks].map(([length, values]) => {
      const own = Buffer.byteLength(queueOf(length));
      return [
        String(length),
        mebibytes(own),
        mebibytes(median(values)),
        (median(values) / empty).toFixed(2),
        (median(values) / (2 * empty + own)).toFixed(2),
      ];
    }),
  );
  console.log(`\ntarget: the last column below 1 with ${few}`);
}

const [, , what, length = ''] = process.argv;
if (what === 'peak') {
  await run(queueOf(Number(length)), Number(length));
  process.stdout.write(String(process.resourceUsage().maxRSS * 1024));
} else {
  await reportTime();
  reportMemory();
}
