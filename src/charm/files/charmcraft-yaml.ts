import type { CharmFileIssue } from './charm-file-error.ts';
import { entriesOf, fieldOf, FileSection, isMapping } from './file-section.ts';
import { nearestWord } from './suggest.ts';
import type { YamlFile } from './yaml-file.ts';

/** Keys that metadata.yaml has under the same name. */
const sharedKeys = [
  'name',
  'summary',
  'description',
  'subordinate',
  'assumes',
  'charm-user',
  'containers',
  'peers',
  'requires',
  'provides',
  'extra-bindings',
  'storage',
  'devices',
  'resources',
  'terms',
];

/** Keys for charmcraft and for the other two files. */
const otherKeys = [
  'type',
  'title',
  'links',
  'config',
  'actions',
  'extensions',
  'base',
  'build-base',
  'bases',
  'platforms',
  'parts',
  'charm-libs',
  'analysis',
  'charmhub',
  'version',
  'license',
  'contact',
  'issues',
  'source-code',
  'adopt-info',
  'package-repositories',
];

/** What is wrong in charmcraft.yaml beside what the three files would have wrong, too. */
export function craftIssues(craft: YamlFile): CharmFileIssue[] {
  const section = new FileSection(craft, craft.value);
  const { value } = section;
  if (!isMapping(value)) return [];
  const known = [...sharedKeys, ...otherKeys];
  const absent = known.filter((key) => !Object.hasOwn(value, key));
  const slips = Object.keys(value).flatMap((key) => {
    const meant = known.includes(key) ? undefined : nearestWord(key, absent);
    if (meant === undefined) return [];
    const problem = 'is not a key that charmcraft knows';
    return [section.issue([key], `${problem} (did you mean ${JSON.stringify(meant)}?)`)];
  });
  const type = fieldOf(value, 'type');
  const bundle = type === 'bundle' ? [section.issue(['type'], 'must be charm')] : [];
  const extended =
    fieldOf(value, 'extensions') === undefined
      ? []
      : [
          section.issue(
            ['extensions'],
            'can only be expanded by charmcraft. Put what `charmcraft expand-extensions` prints here',
          ),
        ];
  return [...slips, ...bundle, ...extended];
}

/** What charmcraft would write into metadata.yaml. */
export function craftMetadata(craft: unknown): unknown {
  if (!isMapping(craft)) return craft;
  const links = fieldOf(craft, 'links');
  const contact = fieldOf(links, 'contact');
  const fields: [string, unknown][] = [
    ...sharedKeys.map((key): [string, unknown] => [key, fieldOf(craft, key)]),
    ['display-name', fieldOf(craft, 'title')],
    ['docs', fieldOf(links, 'documentation')],
    ['maintainers', typeof contact === 'string' ? [contact] : contact],
    ...entriesOf(links).filter(([key]) => ['issues', 'source', 'website'].includes(key)),
  ];
  return Object.fromEntries(fields.filter(([, value]) => value !== undefined && value !== null));
}
