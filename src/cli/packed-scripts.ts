/** What Juju executes. A `node` that the charm carries goes before the machine's. */
export const dispatchScript = `#!/bin/sh
here=\${0%/*}
node=$here/node
[ -x "$node" ] || node=node
exec "$node" "$here/dispatch.cjs"
`;

/**
 * The script that starts the bundle with V8's compiled code from an earlier hook, which halves the
 * time until the charm's first line. The cache is only a cache: a Node of another version, another
 * bundle, or a folder that cannot be written means compiling once more.
 *
 * @param digest of the bundle. V8 itself compares no more than the length of the source.
 */
export function loaderScript(digest: string): string {
  return `'use strict';
const { readFileSync, renameSync, rmSync, writeFileSync } = require('node:fs');
const { Script } = require('node:vm');

const program = __dirname + '/charm.js';
const cache = __dirname + '/.code-cache-${digest}-' + process.version + '-' + process.arch;

let cachedData;
try {
  cachedData = readFileSync(cache);
} catch {
  cachedData = undefined;
}
const script = new Script(readFileSync(program, 'utf8'), {
  filename: program,
  cachedData,
  importModuleDynamically: (name) => import(name),
});
if (cachedData === undefined || script.cachedDataRejected) {
  process.once('exit', (code) => {
    if (code !== 0) return;
    const partial = cache + '.' + process.pid;
    try {
      writeFileSync(partial, script.createCachedData());
      renameSync(partial, cache);
    } catch {
      rmSync(partial, { force: true });
    }
  });
}
script
  .runInThisContext()(require)
  .catch((error) => {
    process.stderr.write(String((error && error.stack) || error) + '\\n');
    process.exitCode = 1;
  });
`;
}
