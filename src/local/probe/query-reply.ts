import * as z from 'zod';

/** A row as PostgreSQL's text says it, by column name. */
export type QueryRow = Readonly<Record<string, string | null>>;

/** What the asking process answers: rows, or why there are none. */
export type QueryReply =
  | { readonly rows: readonly QueryRow[] }
  | { readonly error: { readonly message: string; readonly code?: string | undefined } };

export const queryReplySchema: z.ZodType<QueryReply> = z.union([
  z.object({ rows: z.array(z.record(z.string(), z.string().nullable())) }),
  z.object({ error: z.object({ message: z.string(), code: z.string().optional() }) }),
]);
