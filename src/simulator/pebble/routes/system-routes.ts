import { syncReply } from '../reply.ts';
import { ApiError } from '../api-error.ts';
import type { Route } from './route.ts';

export const systemRoutes: readonly Route[] = [
  {
    path: '/v1/system-info',
    get: async (_call, { bootId, version }) => syncReply({ 'boot-id': bootId, version }),
  },
  {
    path: '/v1/health',
    get: async (call) => {
      if (!['', 'alive', 'ready'].includes(call.query('level'))) {
        throw new ApiError(400, 'level must be "alive" or "ready"');
      }
      return syncReply({ healthy: true });
    },
  },
];
