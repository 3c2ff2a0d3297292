import { HookToolOutputError } from '../errors.ts';
import type { HookTools } from '../hook-tool.ts';
import { runTool, type ToolOptions } from './run.ts';

/**
 * `resource-get`: the path of a resource's file. Juju downloads it first where this unit does not
 * have its newest revision, which can take as long as it takes.
 */
export async function resourceGet(
  tools: HookTools,
  name: string,
  options?: ToolOptions,
): Promise<string> {
  const tool = 'resource-get';
  const stdout = await runTool(tools, { tool, args: ['--', name] }, options);
  // Alone among the tools it ends its answer without a line break.
  const path = stdout.replace(/\r?\n$/, '');
  if (!path.startsWith('/')) throw new HookToolOutputError(tool, 'it is not an absolute path');
  return path;
}
