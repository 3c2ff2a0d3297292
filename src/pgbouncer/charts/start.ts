import {
  decision,
  defer,
  end,
  entry,
  flowchart,
  step,
  type Flowchart,
  type StartEvent,
} from 'charmwright';

import { isConnectionError } from '../connection-error.ts';
import type { Pooler } from '../pooler.ts';
import * as steps from '../steps/start.ts';

/** A connection that breaks later in the chart answers its first question anew: no container. */
const retractWhen = isConnectionError;

export const startChart: Flowchart<Pooler, StartEvent> = flowchart<Pooler, StartEvent>()('start', {
  hook_fired: entry('start Hook', 'is_container'),
  is_container: decision(
    'Is container\navailable?',
    steps.isContainer,
    { no: 'defer', yes: 'is_cfg' },
    { retractWhen },
  ),
  defer: defer('defer', steps.defer),
  is_cfg: decision('Is pgbouncer config\navailable in container or\npeer databag?', steps.isCfg, {
    no: 'is_leader',
    yes: 'make_dirs',
  }),
  is_leader: decision('Is the current\nunit Leader?', steps.isLeader, {
    no: 'defer_wait',
    yes: 'gen_cfg',
  }),
  make_dirs: step('Create directory\nstructure for charm', steps.makeDirs, 'render_cfg'),
  defer_wait: defer(
    'defer:\nwait for leader unit to generate\nconfig and upload to peer databag',
    steps.deferWait,
  ),
  gen_cfg: step('generate new config', steps.genCfg, 'make_dirs'),
  render_cfg: step('render config, update\nrelations if available', steps.renderCfg, 'rtn'),
  rtn: end('return', { shape: 'circle' }),
});
