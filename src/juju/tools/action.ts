import * as z from 'zod/mini';
import type { HookTools } from '../hook-tool.ts';
import { flatResults, type ActionResults } from './action-results.ts';
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

/**
 * `action-get` of one parameter; undefined where the caller gave none and it has no default.
 *
 * @param path its name, and dotted after it the keys of maps in it: `target.host`.
 */
export async function actionGetParam(
  tools: HookTools,
  path: string,
  options?: ToolOptions,
): Promise<unknown> {
  const call = { tool: 'action-get', args: ['--format=json', '--', path] };
  return (await readTool(tools, call, z.unknown(), options)) ?? undefined;
}

/**
 * `action-set`: results to show to the caller, also when the action fails. They add to those set
 * before. They are visible in the process table. No results: no call.
 *
 * @throws {HookToolArgumentError} for a key that Juju does not take, before anything is set.
 */
export async function actionSet(
  tools: HookTools,
  results: ActionResults,
  options?: ToolOptions,
): Promise<void> {
  const tool = 'action-set';
  const args = [...flatResults(tool, results)].map(([key, value]) => `${key}=${value}`);
  if (args.length > 0) await runTool(tools, { tool, args }, options);
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
