import { syncReply } from '../reply.ts';
import type { Route } from './route.ts';

export const systemRoutes: readonly Route[] = [
  {
    path: '/v1/system-info',
    get: async (_call, { bootId, version }) => syncReply({ 'boot-id': bootId, version }),
  },
];
