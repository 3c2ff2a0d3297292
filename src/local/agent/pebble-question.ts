import { request } from 'node:http';
import * as z from 'zod';

/** Milliseconds that a daemon has to answer. */
const PATIENCE = 2_000;

const replySchema = z.object({ 'status-code': z.number(), result: z.unknown() });

/** What a Pebble answered. */
export interface PebbleAnswer {
  /** 404 where it does not have what was asked for. */
  readonly statusCode: number;
  readonly result: unknown;
}

/**
 * Asks the Pebble behind a socket one question, as Juju's agent does between hooks.
 *
 * @param path with its query
 * @returns undefined when none answers well
 */
export function askPebble(socketPath: string, path: string): Promise<PebbleAnswer | undefined> {
  return new Promise((resolve) => {
    const none = (): void => {
      resolve(undefined);
    };
    const asked = request({ socketPath, path, timeout: PATIENCE }, (reply) => {
      let text = '';
      reply.setEncoding('utf8').on('data', (piece: string) => {
        text += piece;
      });
      reply.on('end', () => {
        resolve(answerIn(text));
      });
      reply.on('error', none);
    });
    asked.on('timeout', () => asked.destroy());
    asked.on('error', none);
    asked.end();
  });
}

function answerIn(text: string): PebbleAnswer | undefined {
  let reply: unknown;
  try {
    reply = JSON.parse(text);
  } catch {
    return undefined;
  }
  const { data } = replySchema.safeParse(reply);
  return data && { statusCode: data['status-code'], result: data.result };
}
