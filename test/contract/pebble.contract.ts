import { describe } from 'vitest';

import { describeApi } from './pebble/api.ts';
import { describeChanges } from './pebble/changes.ts';
import { describeFiles } from './pebble/files.ts';
import { describeLayers } from './pebble/layers.ts';
import { describeLogsAndSignals } from './pebble/logs-and-signals.ts';
import { describeOddRequests } from './pebble/odd-requests.ts';
import { describeServices } from './pebble/services.ts';
import { testsOf, type PebbleImplementation } from './pebble/implementation.ts';

/** What every program must do that claims to be Pebble. */
export function pebbleContract(implementation: PebbleImplementation): void {
  const tests = testsOf(implementation);
  const { name, missing } = implementation;
  const why = missing === undefined ? '' : ` (skipped: ${missing})`;
  if (missing !== undefined) process.stderr.write(`Skipped: ${name} is not tested: ${missing}.\n`);
  describe.skipIf(missing !== undefined)(`${name} keeps Pebble's contract${why}`, () => {
    describeApi(tests);
    describeFiles(tests);
    describeLayers(tests);
    describeServices(tests);
    describeChanges(tests);
    describeLogsAndSignals(tests);
    describeOddRequests(tests);
  });
}
