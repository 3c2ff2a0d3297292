import { text } from 'node:stream/consumers';
import * as z from 'zod';
import { messageOf } from '../../errors.ts';
import type { QueryReply, QueryRow } from './query-reply.ts';

const defaultTimeout = 10_000;

const requestSchema = z.object({
  host: z.string(),
  port: z.number(),
  user: z.string(),
  password: z.string().optional(),
  database: z.string(),
  sql: z.string(),
  timeout: z.number().default(defaultTimeout),
});

process.stdout.write(JSON.stringify(await answer(await text(process.stdin))));

async function answer(input: string): Promise<QueryReply> {
  const { sql, timeout, ...where } = requestSchema.parse(JSON.parse(input));
  const pg = await import('pg').catch(() => undefined);
  if (pg === undefined) {
    return { error: { message: 'pg is missing', code: 'missing-pg' } };
  }
  const client = new pg.default.Client({
    ...where,
    connectionTimeoutMillis: timeout,
    query_timeout: timeout,
    types: { getTypeParser: () => (value: string) => value },
  });
  // A server that goes away also fails the statement under way, which is where it is reported.
  client.on('error', () => {});
  try {
    await client.connect();
    const results = [await client.query<QueryRow>(sql)].flat();
    return { rows: results.at(-1)?.rows ?? [] };
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    return {
      error: { message: messageOf(error), ...(typeof code === 'string' ? { code } : {}) },
    };
  } finally {
    await client.end().catch(() => {});
  }
}
