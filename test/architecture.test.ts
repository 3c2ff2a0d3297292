import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = resolve(import.meta.dirname, '..');
const sourceRoot = join(root, 'src');

interface Import {
  readonly from: string;
  readonly specifier: string;
}

function sourceFiles(): string[] {
  return readdirSync(sourceRoot, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .sort();
}

function importsOf(file: string): Import[] {
  const text = readFileSync(join(sourceRoot, file), 'utf8');
  const patterns = [
    /^(?:import|export)\s[^'";]*?\sfrom\s+'([^']+)'/gm,
    /^import\s+'([^']+)'/gm,
    /\bimport\(\s*'([^']+)'\s*\)/g,
  ];
  return patterns.flatMap((pattern) =>
    [...text.matchAll(pattern)].map((match) => ({ from: file, specifier: match[1]! })),
  );
}

function roomOf(file: string): string {
  return file.includes('/') ? file.slice(0, file.indexOf('/')) : file;
}

/** The floor table of docs/architecture.md: room → rooms that it may import. */
function floorTable(): Map<string, Set<string>> {
  const text = readFileSync(join(root, 'docs', 'architecture.md'), 'utf8');
  const section = text.slice(text.indexOf('## Rooms and floors'), text.indexOf('## One hook'));
  const table = new Map<string, Set<string>>();
  for (const line of section.split('\n')) {
    const cells = line.split('|').map((cell) => cell.trim());
    const room = /^`([\w.-]+)`$/.exec(cells[1] ?? '')?.[1];
    if (room === undefined) continue;
    const allowed = [...(cells[3] ?? '').matchAll(/`([\w.-]+)`/g)].map((match) => match[1]!);
    table.set(room, new Set(allowed));
  }
  return table;
}

describe('the floors of src', () => {
  const files = sourceFiles();
  const table = floorTable();
  const imports = files.flatMap(importsOf);
  const relativeImports = imports.filter(({ specifier }) => specifier.startsWith('.'));

  it('sees the source tree, so that it cannot pass over nothing', () => {
    expect(table.size).toBe(13);
    expect(files.length).toBeGreaterThan(table.size);
    expect(new Set(imports.map(({ from }) => from)).size).toBeGreaterThan(files.length / 2);
  });

  it('gives every folder of src a row in the table of docs/architecture.md', () => {
    const rooms = new Set(files.filter((file) => file.includes('/')).map(roomOf));
    expect([...rooms].filter((room) => !table.has(room))).toEqual([]);
  });

  it('resolves every relative import to a file that exists', () => {
    const known = new Set(files);
    const missing = relativeImports.filter(
      ({ from, specifier }) => !known.has(targetOf(from, specifier)),
    );
    expect(missing).toEqual([]);
  });

  it('lets imports go down only', () => {
    const wrong = relativeImports.flatMap(({ from, specifier }) => {
      const room = roomOf(from);
      const target = roomOf(targetOf(from, specifier));
      if (room === target || room === 'index.ts') return [];
      if (['errors.ts', 'lazy.ts', 'monotonic-time.ts'].includes(target) && room !== 'pgbouncer')
        return [];
      return table.get(room)?.has(target) ? [] : [`${from} imports ${specifier}`];
    });
    expect(wrong).toEqual([]);
  });

  it('lets flowchart take only types from framework, and local only schemas from pebble', () => {
    const wrong = files
      .filter((file) => roomOf(file) === 'flowchart')
      .flatMap((file) =>
        readFileSync(join(sourceRoot, file), 'utf8')
          .split('\n')
          .filter((line) => /^import\s+(?!type\b).*'\.\.\/framework\//.test(line))
          .map((line) => `${file}: ${line}`),
      );
    expect(wrong).toEqual([]);
  });

  it('shows the reference charm nothing but the published doors', () => {
    const wrong = imports
      .filter(({ from }) => roomOf(from) === 'pgbouncer')
      .filter(
        ({ from, specifier }) =>
          !(specifier.startsWith('.') && roomOf(targetOf(from, specifier)) === 'pgbouncer') &&
          !specifier.startsWith('node:') &&
          !['charmwright', 'charmwright/pebble', 'zod/mini', 'ini'].includes(specifier),
      );
    expect(wrong).toEqual([]);
  });
});

function targetOf(from: string, specifier: string): string {
  return relative(sourceRoot, resolve(sourceRoot, dirname(from), specifier));
}
