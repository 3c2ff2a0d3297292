import { expect, test as baseTest, type TestAPI } from 'vitest';

import {
  PebbleClient,
  UnixSocketTransport,
  type PebbleRequest,
} from '../../../src/pebble/index.ts';

/** A part of the contract that an implementation may have to do without for now. */
export type PebbleSubject = 'checks' | 'exec' | 'identities' | 'metrics' | 'notices' | 'terminals';

/** A program that serves Pebble's API. */
export interface PebbleImplementation {
  readonly name: string;
  /** Why it cannot be started here. Its tests are then skipped, and say so. */
  readonly missing?: string | undefined;
  /** Subjects of the contract that it does not serve yet. They are skipped, and the suite says so. */
  readonly lacks?: readonly PebbleSubject[] | undefined;
  /** Starts it with an empty plan. */
  start(): Promise<RunningPebble>;
}

/** A daemon that answers. */
export interface RunningPebble {
  readonly socketPath: string;
  /** An empty directory that the daemon and the test both see under this path. */
  readonly dir: string;
  readonly stop: () => Promise<void>;
}

/** What a daemon said, word for word. */
export interface RawReply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
  /** The body as JSON; undefined when it is none. */
  readonly json: unknown;
}

/** What every test of the contract works with. */
export interface PebbleFixture {
  readonly dir: string;
  readonly socketPath: string;
  readonly transport: UnixSocketTransport;
  readonly client: PebbleClient;
  readonly raw: (request: PebbleRequest) => Promise<RawReply>;
}

/** A test of the contract. */
export type PebbleTest = TestAPI<{ pebble: PebbleFixture }>;

/** How the contract's tests come by a daemon. */
export interface PebbleTests {
  /** Tests with a daemon of their own. */
  readonly own: PebbleTest;
  /** Tests that share one daemon, for subjects that leave nothing behind. */
  readonly shared: PebbleTest;
}

/** Must be called outside any `describe`: a shared fixture belongs to its file. */
export function testsOf(implementation: PebbleImplementation): PebbleTests {
  return { own: testWith(implementation), shared: testSharing(implementation) };
}

function testWith(implementation: PebbleImplementation): PebbleTest {
  return baseTest.extend<{ pebble: PebbleFixture }>({
    // eslint-disable-next-line no-empty-pattern -- the form that vitest asks for
    pebble: async ({}, use) => {
      const { fixture, stop } = await startFixture(implementation);
      try {
        await use(fixture);
      } finally {
        await stop();
      }
    },
  });
}

function testSharing(implementation: PebbleImplementation): PebbleTest {
  return baseTest.extend<{ pebble: PebbleFixture }>({
    pebble: [
      // eslint-disable-next-line no-empty-pattern -- the form that vitest asks for
      async ({}, use) => {
        const { fixture, stop } = await startFixture(implementation);
        try {
          await use(fixture);
        } finally {
          await stop();
        }
      },
      { scope: 'file' },
    ],
  });
}

async function startFixture(
  implementation: PebbleImplementation,
): Promise<{ readonly fixture: PebbleFixture; readonly stop: () => Promise<void> }> {
  const { socketPath, dir, stop } = await implementation.start();
  const transport = new UnixSocketTransport(socketPath);
  const client = new PebbleClient(transport, { timeout: 10_000 });
  const raw = async (request: PebbleRequest): Promise<RawReply> => {
    const response = await transport.request(request, { signal: AbortSignal.timeout(15_000) });
    const pieces: Uint8Array[] = [];
    for await (const piece of response.body) pieces.push(piece);
    const text = Buffer.concat(pieces).toString('utf8');
    return { status: response.status, headers: response.headers, text, json: tryJson(text) };
  };
  return {
    fixture: { dir, socketPath, transport, client, raw },
    async stop() {
      await client.close();
      await stop();
    },
  };
}

function tryJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** Posts JSON, or text that pretends to be. */
export function post(path: string, body: unknown): PebbleRequest {
  return {
    method: 'POST',
    path,
    headers: { 'content-type': 'application/json' },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  };
}

/** The envelope of a refusal. */
export function refusal(status: number, message: unknown): object {
  return { type: 'error', 'status-code': status, result: { message } };
}

/** Stands for any text that the pattern matches. */
export function matching(pattern: RegExp): unknown {
  return expect.stringMatching(pattern);
}

/** Runs a probe until it answers truly, at most for ten seconds. */
export async function eventually<T>(
  what: string,
  probe: () => Promise<T | undefined | false>,
): Promise<T> {
  const deadline = performance.now() + 10_000;
  for (;;) {
    const answer = await probe();
    if (answer !== undefined && answer !== false) return answer;
    if (performance.now() > deadline) throw new Error(`it did not come about: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

/** What a promise is rejected with. */
export async function rejection(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  throw new Error('it was expected to be rejected and was not');
}
