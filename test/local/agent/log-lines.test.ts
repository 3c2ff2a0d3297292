import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LogLines } from '../../../src/local/agent/log-lines.ts';

function linesOf(chunks: readonly string[]): string[] {
  const seen: string[] = [];
  const lines = new LogLines((line) => seen.push(line));
  for (const chunk of chunks) lines.add(Buffer.from(chunk));
  lines.end();
  return seen;
}

describe('the lines of a process', () => {
  it('are the same however the output arrives in pieces', () => {
    fc.assert(
      fc.property(fc.array(fc.stringMatching(/^[a-z\n]*$/)), (chunks) => {
        expect(linesOf(chunks)).toEqual(linesOf([chunks.join('')]));
      }),
    );
  });

  it('keep empty lines, and a last line that does not end', () => {
    expect(linesOf(['a\n\nb'])).toEqual(['a', '', 'b']);
  });

  it('are cut at 4096 bytes, and one of exactly 4096 is left whole', () => {
    expect(linesOf([`${'x'.repeat(4097)}\ny`])).toEqual(['x'.repeat(4096), 'x', 'y']);
    expect(linesOf([`${'x'.repeat(4096)}\ny`])).toEqual(['x'.repeat(4096), 'y']);
  });
});
