import { builtinModules } from 'node:module';
import type { Plugin } from 'esbuild';
import { CharmwrightError, messageOf } from '../errors.ts';

/** The charm's program could not be made into one file. */
export class BundleError extends CharmwrightError {
  readonly code = 'bundle-failed';
  readonly entry: string;

  constructor(entry: string, why: string, options?: ErrorOptions) {
    super(`cannot bundle ${entry}: ${why}`, options);
    this.entry = entry;
  }
}

/**
 * Bundles the charm into the text of one async function, whose parameter is `require`.
 *
 * A function, and not a module, because Node 20 keeps V8's compiled code only for scripts; and
 * async, so that a charm may say `await main(…)` at its top level.
 *
 * @param entry absolute path of the module that calls `main`.
 * @param folder absolute path that names in messages are relative to.
 * @throws {BundleError} when esbuild is not installed, or refuses the sources.
 */
export async function bundleCharm(entry: string, folder: string): Promise<string> {
  const { build } = await import('esbuild').catch((error: unknown) => {
    throw new BundleError(entry, 'esbuild is not installed. Run npm install --save-dev esbuild.', {
      cause: error,
    });
  });
  try {
    const result = await build({
      entryPoints: [entry],
      absWorkingDir: folder,
      bundle: true,
      write: false,
      format: 'esm',
      platform: 'node',
      target: 'node20.19',
      // The loader reads it as such, which is quicker than UTF-8.
      charset: 'ascii',
      minifySyntax: true,
      legalComments: 'none',
      logLevel: 'silent',
      plugins: [requireBuiltins],
    });
    const text = result.outputFiles[0]?.text ?? '';
    return `(async function (require) {${text}\n})\n`;
  } catch (error) {
    throw new BundleError(entry, `${messageOf(error)}. Correct the source and pack again.`, {
      cause: error,
    });
  }
}

/**
 * Turns imports of Node's own modules into calls of `require`: import statements cannot stand in
 * a function.
 */
const requireBuiltins: Plugin = {
  name: 'require-builtins',
  setup(build) {
    const names = new Set(builtinModules);
    build.onResolve({ filter: /^(node:)?[a-z_/]+$/ }, ({ path, namespace }) => {
      const name = path.replace(/^node:/, '');
      if (!names.has(name)) return undefined;
      return namespace === 'builtin'
        ? { path: `node:${name}`, external: true }
        : { path: `node:${name}`, namespace: 'builtin' };
    });
    build.onLoad({ filter: /.*/, namespace: 'builtin' }, ({ path }) => ({
      contents: `module.exports = require('${path}')`,
      loader: 'js',
    }));
  },
};
