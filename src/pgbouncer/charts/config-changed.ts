import {
  decision,
  defer,
  end,
  entry,
  flowchart,
  step,
  type ConfigChangedEvent,
  type Flowchart,
} from 'charmwright';

import { isConnectionError } from '../connection-error.ts';
import type { Pooler } from '../pooler.ts';
import * as steps from '../steps/config-changed.ts';

/** A connection that breaks later in the chart answers its question anew: no config. */
const retractWhen = isConnectionError;

export const configChangedChart: Flowchart<Pooler, ConfigChangedEvent> = flowchart<
  Pooler,
  ConfigChangedEvent
>()('config-changed', {
  hook_fired: entry('config-changed Hook', 'is_leader'),
  is_leader: decision('Is current\nunit leader?', steps.isLeader, { no: 'rtn', yes: 'is_cfg' }),
  rtn: end('return'),
  is_cfg: decision(
    'Is pgbouncer\nconfig available?',
    steps.isCfg,
    { no: 'defer', yes: 'match_cfg' },
    { retractWhen },
  ),
  defer: defer('defer', steps.defer),
  match_cfg: step('Modify pgbouncer\nconfig to match\ncharm config', steps.matchCfg, 'render_cfg'),
  render_cfg: step('Render config &\nreload pgbouncer', steps.renderCfg, 'rtn2'),
  rtn2: end('return'),
});
