import { ApiError } from '../api-error.ts';
import type { Route } from './route.ts';

/** Pebble pairs over HTTPS only, and refuses whoever comes over the socket. */
export const pairingRoutes: readonly Route[] = [
  {
    path: '/v1/pairing',
    post: async () => {
      throw new ApiError(401, 'access denied', 'login-required');
    },
  },
];
