import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { yamlInput } from '../../src/juju/yaml-input.ts';

const text = fc.string({
  unit: fc.nat({ max: 0x10_ff_ff }).filter(isScalar).map(String.fromCodePoint),
});

function isScalar(codePoint: number): boolean {
  return codePoint < 0xd8_00 || codePoint > 0xdf_ff;
}

describe('strings for a tool that reads YAML', () => {
  it('arrive as they are, by YAML as well as by JSON', () => {
    fc.assert(
      fc.property(fc.dictionary(text, text), (values) => {
        const given = { ...values };
        expect(JSON.parse(yamlInput(given))).toEqual(given);
        expect(parse(yamlInput(given))).toEqual(given);
      }),
      { numRuns: 200 },
    );
  });

  it('hold no character that a YAML reader refuses or takes for the end of a line', () => {
    const odd = '\u007f\u0085\u009f\u2028\u2029\ufeff\ufffe\uffff\u0000\u001b\n\t';
    expect(yamlInput({ odd })).toMatch(/^[\u0020-\u007e]*$/);
    expect(JSON.parse(yamlInput({ odd }))).toEqual({ odd });
  });
});
