import type * as z from 'zod/mini';
import { messageOf } from '../../errors.ts';
import { HookToolOutputError, refusal } from '../errors.ts';
import type { HookToolCall, HookTools } from '../hook-tool.ts';

/** What every hook-tool function takes last. */
export interface ToolOptions {
  /** Ends the call; the tool's process is killed. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Calls a tool and gives its stdout.
 *
 * @throws {HookToolError} when the tool refuses.
 * @throws {HookToolUnavailableError} when it cannot be run.
 */
export async function runTool(
  tools: HookTools,
  call: HookToolCall,
  options: ToolOptions = {},
): Promise<string> {
  const { signal } = options;
  const reply = await tools.call(call, signal === undefined ? {} : { signal });
  if (reply.code !== 0) throw refusal(call, reply);
  return reply.stdout;
}

/**
 * Calls a tool with `--format=json` in its arguments and parses what it prints. Callers make their
 * schema when they call: a process uses few of the many there are, and making one takes time.
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
  } catch (error) {
    throw new HookToolOutputError(call.tool, messageOf(error), { cause: error });
  }
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const where = issue === undefined || issue.path.length === 0 ? '' : ` at ${issue.path.join('.')}`;
  throw new HookToolOutputError(call.tool, `unexpected JSON${where}`, { cause: result.error });
}
