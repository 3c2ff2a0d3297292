import { messageOf } from '../../errors.ts';
import {
  PebbleAbortError,
  PebblePathError,
  PebbleTransferError,
  type PathErrorKind,
  type TransferFailure,
} from '../errors.ts';

/** What a transfer could not carry. */
export class TransferFailures {
  /** What could not be done, such as `push "/a" to "/b"`. */
  readonly what: string;
  readonly #signal: AbortSignal | undefined;
  readonly #failures: TransferFailure[] = [];

  constructor(what: string, signal: AbortSignal | undefined) {
    this.what = what;
    this.#signal = signal;
  }

  add(path: string, cause: PebblePathError): void {
    this.#failures.push({ path, cause });
  }

  /** Does something for one file, and notes it when that file fails. @returns whether it did not */
  async collect(path: string, act: () => Promise<void>): Promise<boolean> {
    try {
      await act();
      return true;
    } catch (cause) {
      if (!(cause instanceof PebblePathError)) throw cause;
      this.add(path, cause);
      return false;
    }
  }

  throwIfAny(): void {
    if (this.#failures.length === 0) return;
    this.#failures.sort((one, other) => (one.path < other.path ? -1 : 1));
    throw new PebbleTransferError(this.what, this.#failures);
  }

  throwIfAborted(): void {
    if (this.#signal?.aborted === true) throw new PebbleAbortError(this.what, this.#signal.reason);
  }
}

/** Says what is being done, for errors. */
export function describeTransfer(
  what: string,
  sources: string | readonly string[],
  destDir: string,
): string {
  const given = [sources].flat();
  const named = given.length === 1 ? JSON.stringify(given[0]) : `${given.length} sources`;
  return `${what} ${named} to ${JSON.stringify(destDir)}`;
}

/** A path that is not carried, for a reason that this client has. */
export function refusedPath(what: string, path: string, reason: string): PebblePathError {
  return new PebblePathError(what, { path, kind: 'generic-file-error', reason });
}

/** A thing that is neither a file nor a directory. */
export function refusedType(what: string, path: string, type: string): PebblePathError {
  const reason = `it is of type "${type}", and only files, directories and links can be carried`;
  return refusedPath(what, path, reason);
}

/** A link that the caller wants to be a failure. */
export function refusedLink(what: string, path: string): PebblePathError {
  return refusedPath(what, path, 'it is a symbolic link');
}

/** A link whose target may lie on the way to it. */
export function refusedCircle(what: string, path: string): PebblePathError {
  return refusedPath(
    what,
    path,
    'it is a symbolic link to a directory inside of one that a link has led to, so it may lead round in a circle',
  );
}

const kinds: Readonly<Record<string, PathErrorKind>> = {
  ENOENT: 'not-found',
  EACCES: 'permission-denied',
  EPERM: 'permission-denied',
};

/** What this machine said about a file, in the terms that Pebble has for its own. */
export function localFailure(what: string, path: string, cause: unknown): PebblePathError {
  const code =
    cause instanceof Error && 'code' in cause && typeof cause.code === 'string' ? cause.code : '';
  const kind = kinds[code] ?? 'generic-file-error';
  return new PebblePathError(what, { path, kind, reason: messageOf(cause) }, { cause });
}
