import type * as z from 'zod/mini';

/** The places and messages of a schema's refusal, without the values that it refused. */
export function issuesOf(error: z.core.$ZodError): string {
  return error.issues
    .map(({ path, message }) =>
      path.length === 0 ? message : `${path.map(String).join('.')}: ${message}`,
    )
    .join('; ');
}
