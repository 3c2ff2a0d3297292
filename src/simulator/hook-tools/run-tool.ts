import type { ToolFiles } from '../tool-files.ts';
import type { Transaction } from '../transaction.ts';
import type { ToolReply, ToolRequest } from './tool-request.ts';

/** Runs one hook tool as Juju's agent does: parse, execute, format. */
export function runTool(
  _transaction: Transaction,
  request: ToolRequest,
  _files: ToolFiles,
): ToolReply {
  return {
    code: 1,
    stdout: '',
    stderr: `ERROR bad request: unknown command: ${request.tool}\n`,
  };
}
