import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { createHookToolStubs, type HookToolStubs } from './hook-tool-stubs.ts';

export const root: string = resolve(import.meta.dirname, '..', '..');
/** Everything that a run of the bench writes. */
export const work: string = mkdtempSync(join(tmpdir(), 'charmwright-bench-'));
const daemons: ChildProcess[] = [];
const contextId = 'bench/0-bench-0123456789abcdef0123456789abcdef';

/** A charm with hook tools and a Pebble of its own. */
export interface Contestant {
  readonly name: string;
  readonly charmDir: string;
  readonly stubs: HookToolStubs;
  readonly environment: NodeJS.ProcessEnv;
}

/** Ends what the contestants had around them. */
export function tidyUp(): void {
  for (const daemon of daemons) daemon.kill('SIGTERM');
  rmSync(work, { recursive: true, force: true });
}

export interface ContestantOptions {
  readonly name: string;
  /** Of the unit. */
  readonly app: string;
  /** The directory of the packed charm. */
  readonly source: string;
  /** The directory of the interpreter that its `dispatch` starts. */
  readonly runtime: string;
  /** Whether it speaks to Juju over the agent's socket. */
  readonly socket?: boolean;
}

export async function contestant(options: ContestantOptions): Promise<Contestant> {
  const { name, app, source, runtime, socket = false } = options;
  const folder = join(work, app, name);
  const charmDir = join(folder, 'charm');
  cpSync(source, charmDir, { recursive: true });
  const containers = join(folder, 'containers');
  await startSupervisor(join(containers, 'pgbouncer'), join(folder, 'files'));
  const stubs = createHookToolStubs(join(folder, 'tools'));
  const environment = {
    PATH: [stubs.directory, runtime, process.env['PATH'] ?? ''].join(delimiter),
    LANG: 'C.UTF-8',
    CHARM_DIR: charmDir,
    JUJU_CHARM_DIR: charmDir,
    JUJU_UNIT_NAME: `${app}/0`,
    JUJU_MODEL_NAME: 'bench',
    JUJU_MODEL_UUID: '3c1a1b1e-6a60-4d0a-8f6e-0a4a2f1f8d11',
    JUJU_VERSION: '3.6.9',
    JUJU_MACHINE_ID: '',
    JUJU_AVAILABILITY_ZONE: '',
    JUJU_PRINCIPAL_UNIT: '',
    JUJU_API_ADDRESSES: '10.0.0.1:17070',
    CHARMWRIGHT_CONTAINERS_DIR: containers,
    ...(socket ? await startAgentSocket(folder, stubs) : {}),
  };
  return { name, charmDir, stubs, environment };
}

export function run(one: Contestant, hook: string): void {
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
async function startAgentSocket(folder: string, stubs: HookToolStubs): Promise<NodeJS.ProcessEnv> {
  const path = join(folder, 'agent.socket');
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
