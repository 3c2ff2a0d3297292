import { spawnSync } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

/** Whether Go programs can be built here. */
export const hasGo: boolean = spawnSync('go', ['version']).status === 0;

/** Builds one of the Go programs of `test/fixtures/jujuc`, without any network. */
export function buildGoProgram(name: 'client' | 'server'): string {
  const program = join(mkdtempSync(join(tmpdir(), 'go-program-')), name);
  const built = spawnSync('go', ['build', '-o', program, `./${name}`], {
    cwd: resolve(import.meta.dirname, '..', 'fixtures', 'jujuc'),
    env: { ...process.env, GOFLAGS: '-mod=mod', GOPROXY: 'off', GOTOOLCHAIN: 'local' },
    encoding: 'utf8',
  });
  if (built.status !== 0) throw new Error(`cannot build ${name}: ${built.stderr}`);
  return program;
}
