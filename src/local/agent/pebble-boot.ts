import * as z from 'zod';
import { askPebble } from './pebble-question.ts';

const systemInfoSchema = z.object({ 'boot-id': z.string() });

/** The boot id of the Pebble that answers on a socket, or undefined when none answers well. */
export async function pebbleBootId(socketPath: string): Promise<string | undefined> {
  const answer = await askPebble(socketPath, '/v1/system-info');
  return systemInfoSchema.safeParse(answer?.result).data?.['boot-id'];
}
