import * as z from 'zod/mini';
import { lazy } from '../../lazy.ts';
import type { HookTools } from '../hook-tool.ts';
import { flatResults, type ActionResults } from './action-results.ts';
import { readTool, runTool, type ToolOptions } from './run.ts';

const paramsSchema = lazy(() => z.nullable(z.record(z.string(), z.unknown())));

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
 * before. They are visible in the process table. No results: no call; more than
 * one process could take: several calls.
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
  for (const some of inCalls(args)) await runTool(tools, { tool, args: some }, options);
}

/** Bytes of arguments that a process surely takes: Linux allows 2 MiB, the environment with them. */
const mostInOneCall = 512 * 1024;

/** The arguments in as few calls as a process can take them. */
function inCalls(args: readonly string[]): string[][] {
  const calls: string[][] = [];
  let size = Number.POSITIVE_INFINITY;
  for (const arg of args) {
    const length = Buffer.byteLength(arg) + 1;
    if (size + length > mostInOneCall) {
      calls.push([]);
      size = 0;
    }
    calls.at(-1)?.push(arg);
    size += length;
  }
  return calls;
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
