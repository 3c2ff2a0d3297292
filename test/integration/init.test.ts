import { execFile, spawnSync, type SpawnSyncReturns } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const root = resolve(import.meta.dirname, '..', '..');
const binary = join(root, 'dist/cli/index.js');
const run = promisify(execFile);

let folder: string;
let charmDir: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'charmwright-init-'));
  charmDir = join(folder, 'my-charm');
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

/** What `npm install` would bring, from where it is already. */
function install(): void {
  const modules = join(charmDir, 'node_modules');
  mkdirSync(join(modules, '@types'), { recursive: true });
  symlinkSync(root, join(modules, 'charmwright'));
  for (const name of ['@types/node', 'typescript', 'vitest']) {
    symlinkSync(join(root, 'node_modules', name), join(modules, name));
  }
}

function init(...args: readonly string[]): SpawnSyncReturns<string> {
  return spawnSync(process.execPath, [binary, 'init', ...args], { encoding: 'utf8' });
}

describe('a charm that charmwright init has begun', () => {
  it('compiles, passes its tests, and is packed', async () => {
    await run(process.execPath, [binary, 'init', '--charm-dir', charmDir]);
    install();
    const at = { cwd: charmDir };
    const bin = join(root, 'node_modules/.bin');
    await run(process.execPath, [binary, 'types', '--check'], at);
    const [compiled, tested] = await Promise.all([
      run(join(bin, 'tsc'), [], at),
      run(join(bin, 'vitest'), ['run', '--root', charmDir], at),
      run(process.execPath, [binary, 'pack'], at),
    ]);
    expect(compiled.stdout).toBe('');
    expect(tested.stdout).toMatch(/Tests .*2 passed/);
    expect(readdirSync(join(charmDir, 'dist/packed'))).toEqual(
      expect.arrayContaining(['charm.js', 'config.yaml', 'dispatch', 'metadata.yaml']),
    );
    const { dependencies } = JSON.parse(readFileSync(join(charmDir, 'package.json'), 'utf8'));
    const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
    expect(dependencies).toEqual({ charmwright: version });
  });

  it('overwrites nothing, and has a name that Juju takes', () => {
    expect(init('--charm-dir', charmDir, '--name', 'Not A Name')).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('name'),
    });
    expect(readdirSync(folder)).toEqual([]);
    mkdirSync(charmDir);
    expect(init('--charm-dir', charmDir)).toMatchObject({ status: 0 });
    const before = readFileSync(join(charmDir, 'src/charm.ts'), 'utf8');
    expect(init('--charm-dir', charmDir, '--name', 'other')).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('is there already'),
    });
    expect(readFileSync(join(charmDir, 'src/charm.ts'), 'utf8')).toBe(before);
  });
});
