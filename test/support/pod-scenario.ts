import { spawn, spawnSync, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { transformSync } from 'esbuild';
import { parsePasswd } from '../../src/local/pod/machine-users.ts';

const root = resolve(import.meta.dirname, '..', '..');

/** How `pod-scenario-program.ts` is to live. */
export interface Scenario {
  readonly folder: string;
  readonly isolation: 'namespaces' | 'user-namespace' | 'mapped';
  readonly database: 'postgresql' | 'pglite';
  readonly standIn: boolean;
  /** Stay alive after the pooler has answered. */
  readonly hang?: boolean;
}

/** What `pod-scenario-program.ts` saw. */
export interface Sighting {
  readonly host: { readonly isolation: string; readonly network: string };
  readonly networkNamespace: string;
  readonly database: string;
  readonly image: string;
  readonly address: string;
  readonly charm: readonly string[];
  readonly workload: readonly string[];
  readonly answer: string;
  readonly console: { readonly version: string; readonly before: string; readonly after: string };
  readonly files: readonly string[];
  readonly neighbour:
    | { readonly address: string; readonly answer: string }
    | { readonly refused: string };
  /** Who was said to have died when a container's first process ended by itself. */
  readonly death?: string;
  readonly afterRestart?: {
    readonly services: readonly string[];
    readonly files: readonly string[];
  };
}

/** Whom to run a process as; nothing stands for ourselves. */
export interface User {
  readonly uid?: number;
  readonly gid?: number;
}

/** Who is nobody in particular: ourselves, or the machine's `nobody` when we are root. */
export function ordinaryUser(): User {
  const nobody = parsePasswd(readFileSync('/etc/passwd', 'utf8')).find(
    ({ name }) => name === 'nobody',
  );
  return process.getuid?.() === 0 && nobody !== undefined
    ? { uid: nobody.uid, gid: nobody.gid }
    : {};
}

/** Starts the scenario as a process of its own. */
export function startScenario(
  scenario: Scenario,
  user: User = {},
): ChildProcessByStdio<null, Readable, Readable> {
  const source = readFileSync(join(import.meta.dirname, 'pod-scenario-program.ts'), 'utf8');
  const program = join(scenario.folder, 'scenario.mjs');
  writeFileSync(program, transformSync(source, { loader: 'ts', target: 'es2022' }).code);
  const argument = JSON.stringify({ dist: join(root, 'dist'), ...scenario });
  return spawn(process.execPath, [program, argument], {
    ...user,
    cwd: '/',
    env: { PATH: process.env['PATH'] },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

/** Lives through the scenario and answers what it saw. */
export async function liveThrough(scenario: Scenario, user: User = {}): Promise<Sighting> {
  const child = startScenario(scenario, user);
  const [stdout, stderr] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close'),
  ]);
  if (child.exitCode !== 0) {
    throw new Error(`the scenario ended with ${child.exitCode}: ${stderr}`);
  }
  return parseSighting(stdout);
}

/** Reads what the scenario, which is ours, wrote. */
export function parseSighting(json: string): Sighting {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return JSON.parse(json) as Sighting;
}

/** Whether a program of the machine runs, and ends well, as a user. */
export function canRun(
  [command, ...args]: readonly [string, ...string[]],
  user: User = {},
): boolean {
  return spawnSync(command, args, { ...user, cwd: '/', stdio: 'ignore' }).status === 0;
}
