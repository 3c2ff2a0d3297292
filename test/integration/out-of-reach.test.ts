import { spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';

const program = resolve(import.meta.dirname, '..', '..', 'dist', 'cli', 'index.js');
const closed = mkdtempSync(join(tmpdir(), 'charmwright-closed-'));
const isRoot = process.getuid?.() === 0;

afterAll(() => rmSync(closed, { recursive: true, force: true }));

describe(`a Node that only root may run${isRoot ? '' : ' (skipped: this needs root)'}`, () => {
  it.skipIf(!isRoot)('is named when a pod without namespaces needs it for another user', () => {
    const node = join(closed, 'node');
    copyFileSync(process.execPath, node);
    chmodSync(node, 0o755);
    const { status, stderr } = spawnSync(node, [program, 'demo', '--embedded'], {
      env: { PATH: process.env['PATH'], CHARMWRIGHT_POD: 'mapped' },
      encoding: 'utf8',
      timeout: 60_000,
    });
    expect(status).toBe(1);
    expect(stderr).toContain('[program-out-of-reach]');
    expect(stderr).toContain(node);
  });
});
