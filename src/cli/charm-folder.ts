import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CharmFiles } from '../charm/metadata.ts';
import { CharmwrightError, messageOf } from '../errors.ts';

/** A folder is not a charm's: its metadata.yaml cannot be read. */
export class CharmFolderError extends CharmwrightError {
  readonly code = 'charm-folder';
  readonly folder: string;

  constructor(folder: string, cause: unknown) {
    super(
      `cannot find a charm in ${folder}: ${messageOf(cause)}. Give the folder that holds metadata.yaml with --charm-dir.`,
      { cause },
    );
    this.folder = folder;
  }
}

/**
 * Reads the YAML files that describe a charm.
 *
 * @throws {CharmFolderError} when metadata.yaml, or another file that exists, cannot be read.
 */
export async function readCharmFiles(folder: string): Promise<CharmFiles> {
  try {
    return {
      'metadata.yaml': await readFile(join(folder, 'metadata.yaml'), 'utf8'),
      'config.yaml': await readIfPresent(join(folder, 'config.yaml')),
      'actions.yaml': await readIfPresent(join(folder, 'actions.yaml')),
    };
  } catch (error) {
    throw new CharmFolderError(folder, error);
  }
}

async function readIfPresent(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}
