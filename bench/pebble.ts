import { spawn, spawnSync } from 'node:child_process';
import { createReadStream, existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PebbleClient, UnixSocketTransport } from '../src/pebble/index.ts';
import { median, printTable } from './table.ts';

/**
 * The Pebble client against ops.pebble, on one real daemon, in turns: many small calls, large files,
 * whole directories of small ones, and the memory of a process through which a large file goes there and back. Each turn is a process
 * of its own that times itself, so that neither side pays for its start.
 */
const rounds = Number(process.env['BENCH_PEBBLE_ROUNDS'] ?? 3);
const calls = Number(process.env['BENCH_PEBBLE_CALLS'] ?? 1000);
const mebibyte = 1024 * 1024;
const pushed = Number(process.env['BENCH_PEBBLE_PUSH_MIB'] ?? 64) * mebibyte;
/** Time of a pull by ops grows with the square of the size, up to 8 MiB. */
const pulled = Number(process.env['BENCH_PEBBLE_PULL_MIB'] ?? 1) * mebibyte;
const files = Number(process.env['BENCH_PEBBLE_FILES'] ?? 1000);
const streamed = Number(process.env['BENCH_PEBBLE_STREAM_MIB'] ?? 1024) * mebibyte;
const pieceSize = 256 * 1024;

const smallWorks = ['system-info', 'services', 'small-push', 'small-pull', 'at-once'] as const;
/** How many callers the work `at-once` has: connections here, threads there. */
const callers = 16;
const treeWorks = ['push-path', 'pull-path'] as const;
type Work = (typeof smallWorks)[number] | (typeof treeWorks)[number] | 'push' | 'pull' | 'memory';

/** What both sides took for one kind of work, in seconds. */
interface Comparison {
  readonly what: Work;
  readonly ours: number;
  readonly ops: number;
}

const program = fileURLToPath(import.meta.url);
const pythonProgram = join(import.meta.dirname, '..', '..', 'bench', 'pebble_ops.py');

/** One turn, in the process that is measured. Answers with seconds, or with bytes of memory. */
async function work(
  socket: string,
  what: string,
  amount: number,
  [dir = '', source = '']: readonly string[],
): Promise<number> {
  const pebble = new PebbleClient(new UnixSocketTransport(socket), { timeout: 60_000 });
  const [small, large] = [join(dir, 'small'), join(dir, 'large')];
  const toPull = what === 'pull' ? source : large;
  const text = 'x'.repeat(1024);
  const pull = async (): Promise<void> => {
    let received = 0;
    for await (const piece of await pebble.pull(toPull)) received += piece.length;
    if (received !== amount) throw new Error(`${received} of ${amount} bytes came`);
  };
  const call = async (): Promise<void> => {
    if (what === 'system-info' || what === 'at-once') await pebble.systemInfo();
    if (what === 'services') await pebble.services();
    if (what === 'small-push') await pebble.push(small, text);
    if (what === 'small-pull' && (await pebble.pullText(small)) !== text)
      throw new Error('differs');
  };
  if (what === 'memory') {
    for (let turn = 0; turn < 50; turn += 1) await pebble.systemInfo();
    const before = process.memoryUsage().rss;
    await pebble.push(large, zeros(amount));
    await pull();
    return process.resourceUsage().maxRSS * 1024 - before;
  }
  if (what === 'push' || what === 'pull') {
    const began = performance.now();
    if (what === 'pull') await pull();
    else await pebble.push(large, createReadStream(source, { highWaterMark: pieceSize }));
    return (performance.now() - began) / 1000;
  }
  if (what === 'push-path' || what === 'pull-path') {
    const dest = join(dir, `${what}-${process.pid}`);
    await pebble.pullPath(join(dir, 'tree', 'dir-0'), join(dest, 'first'));
    const began = performance.now();
    if (what === 'push-path') await pebble.pushPath(join(dir, 'tree'), dest);
    else await pebble.pullPath(join(dir, 'tree'), dest);
    return (performance.now() - began) / 1000;
  }
  let left = 50;
  const caller = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      await call();
    }
  };
  await caller();
  const began = performance.now();
  left = amount;
  await Promise.all(Array.from({ length: what === 'at-once' ? callers : 1 }, caller));
  return (performance.now() - began) / 1000;
}

