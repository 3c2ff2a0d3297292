import type { HookTools } from '../hook-tool.ts';
import { runTool, type ToolOptions } from './run.ts';

/** Juju's levels. */
export type LogLevel = 'TRACE' | 'DEBUG' | 'INFO' | 'WARNING' | 'ERROR' | 'CRITICAL';

/** `juju-log`: one message, which may have several lines, in the model's log at once. */
export async function jujuLog(
  tools: HookTools,
  level: LogLevel,
  message: string,
  options?: ToolOptions,
): Promise<void> {
  await runTool(tools, { tool: 'juju-log', args: ['--log-level', level, '--', message] }, options);
}
