import type { CharmFileIssue, CharmFileName } from './charm-file-error.ts';
import { craftIssues, craftMetadata } from './charmcraft-yaml.ts';
import { fieldOf, FileSection } from './file-section.ts';
import { YamlFile } from './yaml-file.ts';

/**
 * The texts of a charm's files; a file that the charm does not have is absent. What metadata.yaml,
 * config.yaml and actions.yaml say may stand in charmcraft.yaml instead, until the charm is packed.
 */
export type CharmFiles = { readonly [K in CharmFileName]?: string | undefined };

/** What stands for the three files that Juju reads, wherever it is written. */
export interface CharmSections {
  readonly metadata: FileSection;
  readonly config: FileSection;
  readonly actions: FileSection;
  /** Why a file cannot be read, or not beside another. Sections of such a file are empty. */
  readonly issues: readonly CharmFileIssue[];
}

/** Finds each section in its own file or, where there is none, in charmcraft.yaml. */
export async function readSections(files: CharmFiles): Promise<CharmSections> {
  const read = async (name: CharmFileName): Promise<YamlFile | undefined> => {
    const text = files[name];
    return text === undefined ? undefined : await YamlFile.parse(name, text);
  };
  const [metadata, config, actions, craft] = await Promise.all([
    read('metadata.yaml'),
    read('config.yaml'),
    read('actions.yaml'),
    read('charmcraft.yaml'),
  ]);
  const issues = [metadata, config, actions, craft].flatMap((file) => file?.issues ?? []);
  const isSource = metadata === undefined && craft !== undefined;
  if (isSource && craft.issues.length === 0) {
    issues.push(...craftIssues(craft), ...doubles(craft, { config, actions }));
  }
  const nothing = await YamlFile.parse('metadata.yaml', '');
  const partOf = (own: YamlFile | undefined, key: 'config' | 'actions'): FileSection => {
    if (own !== undefined) return new FileSection(own, own.value);
    if (craft === undefined) return new FileSection(nothing, null);
    return new FileSection(craft, fieldOf(craft.value, key) ?? null, [key]);
  };
  return {
    metadata: isSource
      ? new FileSection(craft, craftMetadata(craft.value))
      : new FileSection(metadata ?? nothing, (metadata ?? nothing).value),
    config: partOf(config, 'config'),
    actions: partOf(actions, 'actions'),
    issues,
  };
}

function doubles(
  craft: YamlFile,
  own: { readonly config: YamlFile | undefined; readonly actions: YamlFile | undefined },
): CharmFileIssue[] {
  const section = new FileSection(craft, craft.value);
  return (['config', 'actions'] as const).flatMap((key) =>
    own[key] !== undefined && fieldOf(craft.value, key) !== undefined
      ? [section.issue([key], `is said in ${key}.yaml, too. Keep one of them`)]
      : [],
  );
}
