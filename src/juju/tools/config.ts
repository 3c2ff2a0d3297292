import * as z from 'zod/mini';
import type { HookTools } from '../hook-tool.ts';
import { readTool, type ToolOptions } from './run.ts';

/** A config option's value; a secret's is its `secret:` URI. */
export type ConfigValue = string | number | boolean;

const configSchema = () =>
  z.record(z.string(), z.nullable(z.union([z.string(), z.number(), z.boolean()])));

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
