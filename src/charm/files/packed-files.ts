import { entriesOf, fieldOf, type FileSection } from './file-section.ts';
import { charmBases } from './manifest.ts';
import { readSections, type CharmFiles } from './read-sections.ts';

/** The files that Juju reads and that a source tree has in charmcraft.yaml instead. */
export type PackedFileName = 'metadata.yaml' | 'config.yaml' | 'actions.yaml' | 'manifest.yaml';

/**
 * Writes what a charm's files have in charmcraft.yaml as the files that Juju reads, as charmcraft
 * does. It is for files that `readCharmMeta` has accepted. Absent is a file that the charm has by
 * itself, or that would say nothing.
 */
export async function packedFiles(files: CharmFiles): Promise<ReadonlyMap<PackedFileName, string>> {
  const { metadata, config, actions } = await readSections(files);
  const packed = new Map<PackedFileName, string>();
  const add = async (name: PackedFileName, value: unknown): Promise<void> => {
    if (value !== null && value !== undefined) packed.set(name, await yamlOf(value));
  };
  if (isCrafted(metadata)) {
    await add('metadata.yaml', metadata.value);
    const bases = charmBases(metadata.file.value);
    if (bases.length > 0) await add('manifest.yaml', { bases });
  }
  if (isCrafted(config)) await add('config.yaml', config.value);
  if (isCrafted(actions)) await add('actions.yaml', actions.value);
  return packed;
}

function isCrafted(section: FileSection): boolean {
  return section.file.name === 'charmcraft.yaml';
}

async function yamlOf(value: unknown): Promise<string> {
  const { Document, isScalar } = await import('yaml');
  const document = new Document(value, { version: '1.1', aliasDuplicateObjects: false });
  for (const [name, option] of entriesOf(fieldOf(value, 'options'))) {
    const preset: unknown = document.getIn(['options', name, 'default'], true);
    // To Juju, 1 is no float.
    if (fieldOf(option, 'type') === 'float' && isScalar(preset)) preset.minFractionDigits = 1;
  }
  return document.toString({ directives: false, lineWidth: 0 });
}
