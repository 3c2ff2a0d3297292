import type { HookTools } from '../hook-tool.ts';
import { runTool, type ToolOptions } from './run.ts';

/** `application-version-set`: the workload's version in `juju status`. Shows at once. */
export async function applicationVersionSet(
  tools: HookTools,
  version: string,
  options?: ToolOptions,
): Promise<void> {
  await runTool(tools, { tool: 'application-version-set', args: ['--', version] }, options);
}
