import {
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import { HOOK_TOOL_NAMES } from '../../../src/local/hook-tools/names.ts';

const stateTool = join(import.meta.dirname, 'state-tool.ts');

/** What a tool prints instead of JSON, or how it refuses. */
export class Reply {
  readonly stdout: string;
  readonly stderr: string;
  readonly code: number;

  private constructor(stdout: string, stderr: string, code: number) {
    this.stdout = stdout;
    this.stderr = stderr;
    this.code = code;
  }

  static text(stdout: string): Reply {
    return new Reply(stdout, '', 0);
  }

  /** As Juju words it, after `ERROR`. */
  static refusal(why: string, code = 1): Reply {
    return new Reply('', `ERROR ${why}`, code);
  }
}

/**
 * What tools answer, by the command line that they are asked with: `*` stands for anything, the
 * first that fits counts. A value that is no `Reply` is printed as JSON.
 */
export type Answers = Readonly<Record<string, unknown>>;

/** A hook tool that was called. */
export interface ToolCall {
  readonly tool: string;
  readonly args: readonly string[];
  /** What it was given on stdin; only where its arguments ask for it. */
  readonly stdin: string;
  /** What the files of its `key#file=path` arguments held, by key. */
  readonly files: Readonly<Record<string, string>>;
}

const readers = /^(is-leader|.*-(get|list|ids)|opened-ports|goal-state)$/;

/** Executables with the names of Juju's hook tools, which answer what they are told and note all. */
export class CannedJuju {
  readonly folder: string;
  #keepsState = false;

  constructor(folder: string) {
    this.folder = folder;
    mkdirSync(join(folder, 'calls'), { recursive: true });
    writeFileSync(join(folder, 'script'), script(folder), { mode: 0o755 });
    for (const tool of HOOK_TOOL_NAMES) symlinkSync('script', join(folder, tool));
    this.answer({});
  }

  /** Has the tools answer so from now on, and forget the calls so far. */
  answer(answers: Answers): void {
    rmSync(join(this.folder, 'calls'), { recursive: true });
    mkdirSync(join(this.folder, 'calls'));
    writeFileSync(join(this.folder, 'order'), '');
    const cases = Object.entries(answers).map(([line, answer]) => branch(line, answer));
    const unknown = HOOK_TOOL_NAMES.filter((tool) => readers.test(tool)).map(
      (tool) => `${tool}\\ *`,
    );
    writeFileSync(
      join(this.folder, 'answers'),
      [
        'case "$tool $*" in',
        ...(this.#keepsState ? [this.#stateBranch] : []),
        ...cases,
        `${unknown.join('|')}) echo "ERROR the test has no answer to $tool $*" >&2; exit 1 ;;`,
        'esac\n',
      ].join('\n'),
    );
  }

  /** Has the tools keep the unit's state from now on, as the controller does. */
  keepState(): void {
    if (this.#keepsState) return;
    this.#keepsState = true;
    const outfile = join(this.folder, 'state-tool.cjs');
    buildSync({ entryPoints: [stateTool], bundle: true, platform: 'node', outfile });
  }

  /** Ends a hook: what it set of the state counts if it succeeded. */
  end(succeeded: boolean): void {
    const pending = `${this.#state}.pending`;
    if (!existsSync(pending)) return;
    if (succeeded) renameSync(pending, this.#state);
    else rmSync(pending);
  }

  get #stateBranch(): string {
    const program = join(this.folder, 'state-tool.cjs');
    const words = [process.execPath, program, this.#state].map(quote).join(' ');
    return `state-*) exec ${words} ${quote(join(this.folder, 'calls'))}/$$ "$tool" "$@" ;;`;
  }

  get #state(): string {
    return join(this.folder, 'state.json');
  }

  /** The calls since the last answers were given, in the order in which they were made. */
  get calls(): readonly ToolCall[] {
    const order = readFileSync(join(this.folder, 'order'), 'utf8').split('\n').filter(Boolean);
    return order.map((name) => parse(readFileSync(join(this.folder, 'calls', name), 'utf8')));
  }
}

const argumentEnd = '\u001e';
const partEnd = '\u001d';

/**
 * A call is one file, named in a line of `order`: tools may run at the same time, and only a short
 * line is sure to be appended whole.
 */
function script(folder: string): string {
  return `#!/bin/sh
tool=\${0##*/}
{
  printf '%s\\036' "$tool" "$@"
  printf '\\035'
  case " $* " in *' --file - '*) cat ;; esac
  for argument in "$@"; do
    case $argument in
      *'#file='*) printf '\\035%s\\036' "\${argument%%#*}"; cat "\${argument#*#file=}" ;;
    esac
  done
} >'${folder}/calls/'$$
echo $$ >>'${folder}/order'
. '${folder}/answers'
`;
}

function branch(line: string, answer: unknown): string {
  const pattern = line.replaceAll(/[^\w*]/g, (character) => `\\${character}`);
  if (!(answer instanceof Reply)) return `${pattern}) echo ${quote(JSON.stringify(answer))} ;;`;
  const { stdout, stderr, code } = answer;
  return code === 0
    ? `${pattern}) printf '%s\\n' ${quote(stdout)} ;;`
    : `${pattern}) printf '%s\\n' ${quote(stderr)} >&2; exit ${code} ;;`;
}

function quote(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

function parse(record: string): ToolCall {
  const [command = '', stdin = '', ...files] = record.split(partEnd);
  const [tool = '', ...args] = command.split(argumentEnd).slice(0, -1);
  const contents = files.map((file) => file.split(argumentEnd));
  return {
    tool,
    args,
    stdin,
    files: Object.fromEntries(contents.map(([key = '', content = '']) => [key, content])),
  };
}
