import * as z from 'zod/mini';
import type { HookTools } from '../hook-tool.ts';
import { readTool, type ToolOptions } from './run.ts';

const namesSchema = () => z.nullable(z.array(z.string()));

/** `storage-list`: the attached instances of a storage, such as `data/0`. */
export async function storageList(
  tools: HookTools,
  name: string,
  options?: ToolOptions,
): Promise<readonly string[]> {
  const call = { tool: 'storage-list', args: [name, '--format=json'] };
  return (await readTool(tools, call, namesSchema(), options)) ?? [];
}

/** `storage-get … location`: where an instance is mounted. */
export async function storageLocation(
  tools: HookTools,
  id: string,
  options?: ToolOptions,
): Promise<string> {
  const args = ['--format=json', '-s', id, 'location'];
  return readTool(tools, { tool: 'storage-get', args }, z.string(), options);
}
