import { CharmwrightError, messageOf } from '../../../errors.ts';
import { FileSystemError } from '../file-system.ts';
import { OwnerLookupError, findOwner } from '../owner-lookup.ts';
import type { Accounts, Owner } from '../accounts.ts';
import type { JsonBody } from '../request-body.ts';
import { goQuote } from '../../../pebble/plan/go-quote.ts';

/** A request about one path that cannot be granted, whatever the path holds. */
export class PathRequestError extends CharmwrightError {
  readonly code = 'path-request';
}

/** What became of one path of a request. */
export interface PathOutcome {
  readonly path: string;
  readonly error?: { readonly message: string; readonly kind: string };
}

/** Does something with one path; what goes wrong with the path becomes a part of the answer. */
export async function attemptPath(path: string, act: () => Promise<void>): Promise<PathOutcome> {
  try {
    if (!path.startsWith('/')) {
      throw new PathRequestError(`paths must be absolute, got ${goQuote(path)}`);
    }
    await act();
    return { path };
  } catch (error) {
    if (error instanceof FileSystemError || error instanceof PathRequestError) {
      return { path, error: { message: error.message, kind: problemKind(error) } };
    }
    throw error;
  }
}

/** Pebble's kind for an error about a path. */
export function problemKind(error: unknown): string {
  const name = error instanceof FileSystemError ? error.errorName : undefined;
  switch (name) {
    case 'EACCES':
    case 'EPERM':
      return 'permission-denied';
    case 'ENOENT':
      return 'not-found';
    default:
      return 'generic-file-error';
  }
}

/** The permissions that a request asks for. @throws {PathRequestError} */
export function requestedPermissions(request: JsonBody, otherwise: number): number {
  const text = request.text('permissions');
  if (text === '') {
    return otherwise;
  }
  if (!/^[0-7]{3}$/.test(text)) {
    throw new PathRequestError(`permissions must be a 3-digit octal string, got ${goQuote(text)}`);
  }
  return Number.parseInt(text, 8);
}

/** The owner that a request asks for, if it does. @throws {PathRequestError} */
export function requestedOwner(request: JsonBody, accounts: Accounts): Owner | undefined {
  try {
    return findOwner(accounts, {
      userId: request.number('user-id'),
      user: request.text('user'),
      groupId: request.number('group-id'),
      group: request.text('group'),
    });
  } catch (error) {
    if (error instanceof OwnerLookupError) {
      throw new PathRequestError(`cannot look up user and group: ${messageOf(error)}`, {
        cause: error,
      });
    }
    throw error;
  }
}
