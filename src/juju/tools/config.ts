import * as z from 'zod/mini';
import { lazy } from '../../lazy.ts';
import type { HookTools } from '../hook-tool.ts';
import { readTool, type ToolOptions } from './run.ts';

/** A config option's value; a secret's is its `secret:` URI. */
export type ConfigValue = string | number | boolean;

const valueSchema = lazy(() => z.nullable(z.union([z.string(), z.number(), z.boolean()])));
const configSchema = lazy(() => z.record(z.string(), valueSchema()));

/** `config-get`: every option that has a value. One without a default that nobody set is absent. */
export async function configGet(
  tools: HookTools,
  options?: ToolOptions,
): Promise<Readonly<Record<string, ConfigValue>>> {
  const call = { tool: 'config-get', args: ['--format=json'] };
  const answer = await readTool(tools, call, configSchema(), options);
  const set: Record<string, ConfigValue> = {};
  for (const [name, value] of Object.entries(answer)) if (value !== null) set[name] = value;
  return set;
}

/** `config-get --all`: every option that the charm declares, null where it has no value. */
export async function configGetAll(
  tools: HookTools,
  options?: ToolOptions,
): Promise<Readonly<Record<string, ConfigValue | null>>> {
  const call = { tool: 'config-get', args: ['--all', '--format=json'] };
  return await readTool(tools, call, configSchema(), options);
}

/** `config-get` of one option; undefined where it has no value, and where nobody declares it. */
export async function configGetOption(
  tools: HookTools,
  name: string,
  options?: ToolOptions,
): Promise<ConfigValue | undefined> {
  const call = { tool: 'config-get', args: ['--format=json', '--', name] };
  return (await readTool(tools, call, valueSchema(), options)) ?? undefined;
}
