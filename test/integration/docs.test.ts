import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';

const root = resolve(import.meta.dirname, '..', '..');
/** Inside the project, so that the samples' imports of `charmwright` resolve to it. */
const workshop = mkdtempSync(join(root, 'dist', 'docs-'));

afterAll(() => rmSync(workshop, { recursive: true, force: true }));

const pages = [
  'README.md',
  'CONTRIBUTING.md',
  ...readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => join('docs', name)),
];

function textOf(page: string): string {
  return readFileSync(join(root, page), 'utf8');
}

describe('the documentation', () => {
  it.each(pages)('links only to files that exist: %s', (page) => {
    const links = [...textOf(page).matchAll(/\]\((?!https?:|#)([^)#\s]+)(?:#[^)]*)?\)/g)];
    const missing = links
      .map((match) => match[1]!)
      .filter((link) => !existsSync(resolve(root, dirname(page), link)));
    expect(missing).toEqual([]);
  });

  it('shows a first charm that compiles against the charm files it is written for', () => {
    const sample = /```ts\n([\s\S]*?)```/.exec(textOf('README.md'))?.[1];
    expect(sample).toBeDefined();
    const metadata = 'name: hello\nsummary: hello\ndescription: hello\ncontainers:\n  web: {}\n';
    const config =
      'options:\n  port:\n    type: int\n    default: 8080\n    description: Where it listens\n';
    compile('readme', sample!, metadata, config);
  });

  it('shows how the model is used in samples that compile as one program', () => {
    const page = textOf(join('docs', 'model.md'));
    const [metadata, config] = blocks(page, 'yaml');
    const samples = blocks(page, 'ts');
    expect(samples.length).toBeGreaterThan(5);
    compile('model', samples.join('\n'), metadata!, config!);
  });
});

/** The code blocks of a page in one language. */
function blocks(page: string, language: string): string[] {
  const pattern = new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``, 'g');
  return [...page.matchAll(pattern)].map((match) => match[1]!);
}

/** Compiles a charm's code with the types of its files. */
function compile(name: string, code: string, metadata: string, config: string): void {
  const charm = join(workshop, name);
  mkdirSync(charm);
  writeFileSync(join(charm, 'metadata.yaml'), metadata);
  writeFileSync(join(charm, 'config.yaml'), config);
  const types = run('node', [
    join(root, 'dist', 'cli', 'index.js'),
    'types',
    '--charm-dir',
    charm,
    '--out',
    'charm.types.ts',
  ]);
  expect(types).toEqual({ status: 0, output: '' });
  writeFileSync(join(charm, 'charm.ts'), code);
  writeFileSync(
    join(charm, 'tsconfig.json'),
    JSON.stringify({
      extends: join(root, 'tsconfig.json'),
      compilerOptions: { rootDir: root, isolatedDeclarations: false },
      include: ['charm.ts'],
    }),
  );
  expect(run('npx', ['tsc', '-p', charm])).toEqual({ status: 0, output: '' });
}

function run(command: string, args: readonly string[]): { status: number | null; output: string } {
  const { status, stdout, stderr } = spawnSync(command, [...args], { cwd: root, encoding: 'utf8' });
  return { status, output: stdout + stderr };
}
