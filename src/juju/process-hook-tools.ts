import { spawn, type ChildProcess } from 'node:child_process';
import { messageOf } from '../errors.ts';
import type { Environment } from './context.ts';
import {
  HookToolUnavailableError,
  type HookToolCall,
  type HookToolReply,
  type HookTools,
} from './hook-tool.ts';
import { JujuVersion } from './version.ts';

export interface ProcessHookToolsOptions {
  /** What the tools get as their environment; its PATH is where they are found. */
  readonly environment: Environment;
}

/** Hook tools as processes: one for every call, without a shell between. */
export class ProcessHookTools implements HookTools {
  readonly callCost = 'process';
  readonly version: JujuVersion;
  readonly #environment: NodeJS.ProcessEnv;
  readonly #running = new Set<ChildProcess>();

  constructor({ environment }: ProcessHookToolsOptions) {
    this.version = new JujuVersion(environment['JUJU_VERSION'] ?? '');
    this.#environment = { ...environment };
  }

  async call(
    { tool, args, stdin }: HookToolCall,
    { signal }: { readonly signal?: AbortSignal } = {},
  ): Promise<HookToolReply> {
    signal?.throwIfAborted();
    return await new Promise<HookToolReply>((resolve, reject) => {
      let child: ChildProcess;
      try {
        child = spawn(tool, args, {
          env: this.#environment,
          stdio: [stdin === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
          ...(signal === undefined ? {} : { signal, killSignal: 'SIGKILL' }),
        });
      } catch (error) {
        reject(unavailable(tool, error));
        return;
      }
      this.#running.add(child);
      const stdout = collect(child.stdout);
      const stderr = collect(child.stderr);
      const settle = (act: () => void): void => {
        this.#running.delete(child);
        act();
      };
      child.once('error', (error) => {
        settle(() => {
          reject(signal?.aborted === true ? error : unavailable(tool, error));
        });
      });
      child.once('close', (code, killedBy) => {
        settle(() => {
          if (code !== null) resolve({ code, stdout: stdout(), stderr: stderr() });
          else reject(new HookToolUnavailableError(tool, `it was killed by ${killedBy}`));
        });
      });
      // A tool that ends without reading its stdin answers by its exit code, not by EPIPE.
      child.stdin?.on('error', () => undefined);
      child.stdin?.end(stdin);
    });
  }

  async close(): Promise<void> {
    for (const child of this.#running) child.kill('SIGKILL');
    await Promise.resolve();
  }
}

function collect(stream: NodeJS.ReadableStream | null): () => string {
  const chunks: Buffer[] = [];
  stream?.on('data', (chunk: Buffer) => chunks.push(chunk));
  return () => Buffer.concat(chunks).toString('utf8');
}

function unavailable(tool: string, error: unknown): HookToolUnavailableError {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  const why = (typeof code === 'string' ? reasons[code] : undefined) ?? messageOf(error);
  return new HookToolUnavailableError(tool, why, { cause: error, missing: code === 'ENOENT' });
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'it is not on PATH',
  EACCES: 'it is not executable',
  E2BIG:
    'an argument is longer than the 131 071 bytes that Linux allows, or all of them are too long. Give less at once',
};
