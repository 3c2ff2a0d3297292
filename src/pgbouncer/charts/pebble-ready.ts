import {
  decision,
  defer,
  end,
  entry,
  flowchart,
  step,
  type Flowchart,
  type PebbleReadyEvent,
} from 'charmwright';

import { isConnectionError } from '../connection-error.ts';
import type { Pooler } from '../pooler.ts';
import * as steps from '../steps/pebble-ready.ts';

/** A connection that breaks later in the chart answers its question anew: no config. */
const retractWhen = isConnectionError;

export const pebbleReadyChart: Flowchart<Pooler, PebbleReadyEvent> = flowchart<
  Pooler,
  PebbleReadyEvent
>()('pebble-ready', {
  hook_fired: entry('pgbouncer-pebble-ready Hook', 'is_cfg'),
  is_cfg: decision(
    'Is pgbouncer\nconfig available?',
    steps.isCfg,
    { no: 'defer', yes: 'gen_cfg' },
    { retractWhen },
  ),
  defer: defer('defer', steps.defer),
  gen_cfg: step('Generate pebble config and\nstart pgbouncer services', steps.genCfg, 'verify'),
  verify: step(
    'Verify pgbouncer services\nare running, and set\ncharm status accordingly',
    steps.verify,
    'rtn',
  ),
  rtn: end('return'),
});
