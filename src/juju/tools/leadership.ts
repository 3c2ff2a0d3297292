import * as z from 'zod/mini';
import type { HookTools } from '../hook-tool.ts';
import { readTool, type ToolOptions } from './run.ts';

/** `is-leader`: true means leadership for at least the next 30 seconds. */
export async function isLeader(tools: HookTools, options?: ToolOptions): Promise<boolean> {
  return readTool(tools, { tool: 'is-leader', args: ['--format=json'] }, z.boolean(), options);
}
