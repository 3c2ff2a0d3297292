import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join, resolve } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { createHookToolStubs, type HookToolStubs } from './hook-tool-stubs.ts';
import { median, printTable, span } from './table.ts';

/**
 * Wall time and hook-tool calls of one config-changed on the leader: the packed PgBouncer charm,
 * with a process per hook tool and over the agent's socket, the same handlers on ops, Node starting an empty file, and Node starting the charm's hook tools
 * and doing nothing else, which no charm that has a process per call can undercut. All take turns
 * in one run, so that a busy machine slows them alike. Every run changes an option, so that each has
 * to render.
 */
const root = resolve(import.meta.dirname, '..', '..');
const rounds = Number(process.env['BENCH_ROUNDS'] ?? 15);
const work = mkdtempSync(join(tmpdir(), 'charmwright-bench-'));
const daemons: ChildProcess[] = [];
const contextId = 'pgbouncer-k8s/0-bench-0123456789abcdef0123456789abcdef';

interface Contestant {
  readonly name: string;
  readonly charmDir: string;
  readonly stubs: HookToolStubs;
  readonly environment: NodeJS.ProcessEnv;
}

try {
  await main();
} finally {
  for (const daemon of daemons) daemon.kill('SIGTERM');
  rmSync(work, { recursive: true, force: true });
}

async function main(): Promise<void> {
  const ours = await contestant(
    'charmwright',
    join(root, 'dist', 'packed'),
    dirname(process.execPath),
  );
  const python = findPythonWithOps();
  const theirs =
    python === undefined
      ? undefined
      : await contestant('ops', join(root, 'bench', 'ops-charm'), dirname(python));
  const overSocket = await contestant(
    'charmwright, agent socket',
    join(root, 'dist', 'packed'),
    dirname(process.execPath),
  );
  const socket = await startAgentSocket(overSocket);
  const contestants = [
    ours,
    { ...overSocket, environment: { ...overSocket.environment, ...socket } },
    ...(theirs === undefined ? [] : [theirs]),
  ];
  if (theirs === undefined) console.log('python3 has no ops here: its column is skipped\n');

  for (const one of contestants) {
    one.stubs.setConfig(options(0));
    run(one, 'start');
    one.stubs.setConfig(options(1));
    one.stubs.takeCalls();
    run(one, 'config-changed');
  }

  const empty = join(work, 'empty.js');
  writeFileSync(empty, '');
  const callsAlone = join(work, 'calls-alone.cjs');
  writeFileSync(callsAlone, callsAloneScript(ours.stubs.takeCalls()));
  const times = new Map<string, number[]>([
    ['node, empty file', []],
    ['node, the tool calls alone', []],
  ]);
  const calls = new Map<string, string[]>();
  for (let round = 2; round < rounds + 2; round += 1) {
    // In a hook's environment: what a developer's adds, such as certificates to load, costs Node.
    const env = ours.environment;
    times.get('node, empty file')?.push(time(() => spawnSync(process.execPath, [empty], { env })));
    times
      .get('node, the tool calls alone')
      ?.push(time(() => spawnSync(process.execPath, [callsAlone], { env })));
    for (const one of contestants) {
      one.stubs.setConfig(options(round));
      one.stubs.takeCalls();
      const taken = time(() => run(one, 'config-changed'));
      times.set(one.name, [...(times.get(one.name) ?? []), taken]);
      calls.set(one.name, one.stubs.takeCalls());
    }
  }
  report(times, calls);
}

