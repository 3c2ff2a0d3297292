import { ApiError } from '../api-error.ts';
import { syncReply } from '../reply.ts';
import type { Handler, Route } from './route.ts';

/** Refuses an endpoint that Pebble has and this daemon has not, in the shape of Pebble's errors. */
function unserved(what: string): Handler {
  return async () => {
    throw new ApiError(501, `${what} not served by charmwright's supervisor`);
  };
}

const nothing: Handler = async () => syncReply([]);

/** Pebble's endpoints beyond what this daemon does. Lists of what cannot exist here are empty. */
export const unservedRoutes: readonly Route[] = [
  { path: '/v1/checks', get: nothing, post: unserved('health checks are') },
  { path: '/v1/checks/refresh', post: unserved('health checks are') },
  { path: '/v1/exec', post: unserved('exec is') },
  { path: '/v1/identities', get: unserved('identities are'), post: unserved('identities are') },
  { path: '/v1/metrics', get: unserved('metrics are') },
  { path: '/v1/notices', get: nothing, post: unserved('custom notices are') },
  { path: '/v1/notices/{}', get: unserved('notices are') },
  { path: '/v1/pairing', post: unserved('pairing is') },
  { path: '/v1/tasks/{}/websocket/{}', get: unserved('exec is') },
];
