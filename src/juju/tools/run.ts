import type * as z from 'zod/mini';
import { HookToolOutputError, HookToolTimeoutError, HookToolUnsupportedError } from '../errors.ts';
import {
  HookToolUnavailableError,
  type HookToolCall,
  type HookToolReply,
  type HookTools,
} from '../hook-tool.ts';
import { refusal } from '../refusal.ts';
import { isLacking, toolLife } from '../tool-set.ts';

/** What every hook-tool function takes last. */
export interface ToolOptions {
  /** Ends the call; where the tool is a process, that is killed. */
  readonly signal?: AbortSignal | undefined;
  /**
   * Milliseconds after which the call is given up.
   *
   * @default 300 000; an hour for `resource-get`, which downloads, and a minute for `juju-log`
   */
  readonly timeout?: number | undefined;
}

const usualTimeout = 300_000;
const timeouts: Readonly<Record<string, number>> = {
  'resource-get': 3_600_000,
  'juju-log': 60_000,
};

/**
 * Calls a tool and gives its stdout.
 *
 * @throws {HookToolError} when the tool refuses; its subclasses say why.
 * @throws {HookToolUnsupportedError} when this Juju does not have the tool.
 * @throws {HookToolTimeoutError} when it does not answer in time.
 * @throws {HookToolUnavailableError} when it cannot be run.
 */
export async function runTool(
  tools: HookTools,
  call: HookToolCall,
  options: ToolOptions = {},
): Promise<string> {
  if (isLacking(call.tool, tools.version)) {
    throw new HookToolUnsupportedError(call.tool, tools.version);
  }
  let reply: HookToolReply;
  try {
    reply = await answerInTime(tools, call, options);
  } catch (error) {
    throw isSign(error, call) ? unsupported(tools, call, error) : error;
  }
  if (reply.code !== 0) throw refusal(call, reply, tools.version);
  return reply.stdout;
}

/**
 * Calls a tool with `--format=json` in its arguments and parses what it prints. Callers make
 * their schema at its first use: a process uses few of the many there are, and making one takes
 * longer than many uses of it.
 *
 * What was printed stays out of the error: it may be a secret.
 *
 * @throws {HookToolOutputError} when that is not JSON of the schema's shape.
 */
export async function readTool<T>(
  tools: HookTools,
  call: HookToolCall,
  schema: z.ZodMiniType<T>,
  options?: ToolOptions,
): Promise<T> {
  const stdout = await runTool(tools, call, options);
  let value: unknown;
  try {
    value = JSON.parse(stdout);
  } catch {
    const what = stdout.trim() === '' ? 'it is empty' : 'it is not JSON';
    throw new HookToolOutputError(call.tool, what);
  }
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const where = issue === undefined || issue.path.length === 0 ? '' : ` at ${issue.path.join('.')}`;
  throw new HookToolOutputError(call.tool, `unexpected JSON${where}`);
}

/** A call that ends with its answer, with the caller's signal, or with its time. */
async function answerInTime(
  tools: HookTools,
  call: HookToolCall,
  { signal, timeout = timeouts[call.tool] ?? usualTimeout }: ToolOptions,
): Promise<HookToolReply> {
  signal?.throwIfAborted();
  const end = new CallEnd();
  let timer: NodeJS.Timeout | undefined;
  // Most answers from memory are there before the event loop turns: they need no timer.
  const patience = setImmediate(() => {
    timer = setTimeout(() => end.give(new HookToolTimeoutError(call.tool, timeout)), timeout);
  });
  const giveUp = (): void => end.give(signal?.reason);
  signal?.addEventListener('abort', giveUp, { once: true });
  try {
    return await new Promise<HookToolReply>((resolve, reject) => {
      end.onGiven = reject;
      tools.call(call, end).then(resolve, reject);
    });
  } finally {
    clearImmediate(patience);
    clearTimeout(timer);
    signal?.removeEventListener('abort', giveUp);
  }
}

/**
 * The end of a call before its answer. Its signal is made for a transport that asks for it: one in
 * memory has nothing to stop, and a signal costs more than its whole call.
 */
class CallEnd {
  onGiven: ((reason: unknown) => void) | undefined;
  #controller: AbortController | undefined;
  #given: { readonly reason: unknown } | undefined;

  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      if (this.#given !== undefined) this.#controller.abort(this.#given.reason);
    }
    return this.#controller.signal;
  }

  give(reason: unknown): void {
    this.#given ??= { reason };
    this.onGiven?.(reason);
    this.#controller?.abort(reason);
  }
}

/** Whether a tool that some versions lack is not there. */
function isSign(error: unknown, { tool }: HookToolCall): error is HookToolUnavailableError {
  return error instanceof HookToolUnavailableError && error.missing && toolLife(tool) !== undefined;
}

function unsupported(
  { version }: HookTools,
  { tool }: HookToolCall,
  cause: HookToolUnavailableError,
): HookToolUnsupportedError {
  return new HookToolUnsupportedError(tool, version, { cause });
}
