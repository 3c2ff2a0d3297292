import type { CallOptions } from './call-options.ts';
import { anything } from './envelope.ts';
import type { Exchange } from './exchange.ts';

/** Sends a signal to the main process of each service. All of them must be running. */
export async function sendSignal(
  exchange: Exchange,
  signal: NodeJS.Signals,
  services: readonly string[],
  options?: CallOptions,
): Promise<void> {
  await exchange.post(
    `send ${signal} to ${services.join(', ')}`,
    '/v1/signals',
    { signal, services },
    anything,
    options,
  );
}
