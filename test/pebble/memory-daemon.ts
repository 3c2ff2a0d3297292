import { PebbleClient, type PebbleRequest, type PebbleTransport } from '../../src/pebble/index.ts';
import { rootOnly } from '../../src/simulator/pebble/accounts.ts';
import { createPebbleCore } from '../../src/simulator/pebble/create-pebble-core.ts';
import { manualClock } from '../../src/simulator/pebble/manual-clock.ts';
import {
  memoryFileSystem,
  type MemoryFileSystem,
} from '../../src/simulator/pebble/memory-file-system.ts';
import { pretendLauncher } from '../../src/simulator/pebble/pretend-launcher.ts';

/** A daemon in this process whose files are in memory, and a client of it. */
export interface MemoryDaemon {
  readonly transport: PebbleTransport;
  readonly client: PebbleClient;
  readonly files: MemoryFileSystem;
  /** What the client has asked for, in order. */
  readonly requests: PebbleRequest[];
  /** Waits for it before a request is served. */
  held: (request: PebbleRequest) => Promise<void>;
}

/** Starts a daemon that has no files. */
export function memoryDaemon(): MemoryDaemon {
  const clock = manualClock();
  const files = memoryFileSystem({ clock });
  const launcher = pretendLauncher({});
  const core = createPebbleCore({ launcher, files, clock, accounts: rootOnly });
  const requests: PebbleRequest[] = [];
  const transport: PebbleTransport = {
    request: async (request, options) => {
      requests.push(request);
      await daemon.held(request);
      return await core.handle({ ...request, signal: options?.signal });
    },
    close: async () => undefined,
  };
  const client = new PebbleClient(transport);
  const daemon: MemoryDaemon = { transport, client, files, requests, held: async () => undefined };
  return daemon;
}
