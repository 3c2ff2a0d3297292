import * as z from 'zod/mini';

import { messageOf } from '../errors.ts';
import { lazy } from '../lazy.ts';
import { monotonicTime } from '../monotonic-time.ts';
import type { CallOptions } from './call-options.ts';
import { PebbleProtocolError } from './errors.ts';
import { parseReply } from './envelope.ts';
import type { Schema } from './schema.ts';
import type { Exchange } from './exchange.ts';
import { systemInfo } from './system-info.ts';

/** One line that a service wrote. */
export interface LogEntry {
  /** UTC, as the daemon wrote it. */
  readonly time: string;
  readonly service: string;
  readonly message: string;
}

/** Which lines to read. */
export interface LogsOptions extends CallOptions {
  /** Without names, the logs of all services that were ever started. */
  readonly services?: readonly string[] | undefined;
  /**
   * At most this many lines over all services; -1 for all that the daemon holds.
   *
   * @default 30, and 0 before following
   */
  readonly n?: number | undefined;
}

const logEntrySchema: Schema<LogEntry> = lazy(() =>
  z.object({
    time: z.string(),
    service: z.string(),
    message: z.string(),
  }),
);

/** In characters. Pebble splits lines of more than 4 KiB. */
const longestLine = 1024 * 1024;

/** Reads the last lines that services wrote. */
export async function readLogs(
  exchange: Exchange,
  options: LogsOptions = {},
): Promise<readonly LogEntry[]> {
  const entries: LogEntry[] = [];
  for await (const entry of stream(exchange, 'read logs', false, options)) entries.push(entry);
  return entries;
}

/**
 * Follows what services write, until the signal is aborted or the loop is left.
 *
 * @param options.timeout milliseconds of silence after which the daemon is asked whether it is there,
 *   and that it has to answer. A quiet service sends nothing, not even headers.
 */
export async function* followLogs(
  exchange: Exchange,
  { timeout, signal, ...options }: LogsOptions & { readonly timeout: number },
): AsyncGenerator<LogEntry, void, undefined> {
  const what = 'follow logs';
  const giveUp = new AbortController();
  const stop = (): void => {
    giveUp.abort(signal?.reason);
  };
  signal?.addEventListener('abort', stop, { once: true });
  if (signal?.aborted === true) stop();
  let lastSign = monotonicTime();
  let loss: unknown;
  const probe = setInterval(() => {
    if (monotonicTime() - lastSign < timeout) return;
    lastSign = monotonicTime();
    systemInfo(exchange, { timeout, signal: giveUp.signal }).catch((error: unknown) => {
      loss ??= error;
      giveUp.abort(error);
    });
  }, timeout);
  try {
    const untimed = { ...options, timeout: Infinity, signal: giveUp.signal };
    for await (const entry of stream(exchange, what, true, untimed)) {
      yield entry;
      lastSign = monotonicTime();
    }
  } catch (error) {
    throw signal?.aborted === true ? error : (loss ?? error);
  } finally {
    clearInterval(probe);
    signal?.removeEventListener('abort', stop);
    giveUp.abort();
  }
}

async function* stream(
  exchange: Exchange,
  what: string,
  follow: boolean,
  { services = [], n, ...options }: LogsOptions,
): AsyncGenerator<LogEntry, void, undefined> {
  const query = {
    ...(services.length === 0 ? {} : { services: services.join(',') }),
    ...(n === undefined ? {} : { n: String(n) }),
    ...(follow ? { follow: 'true' } : {}),
  };
  const request = { method: 'GET', path: '/v1/logs', query } as const;
  const reply = await exchange.open(what, request, 'application/x-ndjson', options);
  const decoder = new TextDecoder();
  let held = '';
  for await (const bytes of reply.body) {
    held += decoder.decode(bytes, { stream: true });
    const lines = held.split('\n');
    held = lines.pop() ?? '';
    for (const line of lines) yield parseEntry(what, line);
    if (held.length > longestLine) throw new PebbleProtocolError(what, 'a line does not end');
  }
  if (held !== '') throw new PebbleProtocolError(what, 'it breaks off in the middle of a line');
}

function parseEntry(what: string, line: string): LogEntry {
  let document: unknown;
  try {
    document = JSON.parse(line);
  } catch (cause) {
    throw new PebbleProtocolError(what, `a line is not JSON: ${messageOf(cause)}`, { cause });
  }
  return parseReply(what, document, logEntrySchema);
}