function report(times: Map<string, number[]>, calls: Map<string, string[]>): void {
  const empty = median(times.get('node, empty file') ?? []);
  const ops = median(times.get('ops') ?? []);
  printTable(
    ['config-changed on the leader', 'median ms', 'min–max', '÷ empty node', '÷ ops', 'tool calls'],
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
  console.log(
    `\n${rounds} rounds, Node ${process.version}, targets: ÷ empty node ≤ 2, ÷ ops ≤ 0.55, and over the agent socket ≤ 0.35`,
  );
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

async function contestant(name: string, source: string, runtime: string): Promise<Contestant> {
  const folder = join(work, name);
  const charmDir = join(folder, 'charm');
  cpSync(source, charmDir, { recursive: true });
  const containers = join(folder, 'containers');
  await startSupervisor(join(containers, 'pgbouncer'), join(folder, 'files'));
  const stubs = createHookToolStubs(join(folder, 'tools'));
  return {
    name,
    charmDir,
    stubs,
    environment: environmentOf(charmDir, stubs, containers, runtime),
  };
}

function environmentOf(
  charmDir: string,
  stubs: HookToolStubs,
  containers: string,
  runtime: string,
): NodeJS.ProcessEnv {
  return {
    PATH: [stubs.directory, runtime, process.env['PATH'] ?? ''].join(delimiter),
    LANG: 'C.UTF-8',
    CHARM_DIR: charmDir,
    JUJU_CHARM_DIR: charmDir,
    JUJU_UNIT_NAME: 'pgbouncer-k8s/0',
    JUJU_MODEL_NAME: 'bench',
    JUJU_MODEL_UUID: '3c1a1b1e-6a60-4d0a-8f6e-0a4a2f1f8d11',
    JUJU_VERSION: '3.6.9',
    JUJU_MACHINE_ID: '',
    JUJU_AVAILABILITY_ZONE: '',
    JUJU_PRINCIPAL_UNIT: '',
    JUJU_API_ADDRESSES: '10.0.0.1:17070',
    CHARMWRIGHT_CONTAINERS_DIR: containers,
  };
}

function run(one: Contestant, hook: string): void {
  const result = spawnSync(join(one.charmDir, 'dispatch'), [], {
    cwd: one.charmDir,
    env: {
      ...one.environment,
      JUJU_CONTEXT_ID: contextId,
      JUJU_HOOK_NAME: hook,
      JUJU_DISPATCH_PATH: `hooks/${hook}`,
    },
    encoding: 'utf8',
  });
  if (result.status !== 0) {
    throw new Error(`${one.name}: ${hook} ended with ${result.status}\n${result.stderr}`);
  }
}

async function startSupervisor(container: string, files: string): Promise<void> {
  const layers = join(container, 'layers');
  const socket = join(container, 'pebble.socket');
  mkdirSync(layers, { recursive: true });
  mkdirSync(files, { recursive: true });
  const daemon = spawn(
    process.execPath,
    [
      join(root, 'dist', 'local', 'supervisor', 'daemon.js'),
      '--socket',
      socket,
      '--layers',
      layers,
      '--map',
      `/var/lib/postgresql=${files}`,
    ],
    { stdio: ['ignore', 'ignore', 'inherit'] },
  );
  daemons.push(daemon);
  await opened(socket);
}

/** A process that answers as the stubs do, as Juju's agent would. Returns what leads to it. */
async function startAgentSocket({ stubs }: Contestant): Promise<NodeJS.ProcessEnv> {
  const path = join(work, 'agent.socket');
  const program = join(root, 'dist', 'bench', 'agent-socket-stub.js');
  daemons.push(
    spawn(process.execPath, [program, path, contextId, stubs.directory], {
      stdio: ['ignore', 'ignore', 'inherit'],
    }),
  );
  await opened(path);
  return { JUJU_AGENT_SOCKET_NETWORK: 'unix', JUJU_AGENT_SOCKET_ADDRESS: path };
}

async function opened(socket: string): Promise<void> {
  const deadline = Date.now() + 10_000;
  while (!existsSync(socket)) {
    if (Date.now() > deadline) throw new Error(`nobody opened ${socket}`);
    await wait(20);
  }
}

/** The interpreter itself: a version manager's shim in front of it would slow ops down. */
function findPythonWithOps(): string | undefined {
  const probe = spawnSync('python3', ['-c', 'import ops, sys; print(sys.executable)'], {
    encoding: 'utf8',
  });
  return probe.status === 0 ? probe.stdout.trim() : undefined;
}

function time(action: () => unknown): number {
  const start = performance.now();
  action();
  return performance.now() - start;
}
