import { describe } from 'vitest';

import { describeApi } from './pebble/api.ts';
import { describeChanges } from './pebble/changes.ts';
import { describeExec, describeTerminals } from './pebble/exec.ts';
import { describeFiles } from './pebble/files.ts';
import { describeLayers } from './pebble/layers.ts';
import { describeLogsAndSignals } from './pebble/logs-and-signals.ts';
import { describeOddAnswers } from './pebble/odd-answers.ts';
import { describeOddRequests } from './pebble/odd-requests.ts';
import { describePaths } from './pebble/paths.ts';
import { describeServices } from './pebble/services.ts';
import { describeChecks } from './pebble/checks.ts';
import { describeIdentities } from './pebble/identities.ts';
import {
  testsOf,
  type PebbleImplementation,
  type PebbleSubject,
  type PebbleTests,
} from './pebble/implementation.ts';
import { describeMetrics } from './pebble/metrics.ts';
import { describeNotices } from './pebble/notices.ts';

const subjects: Readonly<Record<PebbleSubject, (tests: PebbleTests) => void>> = {
  checks: describeChecks,
  notices: describeNotices,
  exec: describeExec,
  terminals: describeTerminals,
  identities: describeIdentities,
  metrics: describeMetrics,
};

/** What every program must do that claims to be Pebble. */
export function pebbleContract(implementation: PebbleImplementation): void {
  const tests = testsOf(implementation);
  const { name, missing, lacks = [] } = implementation;
  const why = missing === undefined ? '' : ` (skipped: ${missing})`;
  if (missing !== undefined) process.stderr.write(`Skipped: ${name} is not tested: ${missing}.\n`);
  const lacked: ReadonlySet<string> = new Set(lacks);
  if (missing === undefined && lacks.length > 0) {
    process.stderr.write(`Skipped: ${name} does not serve ${lacks.join(', ')} yet.\n`);
  }
  describe.skipIf(missing !== undefined)(`${name} keeps Pebble's contract${why}`, () => {
    describeApi(tests);
    describeFiles(tests);
    describePaths(tests);
    describeLayers(tests);
    describeServices(tests);
    describeChanges(tests);
    describeLogsAndSignals(tests);
    describeOddRequests(tests);
    describeOddAnswers(tests);
    for (const [subject, describeSubject] of Object.entries(subjects)) {
      const lacking = lacked.has(subject);
      describe.skipIf(lacking)(`${lacking ? 'skipped, not served yet: ' : ''}${subject}`, () => {
        describeSubject(tests);
      });
    }
  });
}
