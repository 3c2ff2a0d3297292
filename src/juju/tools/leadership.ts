import * as z from 'zod/mini';
import { lazy } from '../../lazy.ts';
import type { HookTools } from '../hook-tool.ts';
import { readTool, type ToolOptions } from './run.ts';

const answerSchema = lazy(() => z.boolean());

/** `is-leader`: true means leadership for at least the next 30 seconds. */
export async function isLeader(tools: HookTools, options?: ToolOptions): Promise<boolean> {
  const call = { tool: 'is-leader', args: ['--format=json'] };
  return await readTool(tools, call, answerSchema(), options);
}
