import * as z from 'zod/mini';
import { lazy } from '../../lazy.ts';
import { HookToolArgumentError, HookToolNotFoundError } from '../errors.ts';
import type { HookTools } from '../hook-tool.ts';
import { yamlInput } from '../yaml-input.ts';
import { readTool, runTool, type ToolOptions } from './run.ts';

const stateSchema = lazy(() => z.nullable(z.record(z.string(), z.string())));
const valueSchema = lazy(() => z.string());

/**
 * `state-get`: all that the controller keeps for this unit, with what this hook has set so far.
 * Juju 4.0 prints `null` where there is nothing.
 */
export async function stateGet(
  tools: HookTools,
  options?: ToolOptions,
): Promise<Readonly<Record<string, string>>> {
  const call = { tool: 'state-get', args: ['--format=json'] };
  return (await readTool(tools, call, stateSchema(), options)) ?? {};
}

/**
 * `state-get --strict` of one key; undefined where it is not set, which an empty value is not.
 */
export async function stateGetKey(
  tools: HookTools,
  key: string,
  options?: ToolOptions,
): Promise<string | undefined> {
  const call = { tool: 'state-get', args: ['--format=json', '--strict', '--', key] };
  // To the tool a lone hyphen is the whole state.
  if (key === '-') throw new HookToolArgumentError(call.tool, 'the key is "-". Use stateGet.');
  try {
    return await readTool(tools, call, valueSchema(), options);
  } catch (error) {
    if (error instanceof HookToolNotFoundError) return undefined;
    throw error;
  }
}

/**
 * `state-set --file -`: sets keys, all of them when the hook succeeds and none when it fails. An
 * empty value is kept as such. A key may have 256 bytes, a value 65 536; Juju checks the sum of a
 * unit, 2 MiB by default, when the hook ends. The values go through stdin, as YAML that is JSON.
 */
export async function stateSet(
  tools: HookTools,
  changes: Readonly<Record<string, string>>,
  options?: ToolOptions,
): Promise<void> {
  const tool = 'state-set';
  const stdin = yamlInput(tool, changes);
  await runTool(tools, { tool, args: ['--file', '-'], stdin }, options);
}

/** `state-delete`: takes a key away when the hook succeeds. One that is not there is no error. */
export async function stateDelete(
  tools: HookTools,
  key: string,
  options?: ToolOptions,
): Promise<void> {
  await runTool(tools, { tool: 'state-delete', args: ['--', key] }, options);
}
