import { fileURLToPath } from 'node:url';
import { build, type Metafile } from 'esbuild';
import { expect, test } from 'vitest';

const door = fileURLToPath(new URL('../../src/pebble/index.ts', import.meta.url));

/** What a program must load before its first call. */
async function loadedAtOnce(): Promise<readonly string[]> {
  const { metafile } = await build({
    entryPoints: [door],
    bundle: true,
    write: false,
    metafile: true,
    format: 'esm',
    platform: 'node',
    external: ['zod', 'yaml', 'ws'],
  });
  const reached = new Set<string>();
  const visit = (path: string): void => {
    if (reached.has(path)) return;
    reached.add(path);
    for (const imported of importsOf(metafile, path)) {
      if (imported.kind !== 'dynamic-import') visit(imported.path);
    }
  };
  visit('src/pebble/index.ts');
  return [...reached];
}

function importsOf(metafile: Metafile, path: string): Metafile['inputs'][string]['imports'] {
  return metafile.inputs[path]?.imports ?? [];
}

test('importing the client loads neither HTTP nor websockets nor a YAML parser', async () => {
  const loaded = await loadedAtOnce();
  expect(loaded).toContain('src/pebble/client.ts');
  expect(loaded.filter((path) => !path.startsWith('src/'))).toEqual(['zod/mini']);
});
