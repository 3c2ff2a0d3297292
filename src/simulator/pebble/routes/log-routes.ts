import { ApiError } from '../api-error.ts';
import type { DaemonState } from '../daemon-state.ts';
import type { LogEntry } from '../logs/service-log.ts';
import { streamReply } from '../reply.ts';
import type { Call, Handler, Route } from './route.ts';

const defaultLines = 30;
/** The largest number that Go's own integers hold. */
const largestInteger = 2 ** 63 - 1;
/** Lines that wait for a client that reads slowly; beyond them it misses the oldest. */
const waitingLines = 10_000;

const nothing = (): void => undefined;

const getLogs: Handler = async (call, daemon) => {
  const follow = call.query('follow');
  if (!['', 'true', 'false'].includes(follow)) {
    throw new ApiError(400, 'follow parameter must be "true" or "false"');
  }
  const following = follow === 'true';
  const wanted = lineCount(call.query('n'), following ? 0 : defaultLines);
  const names = new Set(call.queryList('services'));
  const logs = daemon.services.logs().filter((log) => names.size === 0 || names.has(log.service));
  const merged = logs
    .flatMap((log) => log.entries)
    .sort((a, b) => a.time.getTime() - b.time.getTime());
  const backlog =
    wanted === undefined ? merged : merged.slice(merged.length - Math.min(wanted, merged.length));
  const followed = new Set(logs.map((log) => log.service));
  return streamReply(
    'application/x-ndjson',
    following ? followLogs(backlog, followed, call, daemon) : printLogs(backlog),
  );
};

/** @returns how many lines, or `undefined` for all. */
function lineCount(text: string, otherwise: number): number | undefined {
  if (text === '') {
    return otherwise;
  }
  if (!/^[+-]?\d+$/.test(text) || Number(text) < -1 || Number(text) > largestInteger) {
    throw new ApiError(400, 'n must be -1, 0, or a positive integer');
  }
  return Number(text) === -1 ? undefined : Number(text);
}

async function* printLogs(entries: Iterable<LogEntry>): AsyncGenerator<Uint8Array> {
  let text = '';
  for (const { time, service, message } of entries) {
    text += `${JSON.stringify({ time: time.toISOString(), service, message })}\n`;
  }
  if (text !== '') {
    yield new TextEncoder().encode(text);
  }
}

/** The backlog and then every line of the given services, until the client or the daemon goes. */
async function* followLogs(
  backlog: readonly LogEntry[],
  services: ReadonlySet<string>,
  { request }: Call,
  { onLog, closing }: DaemonState,
): AsyncGenerator<Uint8Array> {
  let waiting = [...backlog];
  let wake = nothing;
  const end = (): void => {
    wake();
  };
  const stop = onLog((entry) => {
    if (services.has(entry.service)) {
      waiting.push(entry);
      if (waiting.length > waitingLines) {
        waiting.shift();
      }
      wake();
    }
  });
  const signals = [closing, request.signal].filter((signal) => signal !== undefined);
  signals.forEach((signal) => {
    signal.addEventListener('abort', end);
  });
  try {
    while (!signals.some((signal) => signal.aborted)) {
      const entries = waiting;
      waiting = [];
      yield* printLogs(entries);
      if (waiting.length === 0 && !signals.some((signal) => signal.aborted)) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    }
  } finally {
    stop();
    signals.forEach((signal) => {
      signal.removeEventListener('abort', end);
    });
  }
}

export const logRoutes: readonly Route[] = [{ path: '/v1/logs', get: getLogs }];
