import * as z from 'zod/mini';
import { lazy } from '../../lazy.ts';
import { HookToolArgumentError } from '../errors.ts';
import type { HookTools } from '../hook-tool.ts';
import { readTool, runTool, type ToolOptions } from './run.ts';

const settingsSchema = lazy(() => z.nullable(z.record(z.string(), z.string())));

/**
 * `leader-get`: the settings that the leader has made. Not in Juju 4.0; use a peer relation's
 * databag.
 */
export async function leaderGet(
  tools: HookTools,
  options?: ToolOptions,
): Promise<Readonly<Record<string, string>>> {
  const call = { tool: 'leader-get', args: ['--format=json'] };
  return (await readTool(tools, call, settingsSchema(), options)) ?? {};
}

/**
 * `leader-set`: changes the leader's settings at once, whether the hook succeeds or fails. For the
 * leader only; not in Juju 4.0. An empty value removes its key. The values are visible in the
 * process table. No changes: no call.
 */
export async function leaderSet(
  tools: HookTools,
  changes: Readonly<Record<string, string>>,
  options?: ToolOptions,
): Promise<void> {
  const tool = 'leader-set';
  const args = Object.entries(changes).map(([key, value]) => {
    if (key === '' || key.includes('=')) {
      throw new HookToolArgumentError(tool, `${JSON.stringify(key)} is not a key.`);
    }
    return `${key}=${value}`;
  });
  if (args.length > 0) await runTool(tools, { tool, args: ['--', ...args] }, options);
}
