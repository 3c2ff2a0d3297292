import { setTimeout as delay } from 'node:timers/promises';
import type { Holder } from './holder.ts';

const patience = 15_000;

/** Lets a container's first process end in its own way, and kills it when that takes too long. */
export async function stopHolder(holder: Holder): Promise<void> {
  const waiting = new AbortController();
  holder.signal('SIGTERM');
  const isLate = await Promise.race([
    holder.ended.then(() => false),
    delay(patience, true, { signal: waiting.signal, ref: false }).catch(() => false),
  ]);
  waiting.abort();
  if (isLate) {
    holder.signal('SIGKILL');
  }
  await holder.close();
}
