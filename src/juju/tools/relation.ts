import * as z from 'zod/mini';
import { lazy } from '../../lazy.ts';
import { HookToolArgumentError, HookToolOutputError } from '../errors.ts';
import type { HookTools } from '../hook-tool.ts';
import { yamlInput } from '../yaml-input.ts';
import { readTool, runTool, type ToolOptions } from './run.ts';

/** A relation as hook tools name it: `-r endpoint:7`. */
export interface RelationRef {
  readonly endpoint: string;
  readonly id: number;
}

/** Whose databag: a unit's (`app/0`) or an application's. */
export type BagOwner = { readonly unit: string } | { readonly app: string };

const namesSchema = lazy(() => z.nullable(z.array(z.string())));
const nameSchema = lazy(() => z.string());
const valueSchema = lazy(() => z.nullable(z.string()));
const bagSchema = lazy(() => z.nullable(z.record(z.string(), z.string())));

/** `relation-ids`: the relations on an endpoint, in the order of their ids. */
export async function relationIds(
  tools: HookTools,
  endpoint: string,
  options?: ToolOptions,
): Promise<readonly number[]> {
  const call = { tool: 'relation-ids', args: [endpoint, '--format=json'] };
  const names = (await readTool(tools, call, namesSchema(), options)) ?? [];
  const ids = names.map((name) => {
    const id = Number(/:(\d+)$/.exec(name)?.[1]);
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
  const call = { tool: 'relation-list', args: ['--format=json', '-r', relationArgument(relation)] };
  return (await readTool(tools, call, namesSchema(), options)) ?? [];
}

/** `relation-list --app`: the application on the other side. */
export async function relationApp(
  tools: HookTools,
  relation: RelationRef,
  options?: ToolOptions,
): Promise<string> {
  const args = ['--format=json', '--app', '-r', relationArgument(relation)];
  return readTool(tools, { tool: 'relation-list', args }, nameSchema(), options);
}

/** `relation-get`: a whole databag. */
export async function relationGet(
  tools: HookTools,
  relation: RelationRef,
  owner: BagOwner,
  options?: ToolOptions,
): Promise<Readonly<Record<string, string>>> {
  const whose = 'unit' in owner ? ['-', owner.unit] : ['--app', '-', owner.app];
  const args = ['--format=json', '-r', relationArgument(relation), ...whose];
  return (await readTool(tools, { tool: 'relation-get', args }, bagSchema(), options)) ?? {};
}

/** `relation-get` of one key; undefined where the databag does not have it. */
export async function relationGetKey(
  tools: HookTools,
  relation: RelationRef,
  owner: BagOwner,
  key: string,
  options?: ToolOptions,
): Promise<string | undefined> {
  const whose = 'unit' in owner ? ['--', key, owner.unit] : ['--app', '--', key, owner.app];
  const args = ['--format=json', '-r', relationArgument(relation), ...whose];
  const call = { tool: 'relation-get', args };
  // To the tool a lone hyphen is the whole databag.
  if (key === '-') throw new HookToolArgumentError(call.tool, 'the key is "-". Use relationGet.');
  return (await readTool(tools, call, valueSchema(), options)) ?? undefined;
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
  const args = ['-r', relationArgument(relation), ...whose, '--file', '-'];
  const tool = 'relation-set';
  await runTool(tools, { tool, args, stdin: yamlInput(tool, changes) }, options);
}

/** The model on the other side of a relation. */
export interface RelationModel {
  /** Another than this model's in a cross-model relation. */
  readonly uuid: string;
}

const modelSchema = lazy(() => z.object({ uuid: z.string() }));

/** `relation-model-get`: the model on the other side. From Juju 3.6 on. */
export async function relationModelGet(
  tools: HookTools,
  relation: RelationRef,
  options?: ToolOptions,
): Promise<RelationModel> {
  const args = ['--format=json', '-r', relationArgument(relation)];
  return await readTool(tools, { tool: 'relation-model-get', args }, modelSchema(), options);
}

/** A relation as tools take it after `-r`. Juju reads the number only. */
export function relationArgument({ endpoint, id }: RelationRef): string {
  return `${endpoint}:${id}`;
}
