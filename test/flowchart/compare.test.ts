import { describe, expect, it } from 'vitest';
import { compare } from '../../src/flowchart/compare.ts';
import { parseMermaid } from '../../src/flowchart/mermaid-parser.ts';

const drawn = `
flowchart TD
  fired([start Hook]) --> ask{ Is it\\nthere? }
  ask -- no --> defer>defer]
  ask -- yes --> work[Work on it]
  work --> rtn(( return ))
`;

function messages(change: (text: string) => string): string[] {
  return compare(parseMermaid(drawn), parseMermaid(change(drawn))).map(({ message }) => message);
}

describe('comparing two charts', () => {
  it('finds nothing but the space around labels and the order of lines', () => {
    const reordered = parseMermaid(`
      flowchart LR
      work[ Work on it ] --> rtn((return))
      ask{Is it\\n there?} -- yes --> work
      ask --  no  --> defer> defer ]
      fired([start Hook]) --> ask
    `);
    expect(compare(parseMermaid(drawn), reordered)).toEqual([]);
  });

  it.each([
    ['a label', 'Work on it', 'Work', 'the label of work is "Work" and should be "Work on it"'],
    [
      'a break in a label',
      String.raw`Is it\nthere?`,
      'Is it there?',
      String.raw`the label of ask is "Is it there?" and should be "Is it\nthere?"`,
    ],
    [
      'an arrow label',
      '-- no -->',
      '-- nope -->',
      'the arrow ask -- nope --> defer should be ask -- no --> defer',
    ],
    [
      'a lost arrow label',
      '-- no -->',
      '-->',
      'the arrow ask --> defer should be ask -- no --> defer',
    ],
  ])('tells %s', (_, from, to, message) => {
    expect(messages((text) => text.replace(from, to))).toEqual([message]);
  });

  it('tells a node of another kind, and of another shape of the same kind', () => {
    expect(messages((text) => text.replace('defer>defer]', 'defer[defer]'))).toEqual([
      'the kind of defer is "step" and should be "defer"',
      'the shape of defer is "rectangle" and should be "flag"',
    ]);
    expect(messages((text) => text.replace('(( return ))', '([return])'))).toEqual([
      'the shape of rtn is "stadium" and should be "circle"',
    ]);
  });

  it('tells a missing node with its arrows', () => {
    expect(messages((text) => text.replace('  ask -- no --> defer>defer]\n', ''))).toEqual([
      'the node defer is missing',
      'the arrow ask -- no --> defer is missing',
    ]);
  });

  it('tells a node and an arrow too many', () => {
    expect(messages((text) => `${text}  work --> more[More]\n`)).toEqual([
      'there is a node more too many',
      'there is an arrow work --> more too many',
    ]);
  });

  it('tells an arrow that leads elsewhere', () => {
    expect(messages((text) => text.replace('work --> rtn', 'defer --> rtn'))).toEqual([
      'the arrow work --> rtn is missing',
      'there is an arrow defer --> rtn too many',
    ]);
  });

  it('tells an arrow drawn twice', () => {
    expect(messages((text) => `${text}  ask -- no --> defer\n`)).toEqual([
      'there is an arrow ask -- no --> defer too many',
    ]);
  });
});
