import { spawnSync } from 'node:child_process';

/**
 * The path of a Python that has ops, if there is one. It is the interpreter itself: a version
 * manager's shim in front of it would only take time.
 */
export function findPythonWithOps(): string | undefined {
  const probe = spawnSync('python3', ['-c', 'import ops, sys; print(sys.executable)'], {
    encoding: 'utf8',
  });
  return probe.status === 0 ? probe.stdout.trim() : undefined;
}
