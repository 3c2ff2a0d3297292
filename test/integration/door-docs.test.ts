import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';

const root = resolve(import.meta.dirname, '..', '..');
const run = promisify(execFile);

/** How the samples of a page are to be read. */
interface Page {
  /** Together they are one program; or each is a module of its own in this folder of a charm. */
  readonly samples: 'one program' | { readonly each: 'src' | 'test' };
  readonly fewest: number;
}

const pages: Readonly<Record<string, Page>> = {
  'pebble.md': { samples: 'one program', fewest: 4 },
  'hook-tools.md': { samples: 'one program', fewest: 4 },
  'testing.md': { samples: { each: 'test' }, fewest: 6 },
  'testing-properties.md': { samples: { each: 'test' }, fewest: 3 },
  'charm-files.md': { samples: { each: 'src' }, fewest: 2 },
};

/** The charm that the pages call HelloCharm, and its chart. */
const helloCharm = `
export { Hello as HelloCharm, readyChart as startChart } from '../../../../test/testing/fixture-charm.ts';
`;

/** What the text around samples speaks of, and they do not make. */
const around = `
import type { Harness } from 'charmwright/testing';
import type { expect as vitestExpect } from 'vitest';
import type { HelloCharm as Hello } from './testing.md/src/charm.ts';
declare global {
  const harness: Harness<typeof Hello.meta, Hello>;
  const expect: typeof vitestExpect;
  const id: number;
  function parseIni(text: string | undefined): unknown;
  function runningHarness(): Promise<Harness<typeof Hello.meta, Hello>>;
}
`;

// Inside the package, where its own name leads to its sources.
let workshop: string;
let complaints: readonly string[];

beforeAll(async () => {
  await mkdir(join(root, 'dist'), { recursive: true });
  workshop = await mkdtemp(join(root, 'dist', 'door-docs-'));
  for (const [name, page] of Object.entries(pages)) await lay(name, page);
  await write('around.ts', around);
  const compilerOptions = { rootDir: root, isolatedDeclarations: false, declaration: false };
  await write(
    'tsconfig.json',
    JSON.stringify({ extends: join(root, 'tsconfig.json'), compilerOptions, include: ['**/*.ts'] }),
  );
  const compiler = join(root, 'node_modules', '.bin', 'tsc');
  const output = await run(compiler, ['-p', workshop, '--noEmit', '--pretty', 'false']).then(
    () => '',
    (error: { readonly stdout: string }) => error.stdout,
  );
  complaints = output.split('\n').filter((line) => line !== '');
}, 120_000);

afterAll(async () => {
  await rm(workshop, { recursive: true, force: true });
});

/** Writes the samples of a page, and what is around them, into a folder of its own. */
async function lay(name: string, { samples }: Page): Promise<void> {
  const codes = await samplesOf(name, 'ts');
  if (samples === 'one program') {
    await write(join(name, 'sample.ts'), codes.join('\n'));
    return;
  }
  for (const [index, code] of codes.entries()) {
    await write(join(name, samples.each, `sample-${index + 1}.ts`), `${code}\nexport {};\n`);
  }
  await write(join(name, 'src', 'charm.ts'), helloCharm);
  await write(
    join(name, 'src', 'charts', 'start.ts'),
    "export { startChart } from '../charm.ts';\n",
  );
  const [actions] = await samplesOf(name, 'yaml');
  if (actions === undefined) return;
  const containers = 'containers: {}\n';
  await write(
    join(name, 'metadata.yaml'),
    `name: hello\nsummary: s\ndescription: d\n${containers}`,
  );
  await write(join(name, 'actions.yaml'), actions);
  const cli = join(root, 'dist', 'cli', 'index.js');
  await run(process.execPath, [cli, 'types', '--charm-dir', join(workshop, name)]);
}

async function samplesOf(page: string, language: string): Promise<string[]> {
  const text = await readFile(join(root, 'docs', page), 'utf8');
  const blocks = text.matchAll(new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``, 'g'));
  return [...blocks].map((match) => match[1] ?? '');
}

async function write(path: string, text: string): Promise<void> {
  const whole = join(workshop, path);
  await mkdir(dirname(whole), { recursive: true });
  await writeFile(whole, text);
}

test.each(Object.entries(pages))('the samples of %s compile', async (name, { fewest }) => {
  expect((await samplesOf(name, 'ts')).length).toBeGreaterThanOrEqual(fewest);
  const folder = relative(process.cwd(), join(workshop, name));
  expect(complaints.filter((line) => line.startsWith(folder) || line.startsWith(name))).toEqual([]);
});

test('the compiler says nothing beside that', () => {
  expect(complaints).toEqual([]);
});
