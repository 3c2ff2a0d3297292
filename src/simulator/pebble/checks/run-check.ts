import { CharmwrightError, messageOf } from '../../../errors.ts';
import type { Accounts } from '../accounts.ts';
import type { PebbleClock } from '../clock.ts';
import { findOwner } from '../owner-lookup.ts';
import { formatDuration } from '../../../pebble/plan/duration.ts';
import type { ProcessLauncher } from '../process-launcher.ts';
import { plannedProcess } from '../process-of.ts';
import type { CheckConfig, CheckTarget } from './check-config.ts';
import type { NetworkProbes } from './network-probes.ts';

/** A check ran and failed. The message is Pebble's. */
export class CheckFailedError extends CharmwrightError {
  readonly code = 'check-failed';
}

/** What a check needs to run. */
export interface CheckSurroundings {
  readonly clock: PebbleClock;
  readonly accounts: Accounts;
  readonly launcher: ProcessLauncher;
  readonly network: NetworkProbes;
  /** Names of checks that fail whatever they find. */
  readonly failingChecks?: ReadonlySet<string> | undefined;
}

/** How much of what a check saw is shown when it fails. */
const shownLines = 5;
const shownBytes = 512;

/**
 * Runs a check once.
 *
 * @param signal ends it early; nobody looks at its outcome then.
 * @throws {CheckFailedError}
 */
export async function runCheck(
  { name, target, timeout }: CheckConfig,
  around: CheckSurroundings,
  signal: AbortSignal,
): Promise<void> {
  if (around.failingChecks?.has(name) === true) throw new CheckFailedError('it is made to fail');
  const late = new AbortController();
  const cancel = around.clock.after(timeout, () => {
    late.abort();
  });
  try {
    await reach(name, target, around, AbortSignal.any([signal, late.signal]));
  } catch (error) {
    if (late.signal.aborted) {
      throw new CheckFailedError(`check timed out after ${formatDuration(timeout * 1e6)}`, {
        cause: error,
      });
    }
    if (error instanceof CheckFailedError) {
      throw error;
    }
    throw new CheckFailedError(messageOf(error), { cause: error });
  } finally {
    cancel();
  }
}

async function reach(
  name: string,
  target: CheckTarget,
  around: CheckSurroundings,
  signal: AbortSignal,
): Promise<void> {
  switch (target.kind) {
    case 'HTTP': {
      const { status, body } = await around.network.http(target.url, target.headers, signal);
      if (status < 200 || status > 299) {
        throw new CheckFailedError(withDetails(`non-2xx status code ${status}`, firstLines(body)));
      }
      return;
    }
    case 'TCP':
      await around.network.tcp(target.host, target.port, signal);
      return;
    default:
      await execute(name, target, around, signal);
  }
}

async function execute(
  name: string,
  target: Extract<CheckTarget, { kind: 'exec' }>,
  { accounts, launcher }: CheckSurroundings,
  signal: AbortSignal,
): Promise<void> {
  const owner = findOwner(accounts, target.owner);
  const output = new LatestOutput();
  const process = await launcher.launch(
    plannedProcess('check', name, target, owner, launcher),
    (chunk) => {
      output.add(chunk);
    },
  );
  const kill = (): void => {
    process.signalGroup('SIGKILL');
  };
  if (signal.aborted) {
    kill();
  }
  signal.addEventListener('abort', kill);
  try {
    const code = await process.exited;
    process.abandonOutput();
    if (code !== 0) {
      throw new CheckFailedError(withDetails(`exit status ${code}`, lastLines(output.bytes)));
    }
    signal.throwIfAborted();
  } finally {
    signal.removeEventListener('abort', kill);
  }
}

function withDetails(message: string, details: string): string {
  return details === '' ? message : `${message}; ${details}`;
}

function firstLines(body: string): string {
  const beginning = Buffer.from(body).subarray(0, shownBytes).toString('utf8');
  const lines = beginning.trim().split('\n');
  return lines.length > shownLines
    ? [...lines.slice(0, shownLines), '(...)'].join('\n')
    : lines.join('\n');
}

function lastLines(output: Uint8Array): string {
  const lines = Buffer.from(output).toString('utf8').trim().split('\n');
  return lines.length > shownLines
    ? ['(...)', ...lines.slice(-shownLines)].join('\n')
    : lines.join('\n');
}

/** The latest output. As in Pebble, what comes in more than fits at once is the end of it. */
class LatestOutput {
  bytes: Uint8Array = new Uint8Array();
  #isFull = false;

  add(chunk: Uint8Array): void {
    if (this.#isFull) {
      return;
    }
    this.#isFull = chunk.length > shownBytes;
    this.bytes = this.#isFull
      ? Uint8Array.from(chunk.subarray(0, shownBytes))
      : Buffer.concat([this.bytes, chunk]).subarray(-shownBytes);
  }
}
