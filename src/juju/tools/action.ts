import * as z from 'zod/mini';
import type { HookTools } from '../hook-tool.ts';
import { readTool, runTool, type ToolOptions } from './run.ts';

const paramsSchema = () => z.nullable(z.record(z.string(), z.unknown()));

/** `action-get`: the action's parameters, defaults filled in by Juju. */
export async function actionGet(
  tools: HookTools,
  options?: ToolOptions,
): Promise<Readonly<Record<string, unknown>>> {
  const call = { tool: 'action-get', args: ['--format=json'] };
  return (await readTool(tools, call, paramsSchema(), options)) ?? {};
}

/** `action-set`: results to show to the caller. They are visible in the process table. */
export async function actionSet(
  tools: HookTools,
  results: Readonly<Record<string, string>>,
  options?: ToolOptions,
): Promise<void> {
  const args = Object.entries(results).map(([key, value]) => `${key}=${value}`);
  if (args.length > 0) await runTool(tools, { tool: 'action-set', args }, options);
}

/** `action-fail`: marks the action as failed; the hook goes on and should end with 0. */
export async function actionFail(
  tools: HookTools,
  message: string,
  options?: ToolOptions,
): Promise<void> {
  await runTool(tools, { tool: 'action-fail', args: ['--', message] }, options);
}

/** `action-log`: a progress message to the caller, at once. */
export async function actionLog(
  tools: HookTools,
  message: string,
  options?: ToolOptions,
): Promise<void> {
  await runTool(tools, { tool: 'action-log', args: ['--', message] }, options);
}
