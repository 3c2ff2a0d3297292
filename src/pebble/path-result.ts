import * as z from 'zod/mini';

import { lazy } from '../lazy.ts';
import type { Schema } from './schema.ts';
import { PebblePathError, PebbleProtocolError } from './errors.ts';

/** What became of one path of a request, as it travels. */
export interface WirePathResult {
  readonly path: string;
  readonly error?: WirePathError | null | undefined;
}

/** Why an operation on one path failed, as it travels. */
interface WirePathError {
  readonly message: string;
  readonly kind?: string | undefined;
}

export const wirePathResultsSchema: Schema<readonly WirePathResult[]> = lazy(() =>
  z.array(
    z.object({
      path: z.string(),
      error: z.nullish(z.object({ message: z.string(), kind: z.optional(z.string()) })),
    }),
  ),
);

/** Throws what the daemon says about the path, if that is an error. */
export function throwPathError(
  what: string,
  path: string,
  results: readonly WirePathResult[],
): void {
  const error = pathErrorOf(
    what,
    path,
    results.find((candidate) => candidate.path === path),
  );
  if (error !== undefined) throw error;
}

/** What the daemon says about the path, if that is an error. */
export function pathErrorOf(
  what: string,
  path: string,
  result: WirePathResult | undefined,
): PebblePathError | undefined {
  if (result === undefined) {
    throw new PebbleProtocolError(
      `${what} ${JSON.stringify(path)}`,
      'it does not say what became of the path',
    );
  }
  const { error } = result;
  if (error === undefined || error === null) return undefined;
  const { message, kind = 'generic-file-error' } = error;
  return new PebblePathError(what, { path, kind, reason: message });
}
