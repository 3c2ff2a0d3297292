import { spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod/mini';
import { PebbleClient, UnixSocketTransport } from '../src/pebble/index.ts';
import { findPythonWithOps } from '../test/support/python-with-ops.ts';
import { median, printTable } from './table.ts';

/**
 * The Pebble client against ops.pebble, on one real daemon, in turns: many small calls, one after the
 * other and by several callers at once, large files, whole directories of small ones, and the memory
 * of a process through which a large file goes there and back. Each turn is a process of its own,
 * bench/pebble-turn.ts or bench/pebble_ops.py, that times itself, so that neither side pays for its
 * start.
 */
const rounds = Number(process.env['BENCH_PEBBLE_ROUNDS'] ?? 3);
const calls = Number(process.env['BENCH_PEBBLE_CALLS'] ?? 1000);
const mebibyte = 1024 * 1024;
const pushed = Number(process.env['BENCH_PEBBLE_PUSH_MIB'] ?? 64) * mebibyte;
/** Time of a pull by ops grows with the square of the size, up to 8 MiB. */
const pulled = Number(process.env['BENCH_PEBBLE_PULL_MIB'] ?? 1) * mebibyte;
const files = Number(process.env['BENCH_PEBBLE_FILES'] ?? 1000);
const streamed = Number(process.env['BENCH_PEBBLE_STREAM_MIB'] ?? 1024) * mebibyte;
const ourProgram = join(import.meta.dirname, 'pebble-turn.js');
const opsProgram = join(import.meta.dirname, '..', '..', 'bench', 'pebble_ops.py');

/** A kind of work, and how many do it at once: connections on our side, threads on the other. */
interface Kind {
  readonly what: string;
  readonly callers: number;
}

const smallKinds: readonly Kind[] = [
  { what: 'system-info', callers: 1 },
  { what: 'services', callers: 1 },
  { what: 'small-push', callers: 1 },
  { what: 'small-pull', callers: 1 },
  { what: 'system-info', callers: 16 },
  { what: 'small-pull', callers: 16 },
];
const pushKinds: readonly Kind[] = [
  { what: 'push', callers: 1 },
  { what: 'push', callers: 4 },
];
const pullKind: Kind = { what: 'pull', callers: 1 };
const treeKinds: readonly Kind[] = [
  { what: 'push-path', callers: 1 },
  { what: 'pull-path', callers: 1 },
];

/** What a turn took, in seconds: by the clock, and of the processor's time in its own process. */
interface Taken {
  readonly wall: number;
  readonly cpu: number;
}

const takenSchema = z.object({ wall: z.number(), cpu: z.number() });

/** The best that each side took for one kind of work. */
interface Comparison extends Kind {
  readonly amount: number;
  readonly ours: Taken;
  readonly ops: Taken;
}

/** Runs one turn, and gives what it printed. */
function turn(command: readonly string[], { what, callers }: Kind, amount: number): unknown {
  const [file = '', ...first] = command;
  const source = join(base, `${what}-source`);
  const words = [socketPath, what, String(callers), String(amount), base, source];
  const run = spawnSync(file, [...first, ...words], { encoding: 'utf8' });
  if (run.status !== 0) throw new Error(`${file} ${what}: ${run.stderr}`);
  return JSON.parse(run.stdout);
}

/** The best turn of each side: whatever else the machine does can only slow one down. */
function compare(kind: Kind, amount: number, python: string): Comparison {
  const ours: Taken[] = [];
  const ops: Taken[] = [];
  for (let round = 0; round < rounds; round += 1) {
    ours.push(takenSchema.parse(turn([process.execPath, ourProgram], kind, amount)));
    ops.push(takenSchema.parse(turn([python, opsProgram], kind, amount)));
  }
  return { ...kind, amount, ours: best(ours), ops: best(ops) };
}

function best(turns: readonly Taken[]): Taken {
  return {
    wall: Math.min(...turns.map(({ wall }) => wall)),
    cpu: Math.min(...turns.map(({ cpu }) => cpu)),
  };
}

function report(python: string): void {
  const small = smallKinds.map((kind) => compare(kind, calls, python));
  printTable(
    ['small call', 'charmwright/s', 'ops/s', 'ratio', 'charmwright CPU µs', 'ops CPU µs'],
    small.map((row) => [...rates(row, calls), microseconds(row.ours), microseconds(row.ops)]),
  );
  console.log(`\n${medianOf(small)}, target: at least 2\n`);

  const pushes = pushKinds.map((kind) => compare(kind, pushed, python));
  const large = [...pushes, compare(pullKind, pulled, python)];
  printTable(
    ['large file', 'charmwright MiB/s', 'ops MiB/s', 'ratio', 'MiB each'],
    large.map((row) => {
      const size = row.amount / mebibyte;
      return [...rates(row, size), (size / row.callers).toFixed(0)];
    }),
  );
  console.log(`\n${medianOf(large)}, target: at least 1.5\n`);

  printTable(
    ['whole directory', 'charmwright files/s', 'ops files/s', 'ratio', 'files'],
    treeKinds.map((kind) => [...rates(compare(kind, files, python), files), String(files)]),
  );
  console.log();

  const memory = turn([process.execPath, ourProgram], { what: 'memory', callers: 1 }, streamed);
  printTable(
    ['MiB there and back', 'peak growth of resident MiB'],
    [[(streamed / mebibyte).toFixed(0), (z.number().parse(memory) / mebibyte).toFixed(1)]],
  );
  console.log(`\ntarget: below 64; best of ${rounds} rounds, Node ${process.version}\n`);
}

/** Of the processor, for one call. */
function microseconds({ cpu }: Taken): string {
  return ((cpu / calls) * 1_000_000).toFixed(0);
}

/** The first columns of a table: what was done, so many times a second on each side, and the ratio. */
function rates(row: Comparison, times: number): readonly string[] {
  const { what, callers, ours, ops } = row;
  return [
    callers === 1 ? what : `${what}, ${callers} at once`,
    (times / ours.wall).toFixed(0),
    (times / ops.wall).toFixed(0),
    ratioOf(row).toFixed(2),
  ];
}

function ratioOf({ ours, ops }: Comparison): number {
  return ops.wall / ours.wall;
}

function medianOf(rows: readonly Comparison[]): string {
  const alone = rows.filter(({ callers }) => callers === 1);
  const [ofAll, ofThose] = [rows, alone].map((some) => median(some.map(ratioOf)).toFixed(2));
  return `median ratio ${ofAll}, without those at once ${ofThose}`;
}

// In memory, where there is such a directory: Pebble syncs every file, and a disk's time says nothing.
const memoryDir = '/dev/shm';
const base = await mkdtemp(join(existsSync(memoryDir) ? memoryDir : tmpdir(), 'bench-pebble-'));
const socketPath = join(base, 's');
const python = findPythonWithOps();
const present = spawnSync('pebble', ['version', '--client']).status === 0;
if (python === undefined || !present) {
  console.log(`pebble: skipped: ${present ? 'python3 has no ops' : 'pebble is not on PATH'}`);
} else {
  const daemon = spawn('pebble', ['run', '--create-dirs', '--hold'], {
    env: {
      PATH: process.env['PATH'],
      PEBBLE: join(base, 'pebble'),
      PEBBLE_SOCKET: socketPath,
      PEBBLE_PERSIST: 'never',
    },
    stdio: 'ignore',
  });
  try {
    await prepare();
    report(python);
  } finally {
    daemon.kill();
    await new Promise((resolve) => daemon.once('close', resolve));
  }
}
await rm(base, { recursive: true, force: true });

/** Waits for the daemon, gives it services to tell of, and writes the files. */
async function prepare(): Promise<void> {
  const pebble = new PebbleClient(new UnixSocketTransport(socketPath));
  for (let attempt = 0; ; attempt += 1) {
    try {
      await pebble.systemInfo();
      break;
    } catch (error) {
      if (attempt === 200) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
  const service = { override: 'replace', command: 'sleep 1' } as const;
  await pebble.addLayer('bench', { services: { one: service, two: service, three: service } });
  await pebble.close();
  for (let index = 0; index < files; index += 1) {
    const inner = join(base, 'tree', `dir-${index % 20}`);
    await mkdir(inner, { recursive: true });
    await writeFile(join(inner, `file-${index}`), 'x'.repeat(1024));
  }
  // As compressed content is. Of bytes that are all alike, Go's reader of forms makes heavier work.
  await writeFile(join(base, 'push-source'), randomPieces(pushed));
  await writeFile(join(base, 'pull-source'), randomPieces(pulled));
}

function* randomPieces(bytes: number): Generator<Uint8Array, void, undefined> {
  for (let made = 0; made < bytes; made += mebibyte) {
    yield randomBytes(Math.min(mebibyte, bytes - made));
  }
}
