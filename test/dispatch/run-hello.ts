import { dispatch, type DispatchResult } from '../../src/dispatch/dispatch.ts';
import { PebbleConnectionError } from '../../src/pebble/errors.ts';
import type { PebbleTransport } from '../../src/pebble/transport.ts';
import { MemoryStore } from '../../src/testing/memory-store.ts';
import { CannedHookTools } from '../support/canned-hook-tools.ts';
import { jujuEnvironment } from '../support/juju-environment.ts';
import { HelloCharm, type Script } from './hello-charm.ts';

/** A container that is not up. */
export const noPebble: PebbleTransport = {
  async request() {
    throw new PebbleConnectionError('test', 'connect', 'nobody listens');
  },
  async close() {},
};

export interface HelloRun {
  readonly path?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly script?: Script;
  readonly answers?: Record<string, unknown>;
  readonly store?: MemoryStore;
  readonly signal?: AbortSignal;
  readonly stderr?: (text: string) => void;
  readonly legacyHook?: () => Promise<void>;
}

/** Dispatches one hook to the hello charm. */
export async function runHello({
  path = 'hooks/config-changed',
  env = {},
  script = {},
  answers = {},
  store = new MemoryStore(),
  signal,
  stderr,
  legacyHook,
}: HelloRun): Promise<{ result: DispatchResult; tools: CannedHookTools; store: MemoryStore }> {
  const tools = new CannedHookTools(answers);
  HelloCharm.script = script;
  const result = await dispatch({
    charmClass: HelloCharm,
    env: jujuEnvironment(path, env),
    hookTools: tools,
    store,
    pebble: () => noPebble,
    clock: { now: () => new Date('2026-11-25T00:00:00Z') },
    ...(signal && { signal }),
    ...(stderr && { stderr }),
    ...(legacyHook && { legacyHook }),
  });
  return { result, tools, store };
}
