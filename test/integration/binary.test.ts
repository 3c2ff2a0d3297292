import { spawnSync, type SpawnSyncReturns } from 'node:child_process';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = resolve(import.meta.dirname, '..', '..');
const twins = resolve(root, 'test/fixtures/twins');

function charmwright(...args: readonly string[]): SpawnSyncReturns<string> {
  return spawnSync(process.execPath, [resolve(root, 'dist/cli/index.js'), ...args], {
    encoding: 'utf8',
  });
}

describe('the charmwright binary', () => {
  it('says in one line what the system refused, and what a charm lacks', () => {
    const refused = charmwright('types', '--charm-dir', twins, '--out', '/dev/null/types.ts');
    expect(refused.status).toBe(1);
    expect(refused.stderr).toMatch(/^charmwright types: E\w+: .*'\/dev\/null.*'\n$/);
    const lacking = charmwright('types', '--charm-dir', resolve(root, 'docs'));
    expect(lacking.status).toBe(1);
    expect(lacking.stderr).toMatch(/^charmwright types: cannot read a charm .*\[charm-folder\]\n$/);
  });

  it('says what it can do, and how a command is called', () => {
    expect(charmwright('--help')).toMatchObject({
      status: 0,
      stdout: expect.stringContaining('init'),
    });
    expect(charmwright('brew')).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('charmwright has no command brew'),
    });
    expect(charmwright('init', '--nmae', 'x')).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('charmwright init [--charm-dir DIR]'),
    });
  });
});
