import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';

import { layerSchema, printLayer, type Layer } from '../../src/pebble/index.ts';

describe('a layer', () => {
  test('prints as YAML that reads back the same', () => {
    const text = fc.string({ unit: 'binary' });
    const texts = fc.dictionary(text, text);
    const service = fc.record(
      {
        override: fc.constantFrom('merge' as const, 'replace' as const),
        command: text,
        environment: texts,
        after: fc.array(text),
        'user-id': fc.nat(),
        'backoff-factor': fc.double({ min: 1, max: 100, noNaN: true }),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(fc.record({ summary: text, services: fc.dictionary(text, service) }), (layer) => {
        // YAML has no word for it, and no layer a use.
        fc.pre(!JSON.stringify(layer).includes('__proto__'));
        expect(parse(printLayer(layer))).toEqual(JSON.parse(JSON.stringify(layer)));
      }),
    );
  });

  test('prints ids of 0 and empty values, which mean something', () => {
    const layer: Layer = {
      services: { web: { override: 'merge', 'user-id': 0, environment: { EMPTY: '' }, after: [] } },
    };
    expect(parse(printLayer(layer))).toEqual(layer);
  });

  test('keeps the keys of a newer Pebble when it is read', () => {
    const newer = {
      workloads: { a: { override: 'replace' } },
      services: { web: { override: 'replace', command: 'x', schedule: 'daily' } },
      checks: { up: { override: 'replace', grpc: { port: 1 } } },
    };
    expect(layerSchema.parse(newer)).toEqual(newer);
  });

  test('is refused when a value has the wrong type', () => {
    expect(layerSchema.safeParse({ services: { web: { command: 5 } } }).success).toBe(false);
    expect(layerSchema.safeParse({ services: [] }).success).toBe(false);
  });
});
