import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CharmwrightError, isMissingFile, messageOf } from '../errors.ts';
import { readCharmMeta } from './files/read-charm-meta.ts';
import type { CharmFiles } from './files/read-sections.ts';
import type { CharmMeta } from './metadata.ts';

/** A folder is not a charm's: it has no metadata.yaml and no charmcraft.yaml, or one of its YAML files cannot be read. */
export class CharmFolderError extends CharmwrightError {
  readonly code = 'charm-folder';
  readonly folder: string;

  constructor(folder: string, why: string, options?: ErrorOptions) {
    super(
      `cannot read a charm from ${folder}: ${why}. Name the folder that holds the charm's metadata.yaml or charmcraft.yaml.`,
      options,
    );
    this.folder = folder;
  }
}

/**
 * Reads what a charm's folder declares, as Juju does when the charm is deployed; from
 * charmcraft.yaml what a source tree does not have in the files that Juju reads.
 *
 * @throws {CharmFolderError} when there is neither metadata.yaml nor charmcraft.yaml, or a file
 * cannot be read.
 * @throws {CharmFileError} when a file says what Juju would not accept.
 */
export async function readCharmFolder(folder: string): Promise<CharmMeta> {
  return await readCharmMeta(await readCharmFiles(folder));
}

/**
 * The texts of a charm's files.
 *
 * @throws {CharmFolderError} as `readCharmFolder`.
 */
export async function readCharmFiles(folder: string): Promise<CharmFiles> {
  const names = ['metadata.yaml', 'config.yaml', 'actions.yaml', 'charmcraft.yaml'] as const;
  const texts = await Promise.all(names.map((name) => readText(folder, name)));
  const files: CharmFiles = Object.fromEntries(names.map((name, index) => [name, texts[index]]));
  if (files['metadata.yaml'] === undefined && files['charmcraft.yaml'] === undefined) {
    throw new CharmFolderError(folder, 'there is no metadata.yaml');
  }
  return files;
}

async function readText(folder: string, name: string): Promise<string | undefined> {
  try {
    return await readFile(join(folder, name), 'utf8');
  } catch (error) {
    if (isMissingFile(error)) return undefined;
    throw new CharmFolderError(folder, messageOf(error), { cause: error });
  }
}
