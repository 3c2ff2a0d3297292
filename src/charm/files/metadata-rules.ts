import type { CharmFileIssue } from './charm-file-error.ts';
import { entriesOf, fieldOf, type FileSection } from './file-section.ts';
import { didYouMean } from './suggest.ts';

/**
 * What one field of metadata.yaml says of another. The rules look at the file as it is, so that
 * they can be told together with mistakes in its shape.
 */
export function metadataRules(section: FileSection): CharmFileIssue[] {
  return [
    ...endpointIssues(section),
    ...bindingIssues(section),
    ...subordinateIssues(section),
    ...containerIssues(section),
    ...storageIssues(section),
    ...deviceIssues(section),
    ...resourceIssues(section),
    ...formatIssues(section),
  ];
}

/** Why a charm may not give a name, when Juju keeps it for itself. */
export function reservedName(charmName: unknown, name: string): string | undefined {
  if (typeof charmName === 'string' && charmName.startsWith('juju-')) return undefined;
  if (name === 'juju') return 'the name juju is reserved';
  return name.startsWith('juju-') ? 'names that begin with juju- are reserved' : undefined;
}

const roles = ['provides', 'requires', 'peers'] as const;

function endpointIssues(section: FileSection): CharmFileIssue[] {
  const { value } = section;
  const charmName = fieldOf(value, 'name');
  const isSubordinate = fieldOf(value, 'subordinate') === true;
  const roleOf = new Map<string, string>();
  const issues: CharmFileIssue[] = [];
  for (const role of roles) {
    for (const [name, endpoint] of entriesOf(fieldOf(value, role))) {
      const before = roleOf.get(name);
      if (before !== undefined) {
        issues.push(section.issue([role, name], `is the name of an endpoint in ${before}, too`));
      }
      roleOf.set(name, role);
      const mayBeReserved =
        isSubordinate && role === 'requires' && fieldOf(endpoint, 'scope') === 'container';
      const reserved = mayBeReserved ? undefined : reservedName(charmName, name);
      if (reserved !== undefined) issues.push(section.issue([role, name], reserved));
      if (role === 'requires') continue;
      const made = typeof endpoint === 'string' ? endpoint : fieldOf(endpoint, 'interface');
      const refused = typeof made === 'string' ? reservedName(charmName, made) : undefined;
      if (refused !== undefined) {
        const path = typeof endpoint === 'string' ? [role, name] : [role, name, 'interface'];
        issues.push(section.issue(path, `${refused} for the interfaces of Juju`));
      }
    }
  }
  return issues;
}

function bindingIssues(section: FileSection): CharmFileIssue[] {
  const { value } = section;
  const endpoints = roles.flatMap((role) => entriesOf(fieldOf(value, role)).map(([name]) => name));
  return entriesOf(fieldOf(value, 'extra-bindings'))
    .filter(([name]) => endpoints.includes(name))
    .map(([name]) =>
      section.issue(['extra-bindings', name], 'is the name of an endpoint, which has a binding'),
    );
}

function subordinateIssues(section: FileSection): CharmFileIssue[] {
  if (fieldOf(section.value, 'subordinate') !== true) return [];
  const isPlaced = entriesOf(fieldOf(section.value, 'requires')).some(
    ([, endpoint]) => fieldOf(endpoint, 'scope') === 'container',
  );
  const problem = 'needs an endpoint in requires with scope: container, to reach its principal';
  return isPlaced ? [] : [section.issue(['subordinate'], problem)];
}

function containerIssues(section: FileSection): CharmFileIssue[] {
  const resources = fieldOf(section.value, 'resources');
  const storages = entriesOf(fieldOf(section.value, 'storage')).map(([name]) => name);
  return entriesOf(fieldOf(section.value, 'containers')).flatMap(([name, container]) => {
    const at = ['containers', name];
    return [
      ...imageIssues(section, at, container, resources),
      ...mountIssues(section, at, container, storages),
    ];
  });
}

function imageIssues(
  section: FileSection,
  at: readonly string[],
  container: unknown,
  resources: unknown,
): CharmFileIssue[] {
  const resource = fieldOf(container, 'resource');
  if (typeof resource !== 'string' || resource === '') return [];
  const path = [...at, 'resource'];
  if (fieldOf(container, 'bases') !== undefined) {
    return [section.issue(path, 'cannot stand beside bases: they are instead of an image')];
  }
  const declared = fieldOf(resources, resource);
  if (declared === undefined) {
    const hint = didYouMean(
      resource,
      entriesOf(resources).map(([name]) => name),
    );
    const text = JSON.stringify(resource);
    return [section.issue(path, `${text} is not declared in resources${hint}`)];
  }
  if (fieldOf(declared, 'type') === 'oci-image') return [];
  return [section.issue(path, `the resource ${JSON.stringify(resource)} is not an oci-image`)];
}

function mountIssues(
  section: FileSection,
  at: readonly string[],
  container: unknown,
  storages: readonly string[],
): CharmFileIssue[] {
  const mounts = fieldOf(container, 'mounts');
  if (!Array.isArray(mounts)) return [];
  const locations = new Set<unknown>();
  return mounts.flatMap((mount: unknown, index) => {
    const path = [...at, 'mounts', index];
    const issues: CharmFileIssue[] = [];
    const storage = fieldOf(mount, 'storage');
    if (typeof storage === 'string' && !storages.includes(storage)) {
      const problem = `${JSON.stringify(storage)} is not declared in storage`;
      const hint = didYouMean(storage, storages);
      issues.push(section.issue([...path, 'storage'], `${problem}${hint}`));
    }
    const location = fieldOf(mount, 'location');
    if (locations.has(location)) {
      issues.push(section.issue([...path, 'location'], 'is the place of another mount, too'));
    }
    if (location !== undefined) locations.add(location);
    return issues;
  });
}

function storageIssues(section: FileSection): CharmFileIssue[] {
  return entriesOf(fieldOf(section.value, 'storage'))
    .filter(
      ([, storage]) =>
        fieldOf(storage, 'type') === 'block' && Boolean(fieldOf(storage, 'location')),
    )
    .map(([name]) =>
      section.issue(['storage', name, 'location'], 'is only for filesystems, and this is a block'),
    );
}

function deviceIssues(section: FileSection): CharmFileIssue[] {
  return entriesOf(fieldOf(section.value, 'devices'))
    .filter(
      ([, device]) => Number(fieldOf(device, 'countmin')) > Number(fieldOf(device, 'countmax')),
    )
    .map(([name]) => section.issue(['devices', name, 'countmax'], 'is less than countmin'));
}

function resourceIssues(section: FileSection): CharmFileIssue[] {
  return entriesOf(fieldOf(section.value, 'resources'))
    .filter(
      ([, resource]) =>
        (fieldOf(resource, 'type') ?? 'file') === 'file' && !fieldOf(resource, 'filename'),
    )
    .map(([name]) => section.issue(['resources', name], 'is a file and needs a filename'));
}

const newFormat = ['containers', 'assumes', 'charm-user'];
const oldFormat = ['series', 'deployment', 'min-juju-version'];

function formatIssues(section: FileSection): CharmFileIssue[] {
  const has = (key: string): boolean => fieldOf(section.value, key) !== undefined;
  const present = newFormat.filter(has);
  if (present.length === 0) return [];
  return oldFormat
    .filter(has)
    .map((key) => section.issue([key], `cannot stand beside ${present.join(' and ')}`));
}
