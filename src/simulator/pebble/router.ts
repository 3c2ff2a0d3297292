import { posix } from 'node:path';
import type { PebbleResponse } from '../../pebble/transport.ts';
import { ApiError } from './api-error.ts';
import type { PebbleCoreRequest } from './core.ts';
import type { DaemonState } from './daemon-state.ts';
import { changeRoutes } from './routes/change-routes.ts';
import { checkRoutes } from './routes/check-routes.ts';
import { fileRoutes } from './routes/file-routes.ts';
import { identityRoutes } from './routes/identity-routes.ts';
import { logRoutes } from './routes/log-routes.ts';
import { metricRoutes } from './routes/metric-routes.ts';
import { noticeRoutes } from './routes/notice-routes.ts';
import { planRoutes } from './routes/plan-routes.ts';
import { Call, type Route } from './routes/route.ts';
import { serviceRoutes } from './routes/service-routes.ts';
import { systemRoutes } from './routes/system-routes.ts';
import { unservedRoutes } from './routes/unserved-routes.ts';

const routes: readonly Route[] = [
  ...systemRoutes,
  ...planRoutes,
  ...serviceRoutes,
  ...changeRoutes,
  ...fileRoutes,
  ...logRoutes,
  ...checkRoutes,
  ...noticeRoutes,
  ...identityRoutes,
  ...metricRoutes,
  ...unservedRoutes,
];

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
    return { status: 301, headers: { location: encodeURI(clean) }, body: empty() };
  }
  for (const candidate of routes) {
    const name = match(candidate.path, request.path);
    if (name !== undefined) {
      const handler = { GET: candidate.get, POST: candidate.post }[request.method];
      if (handler === undefined) {
        throw new ApiError(405, `method ${JSON.stringify(request.method)} not allowed`);
      }
      return handler(new Call(request, name), daemon);
    }
  }
  throw new ApiError(404, 'invalid API endpoint requested');
}

/** @returns what stands for the first `{}`, empty without one, or `undefined` when it differs. */
function match(pattern: string, path: string): string | undefined {
  const pieces = path.split('/');
  const expected = pattern.split('/');
  if (pieces.length !== expected.length) {
    return undefined;
  }
  let name = '';
  for (const [index, piece] of pieces.entries()) {
    if (expected[index] === '{}' && piece !== '') {
      name ||= piece;
    } else if (expected[index] !== piece) {
      return undefined;
    }
  }
  return name;
}

async function* empty(): AsyncGenerator<Uint8Array> {}
