import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readCharmMeta, type CharmMeta } from '../charm/metadata.ts';
import { messageOf } from '../errors.ts';
import { CharmUnreadableError } from './agent/errors.ts';

/**
 * Reads what a charm's folder declares, as Juju does when the charm is deployed.
 *
 * @throws {CharmUnreadableError} when there is no metadata.yaml, or a file cannot be read.
 * @throws {CharmFileError} when a file says what Juju would not accept.
 */
export async function readCharmSource(folder: string): Promise<CharmMeta> {
  const [metadata, config, actions] = await Promise.all([
    readText(folder, 'metadata.yaml'),
    readText(folder, 'config.yaml'),
    readText(folder, 'actions.yaml'),
  ]);
  if (metadata === undefined) {
    throw new CharmUnreadableError(folder, 'there is no metadata.yaml');
  }
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
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw new CharmUnreadableError(folder, messageOf(error), { cause: error });
  }
}
