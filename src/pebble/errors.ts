import { CharmwrightError } from '../errors.ts';
import type { Change } from './change.ts';

/** Anything that can go wrong between a client and a Pebble daemon. */
export abstract class PebbleError extends CharmwrightError {}

/**
 * No daemon answers, or it went away in the middle of an exchange.
 *
 * Right after a container starts, and while it restarts, this is normal: come back when Juju says
 * that the container's Pebble is ready.
 */
export class PebbleConnectionError extends PebbleError {
  readonly code = 'pebble-connection';
  /** Where the daemon was looked for, such as the path of its socket. */
  readonly endpoint: string;
  /** `connect`: the daemon has seen nothing. `exchange`: it may have acted on the request. */
  readonly stage: 'connect' | 'exchange';

  constructor(
    endpoint: string,
    stage: 'connect' | 'exchange',
    why: string,
    options?: ErrorOptions,
  ) {
    super(
      stage === 'connect'
        ? `cannot connect to Pebble at ${endpoint}: ${why}. Wait until the container's Pebble is ready.`
        : `cannot finish the exchange with Pebble at ${endpoint}: ${why}. The daemon may have acted on the request: look at its state before you repeat it.`,
      options,
    );
    this.endpoint = endpoint;
    this.stage = stage;
  }
}

/** What the daemon said when it refused a request. */
export interface PebbleRefusal {
  readonly status: number;
  readonly kind?: string | undefined;
  readonly reason: string;
  readonly value?: unknown;
}

/** The daemon refused a request. */
export class PebbleApiError extends PebbleError {
  readonly code = 'pebble-api';
  /** The HTTP status, such as 400. */
  readonly status: number;
  /** Pebble's name for the situation, such as `no-default-services`. Most refusals have none. */
  readonly kind: string | undefined;
  /** The daemon's own words. */
  readonly reason: string;
  /** What the daemon adds for programs. No kind of today's Pebble does. */
  readonly value: unknown;

  constructor(what: string, refusal: PebbleRefusal, options?: ErrorOptions) {
    super(`cannot ${what}: Pebble refused with ${refusal.status}: ${refusal.reason}`, options);
    this.status = refusal.status;
    this.kind = refusal.kind;
    this.reason = refusal.reason;
    this.value = refusal.value;
  }
}

/** Why an operation on one path failed, in Pebble's spelling. Newer daemons may know more. */
export type PathErrorKind =
  | 'not-found'
  | 'permission-denied'
  | 'generic-file-error'
  | (string & {});

/** An operation on one file or directory failed; other paths of the request may have succeeded. */
export class PebblePathError extends PebbleError {
  readonly code = 'pebble-path';
  readonly path: string;
  readonly kind: PathErrorKind;
  /** The daemon's own words; of a file of this machine, the system's or the client's. */
  readonly reason: string;

  constructor(
    what: string,
    failure: { readonly path: string; readonly kind: PathErrorKind; readonly reason: string },
    options?: ErrorOptions,
  ) {
    super(`cannot ${what} ${JSON.stringify(failure.path)}: ${failure.reason}`, options);
    this.path = failure.path;
    this.kind = failure.kind;
    this.reason = failure.reason;
  }
}

/** One file or directory that was not carried, and why. */
export interface TransferFailure {
  /** Where it was to be taken from. */
  readonly path: string;
  /** About the path that stood in the way, at the source or at the destination. */
  readonly cause: PebblePathError;
}

/** How many failures the message of an error tells. */
const toldFailures = 5;

/** Some files or directories of a transfer were not carried. All others were. */
export class PebbleTransferError extends PebbleError {
  readonly code = 'pebble-transfer';
  /** By path. What lies in a directory that failed is not told apart. */
  readonly failures: readonly TransferFailure[];

  constructor(what: string, failures: readonly TransferFailure[]) {
    const told = failures.slice(0, toldFailures).map(({ cause }) => `\n- ${cause.message}`);
    const more = failures.length - told.length;
    super(
      `cannot ${what}: ${failures.length} of its files or directories failed, the others are there:${told.join('')}${more > 0 ? `\n- and ${more} more` : ''}`,
      { cause: failures[0]?.cause },
    );
    this.failures = failures;
  }
}

/**
 * A change did not get done: it ended in error, such as a service that did not survive its first
 * second, or was aborted.
 */
export class PebbleChangeError extends PebbleError {
  readonly code = 'pebble-change';
  /** The change with its tasks; each task's `log` tells what happened. */
  readonly change: Change;

  constructor(change: Change, options?: ErrorOptions) {
    const logs = change.tasks
      .filter((task) => task.log.length > 0)
      .map((task) => `\n--- log of task ${task.id}, ${task.summary} ---\n${task.log.join('\n')}`);
    super(
      `cannot finish change ${change.id} (${change.summary}): ${change.err ?? `it ended as ${change.status}`}${logs.join('')}`,
      options,
    );
    this.change = change;
  }
}

/** How much of an output the message of an error repeats. */
const longestExcerpt = 1024;

/** A command that Pebble executed ended with another exit code than 0. */
export class PebbleExecError extends PebbleError {
  readonly code = 'pebble-exec';
  /** The program, without its arguments. */
  readonly command: string;
  /** 128 and the signal's number when a signal ended it. */
  readonly exitCode: number;
  /** What it wrote: all of it after `waitOutput`; else its end, as far as nobody read it. */
  readonly stdout: string;
  readonly stderr: string;

  constructor(
    command: string,
    exitCode: number,
    output: { readonly stdout: string; readonly stderr: string },
  ) {
    const said = output.stderr.trimEnd();
    const excerpt = said.length > longestExcerpt ? `…${said.slice(-longestExcerpt)}` : said;
    super(
      `cannot execute ${JSON.stringify(command)}: it ended with exit code ${exitCode}${excerpt === '' ? '' : `:\n${excerpt}`}`,
    );
    this.command = command;
    this.exitCode = exitCode;
    this.stdout = output.stdout;
    this.stderr = output.stderr;
  }
}

/** The transport cannot carry what the call needs: websockets, to execute a command. */
export class PebbleTransportError extends PebbleError {
  readonly code = 'pebble-transport';

  constructor(what: string) {
    super(`cannot ${what}: the transport carries no websockets. Use a UnixSocketTransport.`);
  }
}

/** The time allowed for an operation is up. The daemon may still be at work on it. */
export class PebbleTimeoutError extends PebbleError {
  readonly code = 'pebble-timeout';
  /** The time that was allowed, in milliseconds. */
  readonly timeout: number;

  constructor(
    what: string,
    timeout: number,
    { why, ...options }: ErrorOptions & { readonly why?: string } = {},
  ) {
    super(
      `cannot ${what}: ${why ?? `Pebble gave no answer within ${timeout} ms`}. Allow more time with the timeout option, or look at the daemon.`,
      options,
    );
    this.timeout = timeout;
  }
}

/** The caller ended the operation, most often with a signal, whose reason is the `cause`. */
export class PebbleAbortError extends PebbleError {
  readonly code = 'pebble-abort';

  constructor(what: string, reason: unknown, why = "the caller's signal was aborted") {
    super(`cannot ${what}: ${why}`, { cause: reason });
  }
}

/** The other side's reply is not what Pebble says: rubbish, a wrong type, or half an answer. */
export class PebbleProtocolError extends PebbleError {
  readonly code = 'pebble-protocol';

  constructor(what: string, why: string, options?: ErrorOptions) {
    super(
      `cannot ${what}: the reply is not Pebble's: ${why}. Check that a Pebble daemon serves this socket.`,
      options,
    );
  }
}
