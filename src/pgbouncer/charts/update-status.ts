import {
  decision,
  end,
  entry,
  flowchart,
  step,
  type Flowchart,
  type UpdateStatusEvent,
} from 'charmwright';

import type { Pooler } from '../pooler.ts';
import * as steps from '../steps/update-status.ts';

export const updateStatusChart: Flowchart<Pooler, UpdateStatusEvent> = flowchart<
  Pooler,
  UpdateStatusEvent
>()('update-status', {
  hook_fired: entry('update-status Hook', 'is_backend_ready'),
  is_backend_ready: decision('Is backend\ndatabase ready?', steps.isBackendReady, {
    no: 'set_blocked',
    yes: 'is_running',
  }),
  set_blocked: step('Set Blocked\nstatus', steps.setBlocked, 'update_leader'),
  is_running: decision('Is pgbouncer\nrunning?', steps.isRunning, {
    yes: 'set_active',
    no: 'set_waiting',
  }),
  set_active: step('Set Active\n Status', steps.setActive, 'update_leader'),
  set_waiting: step('Set Waiting\nStatus', steps.setWaiting, 'update_leader'),
  update_leader: step(
    'Update leader in\nPeer Relation\nDatabag.',
    steps.updateLeader,
    'update_relations',
  ),
  update_relations: step(
    'Update peer data\n in relation databags',
    steps.updateRelations,
    'return',
  ),
  return: end('Return'),
});
