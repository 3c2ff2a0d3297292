import * as z from 'zod/mini';
import { lazy } from '../../lazy.ts';
import type { HookTools } from '../hook-tool.ts';
import { readTool, type ToolOptions } from './run.ts';

const addressSchema = lazy(() => z.string());

/** `unit-get`: one address of this unit. `network-get` tells more, by endpoint. */
export async function unitGet(
  tools: HookTools,
  which: 'private-address' | 'public-address',
  options?: ToolOptions,
): Promise<string> {
  const call = { tool: 'unit-get', args: ['--format=json', which] };
  return await readTool(tools, call, addressSchema(), options);
}
