import * as fc from 'fast-check';
import { expect, test } from 'vitest';

import { isEnvelope, wireEnvelopeSchema } from '../../src/pebble/envelope.ts';

/** Values as replies hold them, and near misses. */
const member = fc.oneof(
  fc.constantFrom('sync', 'async', 'error', 'other', '', 200, Number.POSITIVE_INFINITY),
  fc.jsonValue({ maxDepth: 1 }),
);

/** Mostly what the envelope wants, so that many are whole. */
function mostly(wanted: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> {
  return fc.oneof({ weight: 6, arbitrary: wanted }, { weight: 1, arbitrary: member });
}

test('what passes for an envelope at once is what the schema takes, and only that', () => {
  let envelopes = 0;
  fc.assert(
    fc.property(
      fc.oneof(
        fc.record(
          {
            type: mostly(fc.constantFrom('sync', 'async', 'error')),
            'status-code': mostly(fc.integer()),
            status: mostly(fc.string()),
            result: member,
            change: mostly(fc.string()),
            other: member,
          },
          { requiredKeys: [] },
        ),
        fc.jsonValue(),
      ),
      (document) => {
        const schema = wireEnvelopeSchema().safeParse(document);
        if (schema.success) envelopes += 1;
        expect(isEnvelope(document)).toBe(schema.success);
      },
    ),
    { numRuns: 2_000 },
  );
  expect(envelopes).toBeGreaterThan(100);
});
