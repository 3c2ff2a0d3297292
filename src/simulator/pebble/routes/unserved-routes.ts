import { ApiError } from '../api-error.ts';
import type { Handler, Route } from './route.ts';

/** Refuses an endpoint that Pebble has and this daemon has not, in the shape of Pebble's errors. */
function unserved(what: string): Handler {
  return async () => {
    throw new ApiError(501, `${what} not served by charmwright's supervisor`);
  };
}

/** Pebble's endpoints beyond what this daemon does. */
export const unservedRoutes: readonly Route[] = [
  { path: '/v1/pairing', post: unserved('pairing is') },
];
