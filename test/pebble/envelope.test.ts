import * as fc from 'fast-check';
import { expect, test } from 'vitest';

import { isEnvelope, wireEnvelopeSchema } from '../../src/pebble/envelope.ts';

/** Values as replies hold them, and near misses. */
const member = fc.oneof(
  fc.constantFrom('sync', 'async', 'error', 'other', '', 200, Number.POSITIVE_INFINITY),
  fc.jsonValue({ maxDepth: 1 }),
);

test('what passes for an envelope at once is what the schema takes, and only that', () => {
  let envelopes = 0;
  fc.assert(
    fc.property(
      fc.oneof(
        fc.record(
          {
            type: member,
            'status-code': fc.oneof(fc.integer(), member),
            status: member,
            result: member,
            change: member,
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
  expect(envelopes).toBeGreaterThan(10);
});
