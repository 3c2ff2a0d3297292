import { createConnection } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

const pause = 20;

/**
 * Resolves with true when something accepts connections on a unix socket, or false when the time is
 * up or `until` resolved first.
 */
export async function waitForSocket(
  path: string,
  { timeout, until }: { readonly timeout: number; readonly until: Promise<void> },
): Promise<boolean> {
  const deadline = Date.now() + timeout;
  const over = until.then(() => true);
  while (Date.now() < deadline) {
    if (await accepts(path)) {
      return true;
    }
    if (await Promise.race([over, delay(pause, false)])) {
      return false;
    }
  }
  return false;
}

function accepts(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection({ path }, () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
