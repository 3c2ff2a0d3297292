import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readCharmMeta } from '../../src/charm/files/read-charm-meta.ts';
import { renderCharmModule } from '../../src/cli/charm-module.ts';
import { types } from '../../src/cli/types.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'charmwright-types-'));
  writeFileSync(join(folder, 'metadata.yaml'), 'name: hello\nsummary: s\ndescription: d\n');
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

const options = ['--out', 'charm.types.ts'];

async function run(...args: string[]): Promise<number> {
  return await types.run(['--charm-dir', folder, ...options, ...args]);
}

describe('charmwright types', () => {
  it('writes what the charm’s files declare, descriptions as comments', async () => {
    writeFileSync(
      join(folder, 'config.yaml'),
      `options:
  a-title:
    type: string
    default: it's "one" \\ two
    description: |
      Ends a */ comment?

      Not here.
  port: {type: int, default: 80}
`,
    );
    await expect(run()).resolves.toBe(0);
    const text = readFileSync(join(folder, 'charm.types.ts'), 'utf8');
    const module: unknown = await import(join(folder, 'charm.types.ts'));
    const declared = await readCharmMeta({
      'metadata.yaml': readFileSync(join(folder, 'metadata.yaml'), 'utf8'),
      'config.yaml': readFileSync(join(folder, 'config.yaml'), 'utf8'),
    });
    const withoutDescriptions: unknown = JSON.parse(
      JSON.stringify(declared, (key, value: unknown) =>
        key === 'description' || key === 'summary' ? undefined : value,
      ),
    );
    expect(module).toMatchObject({ meta: withoutDescriptions });
    expect(text).toContain('     * Not here.');
  });

  it('makes the folder of the module', async () => {
    await expect(types.run(['--charm-dir', folder])).resolves.toBe(0);
    await expect(types.run(['--charm-dir', folder, '--check'])).resolves.toBe(0);
    expect(readFileSync(join(folder, 'src', 'charm.types.ts'), 'utf8')).toContain("'hello'");
  });

  it('accepts a module that says what the files say, and refuses one that does not', async () => {
    await run();
    await expect(run('--check')).resolves.toBe(0);
    writeFileSync(
      join(folder, 'metadata.yaml'),
      'name: hello\nsummary: s\ndescription: d\ncontainers: {web: {}}\n',
    );
    await expect(run('--check')).rejects.toMatchObject({ code: 'types-stale' });
    expect(readFileSync(join(folder, 'charm.types.ts'), 'utf8')).not.toContain('web');
    await run();
    await expect(run('--check')).resolves.toBe(0);
  });

  it('refuses a check of a module that is not there', async () => {
    await expect(run('--check')).rejects.toMatchObject({ code: 'types-stale' });
  });

  it('refuses a folder that holds no charm, and options that it does not have', async () => {
    rmSync(join(folder, 'metadata.yaml'));
    await expect(run()).rejects.toMatchObject({ code: 'charm-folder' });
    await expect(run('--chek')).rejects.toMatchObject({ code: 'usage' });
  });
});

describe('the types of the PgBouncer charm', () => {
  it('are what its files declare today', async () => {
    const meta = await readCharmMeta({
      'metadata.yaml': readFileSync('metadata.yaml', 'utf8'),
      'config.yaml': readFileSync('config.yaml', 'utf8'),
    });
    expect(readFileSync('src/pgbouncer/charm.types.ts', 'utf8')).toBe(renderCharmModule(meta));
  });
});
