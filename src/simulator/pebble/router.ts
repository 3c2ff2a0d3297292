import { posix } from 'node:path';
import type { PebbleResponse } from '../../pebble/transport.ts';
import { ApiError } from './api-error.ts';
import type { PebbleCoreRequest } from './core.ts';
import type { DaemonState } from './daemon-state.ts';
import type { Upgrade } from './exec/upgrade.ts';
import { emptyReply } from './reply.ts';
import { changeRoutes } from './routes/change-routes.ts';
import { checkRoutes } from './routes/check-routes.ts';
import { execRoutes, openStream, streamPath } from './routes/exec-routes.ts';
import { fileRoutes } from './routes/file-routes.ts';
import { identityRoutes } from './routes/identity-routes.ts';
import { logRoutes } from './routes/log-routes.ts';
import { metricRoutes } from './routes/metric-routes.ts';
import { noticeRoutes } from './routes/notice-routes.ts';
import { planRoutes } from './routes/plan-routes.ts';
import { Call, type Route } from './routes/route.ts';
import { serviceRoutes } from './routes/service-routes.ts';
import { systemRoutes } from './routes/system-routes.ts';
import { pairingRoutes } from './routes/pairing-routes.ts';
import { goQuote } from '../../pebble/plan/go-quote.ts';

const routes: readonly Route[] = [
  ...systemRoutes,
  ...planRoutes,
  ...serviceRoutes,
  ...changeRoutes,
  ...fileRoutes,
  ...logRoutes,
  ...execRoutes,
  ...checkRoutes,
  ...noticeRoutes,
  ...identityRoutes,
  ...metricRoutes,
  ...pairingRoutes,
];

const patterns = routes.map((candidate) => ({ candidate, pattern: patternOf(candidate.path) }));
const streamPattern = patternOf(streamPath);

/**
 * Finds the route of a request and calls it.
 *
 * @throws {ApiError} and whatever the handler throws.
 */
export async function route(
  request: PebbleCoreRequest,
  daemon: DaemonState,
): Promise<PebbleResponse> {
  const clean = posix.normalize(request.path);
  if (clean !== request.path) {
    return emptyReply(301, { location: encodeURI(clean) });
  }
  const pieces = request.path.split('/');
  for (const { candidate, pattern } of patterns) {
    const names = match(pattern, pieces);
    if (names !== undefined) {
      const handler = { GET: candidate.get, POST: candidate.post }[request.method];
      if (handler === undefined) {
        throw new ApiError(405, `method ${goQuote(request.method)} not allowed`);
      }
      return handler(new Call(request, names), daemon);
    }
  }
  throw new ApiError(404, 'invalid API endpoint requested');
}

/**
 * Answers a request that asks for a conversation. Where none is held it is answered like any other.
 *
 * @throws {ApiError} and whatever the handler throws.
 */
export async function upgrade(request: PebbleCoreRequest, daemon: DaemonState): Promise<Upgrade> {
  const names =
    request.method === 'GET' ? match(streamPattern, request.path.split('/')) : undefined;
  return names === undefined
    ? { accepted: false, response: await route(request, daemon) }
    : await openStream(names, daemon);
}

function patternOf(path: string): readonly string[] {
  return path.split('/');
}

/** @returns what stands for each `{}`, or `undefined` when the path is another. */
function match(expected: readonly string[], pieces: readonly string[]): string[] | undefined {
  if (pieces.length !== expected.length) {
    return undefined;
  }
  const names: string[] = [];
  for (const [index, piece] of pieces.entries()) {
    if (expected[index] === '{}' && piece !== '') {
      names.push(piece);
    } else if (expected[index] !== piece) {
      return undefined;
    }
  }
  return names;
}
