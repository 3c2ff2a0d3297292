import { request } from 'node:http';
import * as z from 'zod';

const systemInfoSchema = z.object({ result: z.object({ 'boot-id': z.string() }) });

/** Milliseconds that a daemon has to answer. */
const PATIENCE = 2_000;

/** The boot id of the Pebble that answers on a socket, or undefined when none answers well. */
export function pebbleBootId(socketPath: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    const none = (): void => {
      resolve(undefined);
    };
    const asked = request({ socketPath, path: '/v1/system-info', timeout: PATIENCE }, (reply) => {
      let text = '';
      reply.setEncoding('utf8').on('data', (piece: string) => {
        text += piece;
      });
      reply.on('end', () => {
        resolve(bootIdOf(text));
      });
      reply.on('error', none);
    });
    asked.on('timeout', () => asked.destroy());
    asked.on('error', none);
    asked.end();
  });
}

function bootIdOf(text: string): string | undefined {
  let reply: unknown;
  try {
    reply = JSON.parse(text);
  } catch {
    return undefined;
  }
  return systemInfoSchema.safeParse(reply).data?.result['boot-id'];
}
