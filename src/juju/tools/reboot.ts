import type { HookTools } from '../hook-tool.ts';
import { runTool, type ToolOptions } from './run.ts';

/**
 * `juju-reboot`: reboots the machine when the hook has succeeded. Not in an action; on Kubernetes
 * there is nothing to reboot.
 *
 * @param now at once: Juju kills the hook and runs it again after the reboot. What the hook has
 * not committed is lost, and the call is not expected to return.
 */
export async function jujuReboot(
  tools: HookTools,
  { now = false, ...options }: ToolOptions & { readonly now?: boolean } = {},
): Promise<void> {
  await runTool(tools, { tool: 'juju-reboot', args: now ? ['--now'] : [] }, options);
}
