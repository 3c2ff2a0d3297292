import type { CharmMeta } from '../metadata.ts';
import { actionsSchema } from './actions-schema.ts';
import { CharmFileError, type CharmFileIssue } from './charm-file-error.ts';
import { checkSection } from './check-section.ts';
import { configSchema, numberIssues } from './config-schema.ts';
import { entriesOf, fieldOf, type FileSection } from './file-section.ts';
import { metadataRules, reservedName } from './metadata-rules.ts';
import { metadataSchema } from './metadata-schema.ts';
import { readSections, type CharmFiles } from './read-sections.ts';
import { toMeta } from './to-meta.ts';

/**
 * Reads what a charm's files declare, and checks it as Juju does when the charm is deployed. Keys
 * that this charmwright does not know are left out.
 *
 * @throws {CharmFileError} naming file, path and line of everything that is wrong in any of them.
 */
export async function readCharmMeta(files: CharmFiles): Promise<CharmMeta> {
  const { metadata, config, actions, issues: unread } = await readSections(files);
  const checkedMetadata = checkSection(metadata, metadataSchema());
  const checkedConfig = checkSection(config, configSchema());
  const checkedActions = checkSection(actions, actionsSchema());
  const issues = inOrder([
    ...unread,
    ...checkedMetadata.issues,
    ...metadataRules(metadata),
    ...checkedConfig.issues,
    ...numberIssues(config),
    ...checkedActions.issues,
    ...reservedActions(actions, fieldOf(metadata.value, 'name')),
  ]);
  if (issues.length > 0 || checkedMetadata.data === undefined) throw new CharmFileError(issues);
  return toMeta(checkedMetadata.data, checkedConfig.data, checkedActions.data);
}

function reservedActions(section: FileSection, charmName: unknown): CharmFileIssue[] {
  return entriesOf(section.value).flatMap(([name]) => {
    const reserved = reservedName(charmName, name);
    return reserved === undefined ? [] : [section.issue([name], reserved)];
  });
}

/** By file and line. */
function inOrder(issues: readonly CharmFileIssue[]): CharmFileIssue[] {
  const files = [...new Set(issues.map(({ file }) => file))];
  return issues.toSorted(
    (left, right) => files.indexOf(left.file) - files.indexOf(right.file) || left.line - right.line,
  );
}
