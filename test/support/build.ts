import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';

/** Builds dist/ once, before the tests that execute compiled programs. */
export function setup(): void {
  const root = resolve(import.meta.dirname, '..', '..');
  const result = spawnSync('npm', ['run', '--silent', 'build'], { cwd: root, encoding: 'utf8' });
  if (result.status !== 0) {
    throw new Error(`npm run build failed:\n${result.stdout}${result.stderr}`);
  }
}
