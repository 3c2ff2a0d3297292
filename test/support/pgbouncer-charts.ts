import { coverCharts, type GlobalSetup } from 'charmwright/testing/chart-coverage';

import { configChangedChart } from '../../src/pgbouncer/charts/config-changed.ts';
import { pebbleReadyChart } from '../../src/pgbouncer/charts/pebble-ready.ts';
import { startChart } from '../../src/pgbouncer/charts/start.ts';
import { updateStatusChart } from '../../src/pgbouncer/charts/update-status.ts';

/** Every arrow of the PgBouncer charm's charts is walked by some unit test, or the run fails. */
export const setup: GlobalSetup = coverCharts(
  [startChart, pebbleReadyChart, configChangedChart, updateStatusChart],
  { threshold: 100 },
);
