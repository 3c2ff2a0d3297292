import { spawnSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { findPythonWithOps } from '../test/support/python-with-ops.ts';
import { contestant, root, run, tidyUp, work } from './contestant.ts';
import { median, printTable, span } from './table.ts';

/**
 * Wall time and hook-tool calls of one config-changed on the leader, with a process per hook tool
 * and over the agent's socket, beside the same handlers on ops, Node starting an empty file, and
 * Node starting the charm's hook tools and doing nothing else, which no charm that has a process per
 * call can undercut. All take turns in one run, so that a busy machine slows them alike. First the
 * packed PgBouncer charm, whose every run changes an option, so that each has to render; then a
 * charm without a workload that makes ten calls.
 */
const rounds = Number(process.env['BENCH_ROUNDS'] ?? 15);
const emptyFile = 'node, empty file';
const callsAlone = 'node, the tool calls alone';

/** Two charms that do the same. */
interface Pair {
  readonly title: string;
  readonly app: string;
  /** Packed, below the root. */
  readonly ours: string;
  /** On ops, below the root. */
  readonly theirs: string;
  /** Hooks before the first that counts. */
  readonly before: readonly string[];
  readonly targets: string;
}

const pairs: readonly Pair[] = [
  {
    title: 'PgBouncer: config-changed on the leader',
    app: 'pgbouncer-k8s',
    ours: 'dist/packed',
    theirs: 'bench/ops-charm',
    before: ['start'],
    targets: '÷ empty node ≤ 2, ÷ ops ≤ 0.55',
  },
  {
    title: 'Ten calls: config-changed on the leader',
    app: 'ten-calls',
    ours: 'dist/ten-calls',
    theirs: 'bench/ops-ten-calls',
    before: [],
    targets: 'over the agent socket, ÷ ops ≤ 0.35',
  },
];

try {
  const python = findPythonWithOps();
  if (python === undefined) console.log('python3 has no ops here: its column is skipped\n');
  for (const pair of pairs) await compare(pair, python);
} finally {
  tidyUp();
}

async function compare(pair: Pair, python: string | undefined): Promise<void> {
  const { app } = pair;
  const node = dirname(process.execPath);
  const packed = { app, source: join(root, pair.ours), runtime: node };
  const ours = await contestant({ ...packed, name: 'charmwright' });
  const contestants = [
    ours,
    await contestant({ ...packed, name: 'charmwright, agent socket', socket: true }),
  ];
  if (python !== undefined) {
    const source = join(root, pair.theirs);
    contestants.push(await contestant({ name: 'ops', app, source, runtime: dirname(python) }));
  }
  for (const one of contestants) {
    one.stubs.setConfig(options(0));
    for (const hook of pair.before) run(one, hook);
    one.stubs.setConfig(options(1));
    one.stubs.takeCalls();
    run(one, 'config-changed');
  }

  const empty = join(work, 'empty.js');
  if (!existsSync(empty)) writeFileSync(empty, '');
  const alone = join(work, app, 'calls-alone.cjs');
  writeFileSync(alone, callsAloneScript(ours.stubs.takeCalls()));
  const times = new Map<string, number[]>([
    [emptyFile, []],
    [callsAlone, []],
  ]);
  const calls = new Map<string, string[]>();
  for (let round = 2; round < rounds + 2; round += 1) {
    // In a hook's environment: what a developer's adds, such as certificates to load, costs Node.
    const env = ours.environment;
    times.get(emptyFile)?.push(time(() => spawnSync(process.execPath, [empty], { env })));
    times.get(callsAlone)?.push(time(() => spawnSync(process.execPath, [alone], { env })));
    for (const one of contestants) {
      one.stubs.setConfig(options(round));
      one.stubs.takeCalls();
      const taken = time(() => run(one, 'config-changed'));
      times.set(one.name, [...(times.get(one.name) ?? []), taken]);
      calls.set(one.name, one.stubs.takeCalls());
    }
  }
  report(pair, times, calls);
}

function report(pair: Pair, times: Map<string, number[]>, calls: Map<string, string[]>): void {
  const empty = median(times.get(emptyFile) ?? []);
  const ops = median(times.get('ops') ?? []);
  printTable(
    [pair.title, 'median ms', 'min–max', '÷ empty node', '÷ ops', 'tool calls'],
    [...times].map(([name, values]) => [
      name,
      median(values).toFixed(1),
      span(values),
      (median(values) / empty).toFixed(2),
      Number.isNaN(ops) ? '–' : (median(values) / ops).toFixed(2),
      String(calls.get(name)?.length ?? '–'),
    ]),
  );
  const names = [...new Set([...calls.values()].flat())].sort();
  console.log();
  printTable(
    ['hook tool', ...calls.keys()],
    names.map((tool) => [
      tool,
      ...[...calls.values()].map((list) => String(list.filter((name) => name === tool).length)),
    ]),
  );
  console.log(`\n${rounds} rounds, Node ${process.version}, targets: ${pair.targets}\n`);
}

/** A program that starts the same tools, all that read at once and then all that write at once. */
function callsAloneScript(tools: readonly string[]): string {
  const writes = tools.filter((tool) => /-(set|log)$/.test(tool));
  const reads = tools.filter((tool) => !writes.includes(tool));
  return `'use strict';
const { spawn } = require('node:child_process');
function call(tool) {
  return new Promise((resolve, reject) => {
    const child = spawn(tool, ['--format=json'], { stdio: ['pipe', 'pipe', 'pipe'] });
    child.stdout.resume();
    child.stderr.resume();
    child.on('error', reject);
    child.on('close', resolve);
    child.stdin.end('{}\\n');
  });
}
Promise.all(${JSON.stringify(reads)}.map(call)).then(() =>
  Promise.all(${JSON.stringify(writes)}.map(call)),
);
`;
}

function options(round: number): Record<string, string | number> {
  const poolMode = round % 2 === 0 ? 'session' : 'transaction';
  return { listen_port: 6432, max_db_connections: 100, pool_mode: poolMode };
}

function time(action: () => unknown): number {
  const start = performance.now();
  action();
  return performance.now() - start;
}
