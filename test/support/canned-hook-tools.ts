import {
  HookToolUnavailableError,
  type HookToolCall,
  type HookToolReply,
  type HookTools,
} from '../../src/juju/hook-tool.ts';

/** What a tool prints as JSON, or a function that replies in its place. */
type Reply = (call: HookToolCall) => HookToolReply | Promise<HookToolReply>;

export const ok: HookToolReply = { code: 0, stdout: '', stderr: '' };

/** A refusal as Juju words it. */
export function refuse(text: string, code = 1): () => HookToolReply {
  return () => ({ code, stdout: '', stderr: `ERROR ${text}\n` });
}

/** Hook tools that answer what a test gives them, as JSON, and remember what they were asked. */
export class CannedHookTools implements HookTools {
  readonly calls: HookToolCall[] = [];
  readonly answers: Record<string, unknown>;
  closed = false;

  constructor(answers: Record<string, unknown> = {}) {
    this.answers = answers;
  }

  async call(call: HookToolCall): Promise<HookToolReply> {
    this.calls.push(call);
    const silent = ['juju-log', 'status-set', 'relation-set', 'application-version-set'];
    const answer = this.answers[call.tool];
    if (isReply(answer)) return await answer(call);
    if (answer !== undefined) return { ...ok, stdout: `${JSON.stringify(answer)}\n` };
    if (silent.includes(call.tool)) return ok;
    throw new HookToolUnavailableError(call.tool, 'the test gives no answer for it');
  }

  async close(): Promise<void> {
    this.closed = true;
  }

  /** The calls of one tool as command lines, with their stdin after `<`. */
  lines(tool: string): string[] {
    return this.calls.filter((call) => call.tool === tool).map(commandLine);
  }

  /** All calls but logging. */
  get effects(): string[] {
    return this.calls.filter(({ tool }) => tool !== 'juju-log').map(commandLine);
  }

  /** What was logged: `LEVEL message`. */
  get log(): string[] {
    return this.calls
      .filter(({ tool }) => tool === 'juju-log')
      .flatMap(({ args: [, level, , message] }) =>
        (message ?? '').split('\n').map((line) => `${level} ${line}`),
      );
  }
}

function isReply(answer: unknown): answer is Reply {
  return typeof answer === 'function';
}

function commandLine({ tool, args, stdin }: HookToolCall): string {
  const line = [tool, ...args].join(' ');
  return stdin === undefined ? line : `${line} < ${stdin}`;
}
