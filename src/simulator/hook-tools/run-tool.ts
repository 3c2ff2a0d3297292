import { resolve } from 'node:path';
import type { ToolFiles } from '../tool-files.ts';
import type { Transaction } from '../transaction.ts';
import { isAtLeast, type ModelState } from '../state/model-state.ts';
import { hookTools } from './catalogue.ts';
import { HelpAsked, parseArgs, RunFault, UsageFault } from './flags.ts';
import type { HookTool } from './hook-tool.ts';
import type { ToolReply, ToolRequest } from './tool-request.ts';

/** Runs one hook tool as Juju's agent does: parse, execute, format. */
export function runTool(
  transaction: Transaction,
  request: ToolRequest,
  files: ToolFiles,
): ToolReply {
  const tool = hookTools.get(request.tool);
  if (tool === undefined || !isThere(tool, transaction.model)) {
    return failure(1, `bad request: unknown command: ${request.tool}`);
  }
  const warnings: string[] = [];
  try {
    const args = parseArgs(request.args, tool.flags(transaction));
    const printed = tool.run(
      {
        transaction,
        readInput: (file) => readInput(file, request, files),
        warn: (text) => warnings.push(text),
      },
      args,
    );
    const output = args.value('output');
    if (output !== undefined) writeOutput(inDirectory(output, request), printed, files);
    return { code: 0, stdout: output === undefined ? printed : '', stderr: warnings.join('') };
  } catch (error) {
    return replyTo(error, tool, warnings.join(''));
  }
}

function isThere({ since, until }: HookTool, model: ModelState): boolean {
  if (since !== undefined && !isAtLeast(model, ...since)) return false;
  return until === undefined || !isAtLeast(model, ...until);
}

/** A command reads stdin, and its caller has not sent it. */
class StdinNeeded extends Error {
  override readonly name = 'StdinNeeded';
}

function replyTo(error: unknown, tool: HookTool, warnings: string): ToolReply {
  if (error instanceof HelpAsked) return { code: 0, stdout: help(tool), stderr: '' };
  if (error instanceof UsageFault) return failure(2, error.message, warnings);
  if (error instanceof RunFault) return failure(1, error.message, warnings);
  if (error instanceof StdinNeeded) {
    return { ...failure(1, 'hook tool requires stdin, none supplied'), needsStdin: true };
  }
  throw error;
}

function failure(code: number, text: string, warnings = ''): ToolReply {
  return { code, stdout: '', stderr: `${warnings}ERROR ${text}\n` };
}

function help(tool: HookTool): string {
  return `Usage: ${tool.name} ${tool.usage}\n\nSummary:\n${tool.summary}\n`;
}

function inDirectory(file: string, { cwd }: ToolRequest): string {
  return resolve(cwd ?? '/', file);
}

function readInput(file: string, request: ToolRequest, files: ToolFiles): string {
  if (file === '-') {
    if (request.stdin === undefined) throw new StdinNeeded();
    return request.stdin;
  }
  return onFile('open', inDirectory(file, request), (path) => files.read(path));
}

function writeOutput(path: string, text: string, files: ToolFiles): void {
  onFile('open', path, (target) => {
    files.write(target, text);
  });
}

function onFile<T>(verb: string, path: string, action: (path: string) => T): T {
  try {
    return action(path);
  } catch (error) {
    throw new RunFault(`${verb} ${path}: ${whyNot(error)}`, { cause: error });
  }
}

function whyNot(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ENOENT') return 'no such file or directory';
  if (code === 'EACCES') return 'permission denied';
  return error instanceof Error ? error.message : String(error);
}
