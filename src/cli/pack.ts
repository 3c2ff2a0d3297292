import { chmod, copyFile, mkdir, rm, writeFile } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { readCharmFiles } from '../charm/charm-folder.ts';
import { packedFiles } from '../charm/files/packed-files.ts';
import { readCharmMeta } from '../charm/files/read-charm-meta.ts';
import { readOptions } from './arguments.ts';
import { bundleCharm } from './bundle.ts';
import type { Command } from './command.ts';
import { dispatchScript, loaderScript } from './packed-scripts.ts';

/** The files beside the program that Juju reads from a charm. */
const charmFiles = [
  'metadata.yaml',
  'config.yaml',
  'actions.yaml',
  'manifest.yaml',
  'lxd-profile.yaml',
  'icon.svg',
  'LICENSE',
];

/** `charmwright pack`: everything that one unit needs to run the charm, in one folder. */
export const pack: Command = {
  usage: `charmwright pack [--charm-dir DIR] [--entry FILE] [--out DIR]

Bundles a charm into a folder that Juju can run: dispatch, one script, and the charm's YAML files.

  --charm-dir DIR  folder that holds metadata.yaml or charmcraft.yaml (default: the current one)
  --entry FILE     the module that calls main(), from the charm's folder (default: src/main.ts)
  --out DIR        the folder to write, from the charm's folder (default: dist/packed)`,

  async run(args) {
    const options = readOptions(args, {
      'charm-dir': { type: 'string', default: '.' },
      entry: { type: 'string', default: 'src/main.ts' },
      out: { type: 'string', default: 'dist/packed' },
    });
    const folder = resolve(options['charm-dir']);
    await packCharm({
      folder,
      entry: resolve(folder, options.entry),
      out: resolve(folder, options.out),
    });
    return 0;
  },
};

/** Absolute paths of a charm's folder, of its entry module, and of the folder to write. */
export interface PackOptions {
  readonly folder: string;
  readonly entry: string;
  readonly out: string;
}

/**
 * Packs a charm. The folder is replaced. What charmcraft.yaml says is written into the files that
 * Juju reads.
 *
 * @throws {CharmFolderError} when the folder holds no charm.
 * @throws {CharmFileError} when one of its YAML files is wrong.
 * @throws {BundleError} when the entry cannot be bundled.
 */
export async function packCharm({ folder, entry, out }: PackOptions): Promise<void> {
  const files = await readCharmFiles(folder);
  await readCharmMeta(files);
  const program = await bundleCharm(entry, folder);
  const digest = createHash('sha256').update(program).digest('hex').slice(0, 16);
  await rm(out, { recursive: true, force: true });
  await mkdir(out, { recursive: true });
  await writeFile(join(out, 'charm.js'), program);
  await writeFile(join(out, 'dispatch.cjs'), loaderScript(digest));
  await writeFile(join(out, 'dispatch'), dispatchScript);
  await chmod(join(out, 'dispatch'), 0o755);
  for (const [file, text] of await packedFiles(files)) await writeFile(join(out, file), text);
  for (const file of charmFiles) {
    const source = join(folder, file);
    if (existsSync(source)) await copyFile(source, join(out, file));
  }
}
