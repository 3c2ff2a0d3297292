import { accessSync, constants, readFileSync, realpathSync, statSync } from 'node:fs';
import { constants as system } from 'node:os';
import { join } from 'node:path';
import { CharmwrightError, messageOf } from '../errors.ts';
import type { Logger } from '../framework/logger.ts';
import type { Environment } from '../juju/context.ts';

/** In the environment of what a dispatch starts, so that a dispatch in it does nothing. */
export const dispatchMarker = 'CHARMWRIGHT_DISPATCH';

/** The charm's own executable for a hook failed, so the charm was not built. */
export class LegacyHookError extends CharmwrightError {
  readonly code = 'legacy-hook-failed';
  readonly path: string;
  /** What the dispatch ends with. */
  readonly exitCode: number;

  constructor(path: string, exitCode: number, why: string, options?: ErrorOptions) {
    super(
      `cannot go on with this hook: ${path} ${why}. Correct it, or remove it if the charm handles the event itself.`,
      options,
    );
    this.path = path;
    this.exitCode = exitCode;
  }
}

export interface LegacyHookOptions {
  readonly charmDir: string;
  readonly environment: Environment;
  readonly logger: Logger;
  /** Files that run this very dispatch: an executable that is one of them is not run again. */
  readonly ownPrograms: readonly string[];
  readonly signal?: AbortSignal | undefined;
}

/**
 * Runs `hooks/<name>` or `actions/<name>` of a charm that has one, before the charm itself: Juju
 * leaves that to `dispatch`. It gets the hook's environment, and its output is the dispatch's.
 *
 * @throws {LegacyHookError} when it fails or cannot be started
 */
export async function runLegacyHook(options: LegacyHookOptions): Promise<void> {
  const { charmDir, environment, logger, ownPrograms, signal } = options;
  const name = environment['JUJU_DISPATCH_PATH'] ?? '';
  const path = join(charmDir, name);
  const found = name === '' ? undefined : statSync(path, { throwIfNoEntry: false });
  if (found?.isFile() !== true) return;
  if (!isExecutable(path)) {
    logger.warn(`${name} is not executable and was not run. Make it so, or remove it.`);
    return;
  }
  if (isOneOf(path, ownPrograms)) {
    logger.debug(`${name} is this charm's dispatch, and is not run again`);
    return;
  }
  logger.debug(`running ${name} first`);
  const exitCode = await run(path, name, { ...environment, [dispatchMarker]: '1' }, options);
  signal?.throwIfAborted();
  if (exitCode !== 0) throw new LegacyHookError(name, exitCode, `ended with ${exitCode}`);
}

async function run(
  path: string,
  name: string,
  env: NodeJS.ProcessEnv,
  { charmDir, signal }: LegacyHookOptions,
): Promise<number> {
  // Few charms have such an executable, and loading this takes a good part of a hook's start.
  const { spawn } = await import('node:child_process');
  signal?.throwIfAborted();
  return await new Promise((resolve, reject) => {
    const refuse = (error: unknown): void =>
      reject(
        new LegacyHookError(name, 1, `cannot be started: ${messageOf(error)}`, { cause: error }),
      );
    try {
      const child = spawn(path, [], { cwd: charmDir, env, stdio: 'inherit' });
      const end = (): void => void child.kill('SIGTERM');
      signal?.addEventListener('abort', end, { once: true });
      child.once('error', refuse);
      child.once('close', (code, killedBy) => {
        signal?.removeEventListener('abort', end);
        // As a shell tells it.
        resolve(code ?? 128 + (killedBy === null ? 0 : system.signals[killedBy]));
      });
    } catch (error) {
      refuse(error);
    }
  });
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Whether a file is one of some others, by link or by contents. */
function isOneOf(path: string, others: readonly string[]): boolean {
  const real = realpathSync(path);
  return others.some((other) => {
    const known = statSync(other, { throwIfNoEntry: false });
    if (known?.isFile() !== true) return false;
    if (realpathSync(other) === real) return true;
    return known.size === statSync(real).size && readFileSync(other).equals(readFileSync(real));
  });
}
