import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CharmwrightError } from '../../errors.ts';
import type { InitialLayer } from '../../simulator/pebble/core.ts';
import { errnoOf } from './errno-text.ts';

/** Layer files that do not stand beside one another. */
export class LayerFolderError extends CharmwrightError {
  readonly code = 'layer-folder';
}

const entryName = /^(\d{3})-([a-z](?:-?[a-z0-9]){2,})\.(yaml|d)$/;
const folderWidth = 1000;

/**
 * Reads a folder of `NNN-label.yaml` files and `NNN-label.d` folders of the same. A folder that is
 * missing holds no layers.
 *
 * @throws {LayerFolderError}
 */
export async function readLayerFolder(folder: string): Promise<InitialLayer[]> {
  const layers: InitialLayer[] = [];
  for (const { name, order, label, kind } of await entriesOf(folder)) {
    if (kind === 'yaml') {
      layers.push({
        order: order * folderWidth,
        label,
        text: await readFile(join(folder, name), 'utf8'),
      });
      continue;
    }
    for (const inner of await entriesOf(join(folder, name))) {
      if (inner.kind === 'yaml') {
        layers.push({
          order: order * folderWidth + inner.order,
          label: `${label}/${inner.label}`,
          text: await readFile(join(folder, name, inner.name), 'utf8'),
        });
      }
    }
  }
  checkUnique(layers);
  return layers;
}

async function entriesOf(
  folder: string,
): Promise<{ name: string; order: number; label: string; kind: string }[]> {
  return (await namesIn(folder)).flatMap((name) => {
    if (!/\.(yaml|d)$/.test(name)) {
      return [];
    }
    const [, order = '', label = '', kind = ''] = entryName.exec(name) ?? [];
    if (order === '') {
      throw new LayerFolderError(
        `cannot read layers: invalid filename ${JSON.stringify(name)} in ${JSON.stringify(folder)}. Name it like 001-some-label.yaml.`,
      );
    }
    return [{ name, order: Number(order), label, kind }];
  });
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).sort();
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') {
      return [];
    }
    throw error;
  }
}

function checkUnique(layers: readonly InitialLayer[]): void {
  for (const [index, layer] of layers.entries()) {
    const twin = layers
      .slice(0, index)
      .find((other) => other.label === layer.label || other.order === layer.order);
    if (twin !== undefined) {
      throw new LayerFolderError(
        `cannot read layers: ${JSON.stringify(layer.label)} and ${JSON.stringify(twin.label)} have the same number or label. Rename one of the files.`,
      );
    }
  }
}
