import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, cpSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import * as z from 'zod/mini';
import { packCharm } from '../../../src/cli/pack.ts';
import { findPythonWithOps } from '../python-with-ops.ts';
import { CannedJuju, type Answers, type ToolCall } from './canned-juju.ts';

const fixture = resolve(import.meta.dirname, '../../fixtures/twins');
const yamls = ['metadata.yaml', 'config.yaml', 'actions.yaml'];

/** The Python that has ops; `undefined` where there is none. */
export const pythonWithOps: string | undefined = findPythonWithOps();

/** One hook to run. */
export interface HookOrder {
  readonly env: Readonly<Record<string, string>>;
  readonly answers: Answers;
  /** Whether the hook tools keep the unit's state from hook to hook. */
  readonly keepsState?: boolean;
}

/** How a hook ended, and which hook tools it called. */
export interface HookEnd {
  readonly exit: number;
  readonly calls: readonly ToolCall[];
  /** What it wrote to stdout and stderr. */
  readonly output: string;
}

/** A unit of one of the twins: a charm directory that keeps its state from hook to hook. */
export interface TwinUnit {
  run(order: HookOrder): Promise<HookEnd>;
}

type CharmFiles = Readonly<Record<string, string>>;

/** A twin's charm, ready to be installed in as many units as one likes. */
export interface Twin {
  /**
   * @param folder a new one, for all that the unit needs.
   * @param files that the charm has beside its own; executable where they begin with `#!`.
   */
  install(folder: string, files?: CharmFiles): TwinUnit;
  close(): Promise<void>;
}

/** Packs the twin on charmwright. @param folder for the packed charm. */
export async function charmwrightTwin(folder: string): Promise<Twin> {
  const entry = join(fixture, 'charmwright', 'main.ts');
  await packCharm({ folder: fixture, entry, out: folder });
  return {
    install(unitFolder, files) {
      const charmDir = join(unitFolder, 'charm');
      cpSync(folder, charmDir, { recursive: true });
      writeFiles(charmDir, files);
      return unit(
        unitFolder,
        process.execPath,
        async (env, output) => await runDispatch(charmDir, env, output),
      );
    },
    close: async () => {},
  };
}

/** Starts the twin on ops. @param python an interpreter that has ops. */
export function opsTwin(python: string): Twin {
  const processes = new OpsProcesses(python);
  return {
    install(folder, files) {
      const charmDir = join(folder, 'charm');
      mkdirSync(charmDir, { recursive: true });
      for (const yaml of yamls) cpSync(join(fixture, yaml), join(charmDir, yaml));
      cpSync(join(fixture, 'ops'), join(charmDir, 'src'), { recursive: true });
      writeFiles(charmDir, files);
      return unit(
        folder,
        python,
        async (env, output) => await processes.run(charmDir, env, output),
      );
    },
    close: async () => await processes.close(),
  };
}

function writeFiles(charmDir: string, files: CharmFiles = {}): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(join(charmDir, dirname(name)), { recursive: true });
    writeFileSync(join(charmDir, name), text, { mode: text.startsWith('#!') ? 0o755 : 0o644 });
  }
}

function unit(
  folder: string,
  runtime: string,
  start: (env: Readonly<Record<string, string>>, output: string) => Promise<number>,
): TwinUnit {
  const charmDir = join(folder, 'charm');
  const juju = new CannedJuju(join(folder, 'tools'));
  const output = join(folder, 'output');
  return {
    async run({ env, answers, keepsState = false }) {
      if (keepsState) juju.keepState();
      juju.answer(answers);
      const exit = await start(
        {
          ...env,
          CHARM_DIR: charmDir,
          JUJU_CHARM_DIR: charmDir,
          PATH: [juju.folder, dirname(runtime), '/usr/bin', '/bin'].join(':'),
        },
        output,
      );
      juju.end(exit === 0);
      return { exit, calls: juju.calls, output: readFileSync(output, 'utf8') };
    },
  };
}

async function runDispatch(
  charmDir: string,
  env: Readonly<Record<string, string>>,
  output: string,
): Promise<number> {
  const file = openSync(output, 'w');
  const child = spawn(join(charmDir, 'dispatch'), [], {
    cwd: charmDir,
    env,
    stdio: ['ignore', file, file],
  });
  const [code, signal] = await once(child, 'close');
  closeSync(file);
  if (typeof code !== 'number') throw new Error(`the dispatch ended by ${String(signal)}`);
  return code;
}

const answerSchema = z.object({ code: z.number() });

/** The process of `ops/processes.py`, which starts a process for each hook. */
class OpsProcesses {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #answers: AsyncIterator<string>;
  #stderr = '';

  constructor(python: string) {
    this.#child = spawn(python, [join(fixture, 'ops', 'processes.py')]);
    this.#child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.#stderr += text;
    });
    this.#answers = createInterface(this.#child.stdout)[Symbol.asyncIterator]();
  }

  async run(
    charmDir: string,
    env: Readonly<Record<string, string>>,
    output: string,
  ): Promise<number> {
    this.#child.stdin.write(`${JSON.stringify({ cwd: charmDir, env, output })}\n`);
    const { value, done } = await this.#answers.next();
    if (done === true) throw new Error(`the starter of the ops twin has ended:\n${this.#stderr}`);
    return answerSchema.parse(JSON.parse(value)).code;
  }

  async close(): Promise<void> {
    const ended = once(this.#child, 'close');
    this.#child.stdin.end();
    await ended;
  }
}
