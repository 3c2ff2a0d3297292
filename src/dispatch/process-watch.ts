import { writeSync } from 'node:fs';
import { CharmwrightError } from '../errors.ts';
import type { Logger } from '../framework/logger.ts';
import { exitCode, TerminatedError } from './exit-code.ts';
import { traceOf } from './logger.ts';

/** All that the process waited for has come, and the dispatch is not at its end. */
export class StalledError extends CharmwrightError {
  readonly code = 'stalled';

  constructor() {
    super(
      'cannot finish this hook: a handler waits for a promise that nothing can settle any more. Look for a promise whose resolve is never called.',
    );
  }
}

const endingSignals = ['SIGTERM', 'SIGINT'] as const;

/**
 * What happens to the process of a dispatch, rather than in it: signals, errors that nobody caught,
 * warnings, and an event loop with nothing left to do. Without it Node would call the last two a
 * success.
 */
export class ProcessWatch {
  readonly #process: NodeJS.Process;
  readonly #ending = new AbortController();
  #logger: Logger | undefined;
  #unsent: () => readonly string[] = () => [];
  #finished = false;

  constructor(process: NodeJS.Process) {
    this.#process = process;
    for (const signal of endingSignals) {
      process.once(signal, () => this.#ending.abort(new TerminatedError(signal)));
    }
    process.on('uncaughtException', (error) => this.#uncaught(error));
    process.once('beforeExit', () => this.#ending.abort(new StalledError()));
    process.once('exit', () => {
      if (this.#finished) return;
      // The charm called process.exit(): whatever it meant, nothing was committed.
      process.exitCode = exitCode.failure;
      const lines = [...this.#unsent(), 'process.exit() ended this hook; nothing was committed'];
      writeSync(process.stderr.fd, `${lines.join('\n')}\n`);
    });
    // Node's own listener prints warnings, which would show without their level.
    process.removeAllListeners('warning');
    process.on('warning', (warning) => this.#logger?.warn(traceOf(warning)));
  }

  /** Aborted when the dispatch must end. */
  get signal(): AbortSignal {
    return this.#ending.signal;
  }

  /**
   * Where errors go that come too late to end the dispatch, and warnings.
   *
   * @param unsent tells which lines to write to stderr when the process ends before it should
   */
  logTo(logger: Logger, unsent: () => readonly string[]): void {
    this.#logger = logger;
    this.#unsent = unsent;
  }

  /**
   * Ends the process. After a signal it dies by that signal, which tells Juju to run the hook again
   * without calling it a failure.
   */
  end(result: { readonly exitCode: number; readonly error?: unknown }): never {
    this.#finished = true;
    if (result.error instanceof TerminatedError) {
      this.#process.removeAllListeners(result.error.signal);
      this.#process.kill(this.#process.pid, result.error.signal);
    }
    return this.#process.exit(result.exitCode);
  }

  #uncaught(error: unknown): void {
    if (this.#ending.signal.aborted) this.#logger?.error(`uncaught: ${traceOf(error)}`);
    else this.#ending.abort(error);
  }
}
