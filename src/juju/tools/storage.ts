import * as z from 'zod/mini';
import { lazy } from '../../lazy.ts';
import { HookToolArgumentError } from '../errors.ts';
import type { HookTools } from '../hook-tool.ts';
import { readTool, runTool, type ToolOptions } from './run.ts';

/** An instance of a storage that is attached to this unit. */
export interface StorageReading {
  readonly kind: 'filesystem' | 'block' | (string & {});
  /** Where it is mounted, or its device. */
  readonly location: string;
}

const namesSchema = lazy(() => z.nullable(z.array(z.string())));

/** `storage-list`: the attached instances of a storage, such as `data/0`. */
export async function storageList(
  tools: HookTools,
  name: string,
  options?: ToolOptions,
): Promise<readonly string[]> {
  const call = { tool: 'storage-list', args: [name, '--format=json'] };
  return (await readTool(tools, call, namesSchema(), options)) ?? [];
}

/** `storage-list` of every storage: the instances that are attached. */
export async function storageListAll(
  tools: HookTools,
  options?: ToolOptions,
): Promise<readonly string[]> {
  const call = { tool: 'storage-list', args: ['--format=json'] };
  return (await readTool(tools, call, namesSchema(), options)) ?? [];
}

const readingSchema = lazy(() => z.object({ kind: z.string(), location: z.string() }));

const locationSchema = lazy(() => z.string());

/** `storage-get`: what an instance, such as `data/0`, is and where. */
export async function storageGet(
  tools: HookTools,
  id: string,
  options?: ToolOptions,
): Promise<StorageReading> {
  const args = ['--format=json', '-s', id];
  return await readTool(tools, { tool: 'storage-get', args }, readingSchema(), options);
}

/** `storage-get … location`: where an instance is mounted. */
export async function storageLocation(
  tools: HookTools,
  id: string,
  options?: ToolOptions,
): Promise<string> {
  const args = ['--format=json', '-s', id, 'location'];
  return readTool(tools, { tool: 'storage-get', args }, locationSchema(), options);
}

/**
 * `storage-add`: asks for more instances of storages that metadata.yaml declares as `multiple`,
 * when the hook succeeds. Each comes with a storage-attached hook of its own.
 *
 * @param counts by the storages' names.
 */
export async function storageAdd(
  tools: HookTools,
  counts: Readonly<Record<string, number>>,
  options?: ToolOptions,
): Promise<void> {
  const tool = 'storage-add';
  const args = Object.entries(counts).map(([name, count]) => {
    checkStorageCount(name, count);
    return `${name}=${count}`;
  });
  if (args.length > 0) await runTool(tools, { tool, args }, options);
}

/** @throws {HookToolArgumentError} for a count that `storage-add` does not take. */
export function checkStorageCount(name: string, count: number): void {
  if (Number.isSafeInteger(count) && count >= 1) return;
  throw new HookToolArgumentError(
    'storage-add',
    `${count} is not a count of ${name}. Give 1 or more.`,
  );
}
