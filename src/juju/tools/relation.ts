import * as z from 'zod/mini';
import { HookToolOutputError } from '../errors.ts';
import type { HookTools } from '../hook-tool.ts';
import { readTool, runTool, type ToolOptions } from './run.ts';

/** A relation as hook tools name it: `-r endpoint:7`. */
export interface RelationRef {
  readonly endpoint: string;
  readonly id: number;
}

/** Whose databag: a unit's (`app/0`) or an application's. */
export type BagOwner = { readonly unit: string } | { readonly app: string };

const namesSchema = () => z.nullable(z.array(z.string()));
const bagSchema = () => z.nullable(z.record(z.string(), z.string()));

/** `relation-ids`: the relations on an endpoint, in the order of their ids. */
export async function relationIds(
  tools: HookTools,
  endpoint: string,
  options?: ToolOptions,
): Promise<readonly number[]> {
  const call = { tool: 'relation-ids', args: [endpoint, '--format=json'] };
  const names = (await readTool(tools, call, namesSchema(), options)) ?? [];
  const ids = names.map((name) => {
    const id = Number(name.slice(name.lastIndexOf(':') + 1));
    if (!Number.isSafeInteger(id)) {
      throw new HookToolOutputError(call.tool, `${JSON.stringify(name)} is not endpoint:number`);
    }
    return id;
  });
  return ids.sort((a, b) => a - b);
}

/** `relation-list`: the names of the other side's units; of the other peers on a peer relation. */
export async function relationList(
  tools: HookTools,
  relation: RelationRef,
  options?: ToolOptions,
): Promise<readonly string[]> {
  const call = { tool: 'relation-list', args: ['--format=json', '-r', argument(relation)] };
  return (await readTool(tools, call, namesSchema(), options)) ?? [];
}

/** `relation-list --app`: the application on the other side. */
export async function relationApp(
  tools: HookTools,
  relation: RelationRef,
  options?: ToolOptions,
): Promise<string> {
  const args = ['--format=json', '--app', '-r', argument(relation)];
  return readTool(tools, { tool: 'relation-list', args }, z.string(), options);
}

/** `relation-get`: a whole databag. */
export async function relationGet(
  tools: HookTools,
  relation: RelationRef,
  owner: BagOwner,
  options?: ToolOptions,
): Promise<Readonly<Record<string, string>>> {
  const whose = 'unit' in owner ? ['-', owner.unit] : ['--app', '-', owner.app];
  const args = ['--format=json', '-r', argument(relation), ...whose];
  return (await readTool(tools, { tool: 'relation-get', args }, bagSchema(), options)) ?? {};
}

/**
 * `relation-set --file -`: changes keys of this unit's databag, or of its application's, which
 * only the leader can. An empty value removes its key. The data goes through stdin, so it may be
 * large and does not show in the process table.
 */
export async function relationSet(
  tools: HookTools,
  relation: RelationRef,
  bag: 'unit' | 'app',
  changes: Readonly<Record<string, string>>,
  options?: ToolOptions,
): Promise<void> {
  const whose = bag === 'app' ? ['--app'] : [];
  const args = ['-r', argument(relation), ...whose, '--file', '-'];
  await runTool(tools, { tool: 'relation-set', args, stdin: JSON.stringify(changes) }, options);
}

function argument({ endpoint, id }: RelationRef): string {
  return `${endpoint}:${id}`;
}
