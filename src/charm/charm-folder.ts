import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CharmwrightError, isMissingFile, messageOf } from '../errors.ts';
import { readCharmMeta, type CharmMeta } from './metadata.ts';

/** A folder is not a charm's: it has no metadata.yaml, or one of its YAML files cannot be read. */
export class CharmFolderError extends CharmwrightError {
  readonly code = 'charm-folder';
  readonly folder: string;

  constructor(folder: string, why: string, options?: ErrorOptions) {
    super(
      `cannot read a charm from ${folder}: ${why}. Name the folder that holds the charm's metadata.yaml.`,
      options,
    );
    this.folder = folder;
  }
}

/**
 * Reads what a charm's folder declares, as Juju does when the charm is deployed.
 *
 * @throws {CharmFolderError} when there is no metadata.yaml, or a file cannot be read.
 * @throws {CharmFileError} when a file says what Juju would not accept.
 */
export async function readCharmFolder(folder: string): Promise<CharmMeta> {
  const [metadata, config, actions] = await Promise.all([
    readText(folder, 'metadata.yaml'),
    readText(folder, 'config.yaml'),
    readText(folder, 'actions.yaml'),
  ]);
  if (metadata === undefined) throw new CharmFolderError(folder, 'there is no metadata.yaml');
  return await readCharmMeta({
    'metadata.yaml': metadata,
    'config.yaml': config,
    'actions.yaml': actions,
  });
}

async function readText(folder: string, name: string): Promise<string | undefined> {
  try {
    return await readFile(join(folder, name), 'utf8');
  } catch (error) {
    if (isMissingFile(error)) return undefined;
    throw new CharmFolderError(folder, messageOf(error), { cause: error });
  }
}