async function* zeros(bytes: number): AsyncGenerator<Uint8Array, void, undefined> {
  for (let sent = 0; sent < bytes; sent += pieceSize) {
    yield Buffer.alloc(Math.min(pieceSize, bytes - sent));
  }
}

/** Runs one turn in a process of its own. */
function turn(command: readonly string[], what: Work, amount: number): number {
  const [file = '', ...first] = command;
  const source = join(base, `${what}-source`);
  const run = spawnSync(file, [...first, socketPath, what, String(amount), base, source], {
    encoding: 'utf8',
  });
  if (run.status !== 0) throw new Error(`${file} ${what}: ${run.stderr}`);
  return Number(run.stdout);
}

/** The best turn of each side: whatever else the machine does can only slow one down. */
function compare(what: Work, amount: number, python: string): Comparison {
  const ours: number[] = [];
  const ops: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    ours.push(turn([process.execPath, program], what, amount));
    ops.push(turn([python, pythonProgram], what, amount));
  }
  return { what, ours: Math.min(...ours), ops: Math.min(...ops) };
}

/** The interpreter itself: a version manager's shim in front of it would slow ops down. */
function findPythonWithOps(): string | undefined {
  const probe = spawnSync('python3', ['-c', 'import ops, sys; print(sys.executable)'], {
    encoding: 'utf8',
  });
  return probe.status === 0 ? probe.stdout.trim() : undefined;
}

function report(python: string): void {
  const small = smallWorks.map((what) => compare(what, calls, python));
  printTable(
    ['small call', 'charmwright/s', 'ops/s', 'ratio'],
    small.map(({ what, ours, ops }) => [
      what,
      (calls / ours).toFixed(0),
      (calls / ops).toFixed(0),
      (ops / ours).toFixed(2),
    ]),
  );
  const ratio = median(small.map(({ ours, ops }) => ops / ours));
  console.log(`\nmedian ratio ${ratio.toFixed(2)}, target: at least 2\n`);

  const large = new Map([
    [compare('push', pushed, python), pushed],
    [compare('pull', pulled, python), pulled],
  ]);
  printTable(
    ['large file', 'MiB', 'charmwright MiB/s', 'ops MiB/s', 'ratio'],
    [...large].map(([{ what, ours, ops }, bytes]) => [
      what,
      (bytes / mebibyte).toFixed(0),
      (bytes / mebibyte / ours).toFixed(0),
      (bytes / mebibyte / ops).toFixed(0),
      (ops / ours).toFixed(2),
    ]),
  );
  console.log('\ntarget: at least 1.5\n');

  const trees = treeWorks.map((what) => compare(what, files, python));
  printTable(
    ['whole directory', 'files', 'charmwright files/s', 'ops files/s', 'ratio'],
    trees.map(({ what, ours, ops }) => [
      what,
      String(files),
      (files / ours).toFixed(0),
      (files / ops).toFixed(0),
      (ops / ours).toFixed(2),
    ]),
  );
  console.log();

  const growth = turn([process.execPath, program], 'memory', streamed);
  printTable(
    ['MiB there and back', 'peak growth of resident MiB'],
    [[(streamed / mebibyte).toFixed(0), (growth / mebibyte).toFixed(1)]],
  );
  console.log(`\ntarget: below 64; best of ${rounds} rounds, Node ${process.version}\n`);
}

const [, , socket, what = '', amount, ...paths] = process.argv;
if (socket !== undefined) {
  process.stdout.write(String(await work(socket, what, Number(amount), paths)));
  process.exit();
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

/** Waits for the daemon, gives it services to tell of, and writes the large file. */
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
  await writeFile(join(base, 'push-source'), zeros(pushed));
  await writeFile(join(base, 'pull-source'), zeros(pulled));
}
