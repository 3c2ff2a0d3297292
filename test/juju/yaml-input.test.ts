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
        expect(JSON.parse(yamlInput('state-set', given))).toEqual(given);
        expect(parse(yamlInput('state-set', given))).toEqual(given);
      }),
      { numRuns: 200 },
    );
  });

  it('hold no character that a YAML reader refuses or takes for the end of a line', () => {
    const odd = '\u007f\u0085\u009f\u2028\u2029\ufeff\ufffe\uffff\u0000\u001b\n\t';
    expect(yamlInput('state-set', { odd })).toMatch(/^[\u0020-\u007e]*$/);
    expect(JSON.parse(yamlInput('state-set', { odd }))).toEqual({ odd });
  });

  it.each([
    ['half of a surrogate pair', { key: 'hunter2\ud83d' }],
    ['half of a surrogate pair as a key', { '\ude00': 'hunter2' }],
    ['a key whose end a YAML reader would not find', { ['k'.repeat(1100)]: 'hunter2' }],
  ])('are refused with %s, and not shown', (_what, values) => {
    const input = (): string => yamlInput('state-set', values);
    expect(input).toThrow(expect.objectContaining({ code: 'hook-tool-argument' }));
    expect(input).not.toThrow('hunter2');
  });
});
