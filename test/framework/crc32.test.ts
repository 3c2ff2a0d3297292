import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { crc32 } from '../../src/framework/crc32.ts';

describe('the checksum of a state', () => {
  it.each([
    ['', '00000000'],
    ['123456789', 'cbf43926'],
    ['The quick brown fox jumps over the lazy dog', '414fa339'],
  ])('of %j is the published one', (text, sum) => {
    expect(crc32(Buffer.from(text))).toBe(sum);
  });

  it('changes with any one bit', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 1, maxLength: 64 }),
        fc.nat(),
        fc.nat({ max: 7 }),
        (bytes, at, bit) => {
          const changed = Uint8Array.from(bytes);
          const index = at % bytes.length;
          changed[index] = (changed[index] ?? 0) ^ (1 << bit);
          expect(crc32(changed)).not.toBe(crc32(bytes));
        },
      ),
    );
  });
});
