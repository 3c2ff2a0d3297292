import * as z from 'zod/mini';

import { lazy } from '../lazy.ts';
import { getChange, waitChange } from './changes.ts';
import { Deadline } from './deadline.ts';
import { PebbleApiError, PebbleChangeError, PebbleTransportError } from './errors.ts';
import { ExecProcess } from './exec-process.ts';
import type { Exchange } from './exchange.ts';
import { goDuration } from './go-duration.ts';
import { carriesMessages, type MessageConnection } from './message-transport.ts';
import { wireOwnership, type Ownership } from './ownership.ts';
import type { FileContent } from './push.ts';
import type { PebbleTransport } from './transport.ts';

/** How a command is executed. The user and group are those that it runs as. */
export interface ExecOptions extends Ownership {
  /** Kills the process with SIGKILL. */
  readonly signal?: AbortSignal | undefined;
  /**
   * Milliseconds that the process may run, after which the daemon kills it.
   *
   * @default as long as it likes
   */
  readonly timeout?: number | undefined;
  /** Content of its standard input, streamed if it is iterable. @default nothing: an ended input */
  readonly stdin?: FileContent | undefined;
  /** Leave its standard input open, to be written and ended by the caller. @default false */
  readonly keepStdinOpen?: boolean | undefined;
  /** Give stderr along with stdout, in the order of writing. @default false */
  readonly combineStderr?: boolean | undefined;
  /** Added to the environment of the daemon, and of the service of `serviceContext`. */
  readonly environment?: Readonly<Record<string, string>> | undefined;
  /** @default that of `serviceContext`, or else the user's home directory */
  readonly workingDir?: string | undefined;
  /** A service whose environment, user, group and working directory it shares. */
  readonly serviceContext?: string | undefined;
  /** Give it a terminal, of a size in characters, for its output. stderr is combined then. */
  readonly terminal?: { readonly width: number; readonly height: number } | undefined;
  /** The terminal is its input, too. @default false */
  readonly interactive?: boolean | undefined;
}

const startedSchema = lazy(() => z.object({ 'task-id': z.string() }));

/** Executes a command. */
export async function exec(
  { exchange, transport, timeout }: ExecClient,
  command: readonly string[],
  options: ExecOptions = {},
): Promise<ExecProcess> {
  const [program = ''] = command;
  const what = `execute ${JSON.stringify(program)}`;
  if (!carriesMessages(transport)) throw new PebbleTransportError(what);
  const { signal } = options;
  const combined = options.combineStderr === true || options.terminal !== undefined;
  const { change, result } = await exchange.postForChange(
    what,
    '/v1/exec',
    wireRequest(command, options, combined),
    startedSchema,
    { signal, timeout },
  );
  const deadline = new Deadline(what, timeout, signal);
  const opened: MessageConnection[] = [];
  const open = async (name: string): Promise<MessageConnection> => {
    const path = `/v1/tasks/${encodeURIComponent(result['task-id'])}/websocket/${name}`;
    const connection = await transport.openMessages(path, { signal: deadline.signal });
    opened.push(connection);
    return connection;
  };
  try {
    // The process starts when its streams are connected; a quick one is over before a third.
    const control = await open('control');
    const [stdio, stderr] = await Promise.all([
      open('stdio'),
      combined ? undefined : open('stderr'),
    ]);
    return new ExecProcess({
      what,
      command: program,
      changeId: change,
      control,
      stdio,
      stderr,
      stdin: options.stdin,
      keepStdinOpen: options.keepStdinOpen ?? false,
      timeout: options.timeout,
      signal,
      wait: async (giveUp) =>
        await waitChange(exchange, change, {
          signal: giveUp,
          // The daemon keeps the time; this side does when a child holds on to the output.
          timeout: options.timeout === undefined ? Infinity : options.timeout + timeout,
        }),
    });
  } catch (error) {
    deadline.abandon(error);
    for (const connection of opened) connection.drop();
    throw await failureOf(exchange, change, error, timeout);
  } finally {
    deadline.end();
  }
}

/** The client on whose behalf a command is executed. */
export interface ExecClient {
  readonly exchange: Exchange;
  readonly transport: PebbleTransport;
  /** Milliseconds until the daemon has to have started it. */
  readonly timeout: number;
}

function wireRequest(
  command: readonly string[],
  options: ExecOptions,
  combined: boolean,
): Readonly<Record<string, unknown>> {
  const { userId, user, groupId, group, terminal } = options;
  return {
    command,
    environment: options.environment,
    'working-dir': options.workingDir,
    'service-context': options.serviceContext,
    timeout: options.timeout === undefined ? undefined : goDuration(options.timeout),
    ...wireOwnership({ userId, user, groupId, group }),
    terminal: terminal !== undefined,
    interactive: options.interactive ?? false,
    'split-stderr': !combined,
    width: terminal?.width,
    height: terminal?.height,
  };
}

/** A process that could not be started has a change that says why. */
async function failureOf(
  exchange: Exchange,
  id: string,
  error: unknown,
  timeout: number,
): Promise<unknown> {
  if (!(error instanceof PebbleApiError)) return error;
  try {
    const change = await getChange(exchange, id, { timeout });
    return change.err === undefined ? error : new PebbleChangeError(change, { cause: error });
  } catch {
    return error;
  }
}
