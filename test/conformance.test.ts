import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = resolve(import.meta.dirname, '..');
const behaviours = 91;

interface Row {
  readonly number: number;
  readonly behaviour: string;
  /** `same`, `differs`, `partly` or `not there yet`. */
  readonly verdict: string;
  readonly reason: string;
  readonly tests: readonly { readonly file: string; readonly title: string }[];
}

const rows = readRows();

describe('the conformance list', () => {
  it('has every behaviour once, in order', () => {
    expect(rows.map(({ number }) => number)).toEqual(
      Array.from({ length: behaviours }, (_, index) => index + 1),
    );
  });

  it('says of each what it is and whether it is the same here', () => {
    for (const { number, behaviour, verdict } of rows) {
      expect(behaviour, `behaviour ${number}`).not.toBe('');
      expect(['same', 'differs', 'partly', 'not there yet'], `behaviour ${number}`).toContain(
        verdict,
      );
    }
  });

  it('gives a reason wherever something is not the same', () => {
    const bare = rows.filter(({ verdict, reason }) => verdict !== 'same' && reason.length < 15);
    expect(bare.map(({ number }) => number)).toEqual([]);
  });

  it('shows each behaviour that is there by a test', () => {
    const untested = rows.filter(
      ({ verdict, tests }) => (verdict === 'same' || verdict === 'partly') && tests.length === 0,
    );
    expect(untested.map(({ number }) => number)).toEqual([]);
  });

  it('names tests that exist', () => {
    const titles = new Map<string, ReadonlySet<string>>();
    const missing = rows.flatMap(({ number, tests }) =>
      tests
        .filter(({ file, title }) => {
          if (!titles.has(file)) titles.set(file, titlesOf(file));
          return titles.get(file)?.has(title) !== true;
        })
        .map(({ file, title }) => `${number}: ${file} has no test '${title}'`),
    );
    expect(missing).toEqual([]);
  });
});

function readRows(): readonly Row[] {
  const text = readFileSync(join(root, 'docs', 'conformance.md'), 'utf8');
  return text.split('\n').flatMap((line) => {
    const [, number, behaviour = '', verdict = '', reason = '', tests = ''] = line.split('|');
    if (!/^\s*\d+\s*$/.test(number ?? '')) return [];
    return [
      {
        number: Number(number),
        behaviour: behaviour.trim(),
        verdict: verdict.trim(),
        reason: reason.trim(),
        tests: readTests(tests),
      },
    ];
  });
}

/** `file.test.ts` "title", "another title"; `other.test.ts` "title" */
function readTests(cell: string): Row['tests'] {
  return cell.split(';').flatMap((part) => {
    const file = /`([^`]+)`/.exec(part)?.[1];
    if (file === undefined) {
      if (part.trim() !== '') throw new Error(`cannot read the tests of ${JSON.stringify(cell)}`);
      return [];
    }
    const titles = [...part.matchAll(/"([^"]+)"/g)].map(([, title = '']) => title);
    if (titles.length === 0) throw new Error(`${part} names no title`);
    return titles.map((title) => ({ file: `test/${file}`, title }));
  });
}

/** The titles of a file's tests, and of its cases for both twins. */
function titlesOf(file: string): ReadonlySet<string> {
  const path = join(root, file);
  if (!existsSync(path)) return new Set();
  const calls = readFileSync(path, 'utf8').matchAll(
    /^\s*(?:(?:it|test|same)(?:\.\w+)?(?:\([^\n]*?\))?|\]\))\(\s*(['`])(.*?)\1,?/gms,
  );
  return new Set([...calls].map(([, , title = '']) => title));
}
