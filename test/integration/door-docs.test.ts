import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const root = resolve(import.meta.dirname, '..', '..');

test.each(['pebble.md', 'hook-tools.md'])(
  'the samples of %s compile as one program',
  async (name) => {
    const page = await readFile(join(root, 'docs', name), 'utf8');
    const samples = [...page.matchAll(/```ts\n([\s\S]*?)```/g)].map((match) => match[1]);
    expect(samples.length).toBeGreaterThan(3);
    await mkdir(join(root, 'dist'), { recursive: true });
    // Inside the package, where its own name leads to its sources.
    const workshop = await mkdtemp(join(root, 'dist', 'door-docs-'));
    try {
      await writeFile(join(workshop, 'sample.ts'), samples.join('\n'));
      await writeFile(
        join(workshop, 'tsconfig.json'),
        JSON.stringify({
          extends: join(root, 'tsconfig.json'),
          compilerOptions: { rootDir: root },
          include: ['sample.ts'],
        }),
      );
      const compiler = join(root, 'node_modules', '.bin', 'tsc');
      const outcome = await promisify(execFile)(compiler, ['-p', workshop]).then(
        () => '',
        (error: { readonly stdout: string }) => error.stdout,
      );
      expect(outcome).toBe('');
    } finally {
      await rm(workshop, { recursive: true, force: true });
    }
  },
);
