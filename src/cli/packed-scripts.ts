/** What Juju executes. A `node` that the charm carries goes before the machine's. */
export const dispatchScript = `#!/bin/sh
here=\${0%/*}
node=$here/node
[ -x "$node" ] || node=node
exec "$node" "$here/dispatch.cjs"
`;

/**
 * The script that starts the bundle with V8's compiled code from earlier hooks, which halves the
 * time until the charm's first line. Each kind of hook adds what it was first to use. The cache is
 * only a cache: a Node of another version, another bundle, or a folder that cannot be written means
 * compiling once more.
 *
 * @param digest of the bundle. V8 itself compares no more than the length of the source.
 */
export function loaderScript(digest: string): string {
  return `'use strict';
const { readFileSync, renameSync, rmSync, writeFileSync } = require('node:fs');
const { Script } = require('node:vm');

const program = __dirname + '/charm.js';
const cache = __dirname + '/.code-cache-${digest}-' + process.version + '-' + process.arch;
const hook = process.env.JUJU_DISPATCH_PATH || 'none';

let cachedData;
let covered = [];
try {
  cachedData = readFileSync(cache);
  covered = readFileSync(cache + '.hooks', 'utf8').split('\\n');
} catch {
  covered = [];
}
const script = new Script(readFileSync(program, 'latin1'), {
  filename: program,
  cachedData,
  importModuleDynamically: (name) => import(name),
});
if (script.cachedDataRejected) covered = [];
if (!covered.includes(hook)) {
  process.once('exit', (code) => {
    if (code !== 0) return;
    const partial = cache + '.' + process.pid;
    try {
      writeFileSync(partial, script.createCachedData());
      renameSync(partial, cache);
      writeFileSync(cache + '.hooks', [...covered, hook].join('\\n'));
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
