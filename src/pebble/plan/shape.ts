/** How a field is written, merged and printed. */
export type FieldKind =
  | 'string'
  /** 0 is the same as none. */
  | 'integer'
  /** 0 is one. */
  | 'id'
  | 'float'
  /** Kept in nanoseconds. */
  | 'duration'
  | 'list'
  | 'map'
  | Shape;

/** A kind of object in a plan: its fields in the order in which Pebble prints them. */
export interface Shape {
  /** What Pebble's errors call it. */
  readonly typeName: string;
  /** Lists that are printed although they are empty. */
  readonly always?: readonly string[];
  readonly fields: Readonly<Record<string, FieldKind>>;
}

/**
 * One service, check, log target or a part of one, with the fields that are set. What a field holds
 * follows from its kind; a field without one is kept as it was read.
 */
export interface Entry {
  readonly [field: string]: unknown;
}

/** A section of a layer: a map of named entries. */
export interface SectionShape {
  readonly name: 'services' | 'checks' | 'log-targets' | 'workloads';
  /** What errors call one of its entries. */
  readonly noun: 'service' | 'check' | 'log target' | 'workload';
  readonly entry: Shape;
}

const owner = {
  'user-id': 'id',
  user: 'string',
  'group-id': 'id',
  group: 'string',
} as const;

export const sections: readonly SectionShape[] = [
  {
    name: 'services',
    noun: 'service',
    entry: {
      typeName: 'plan.Service',
      fields: {
        summary: 'string',
        description: 'string',
        startup: 'string',
        override: 'string',
        command: 'string',
        after: 'list',
        before: 'list',
        requires: 'list',
        workload: 'string',
        environment: 'map',
        ...owner,
        'working-dir': 'string',
        'on-success': 'string',
        'on-failure': 'string',
        'on-check-failure': 'map',
        'backoff-delay': 'duration',
        'backoff-factor': 'float',
        'backoff-limit': 'duration',
        'kill-delay': 'duration',
      },
    },
  },
  {
    name: 'checks',
    noun: 'check',
    entry: {
      typeName: 'plan.Check',
      fields: {
        override: 'string',
        level: 'string',
        startup: 'string',
        period: 'duration',
        timeout: 'duration',
        threshold: 'integer',
        http: { typeName: 'plan.HTTPCheck', fields: { url: 'string', headers: 'map' } },
        tcp: { typeName: 'plan.TCPCheck', fields: { port: 'integer', host: 'string' } },
        exec: {
          typeName: 'plan.ExecCheck',
          fields: {
            command: 'string',
            'service-context': 'string',
            environment: 'map',
            ...owner,
            'working-dir': 'string',
          },
        },
      },
    },
  },
  {
    name: 'log-targets',
    noun: 'log target',
    entry: {
      typeName: 'plan.LogTarget',
      always: ['services'],
      fields: {
        type: 'string',
        location: 'string',
        services: 'list',
        override: 'string',
        labels: 'map',
      },
    },
  },
  {
    name: 'workloads',
    noun: 'workload',
    entry: {
      typeName: 'workloads.Workload',
      fields: { override: 'string', environment: 'map', ...owner },
    },
  },
];

/** The section that is one object. */
export const pairingShape: Shape = {
  typeName: 'pairingstate.pairingConfig',
  fields: { mode: 'string' },
};

/** Entries by name, for each section of entries, and the one section that has none. */
export type Sections = Readonly<Record<SectionShape['name'], ReadonlyMap<string, Entry>>> & {
  readonly pairing: Entry;
};

/** Makes each section of entries in turn. */
export function sectionsFrom(
  make: (section: SectionShape) => ReadonlyMap<string, Entry>,
  pairing: Entry,
): Sections {
  const [services, checks, logTargets, workloads] = sections.map(make);
  const none = new Map<string, Entry>();
  return {
    services: services ?? none,
    checks: checks ?? none,
    'log-targets': logTargets ?? none,
    workloads: workloads ?? none,
    pairing,
  };
}

/** One layer of a stack, as it was read. */
export interface LabelledLayer {
  readonly label: string;
  readonly sections: Sections;
}

/** A layer with what stands beside its sections, such as its summary. */
export interface ReadLayer extends LabelledLayer {
  readonly others: Readonly<Record<string, unknown>>;
}

/** Whether a key of a layer is one of its sections that Pebble acts on. */
export function isSection(key: string): boolean {
  return key === 'pairing' || sections.some(({ name }) => name === key);
}

/** Whether a key of a layer only describes it. */
export function isSummary(key: string): boolean {
  return key === 'summary' || key === 'description';
}

/** Whether a value sets its field: an empty text or list is the same as none, a map is not. */
export function isSet(value: unknown, kind: FieldKind | undefined): boolean {
  switch (kind) {
    case 'string':
      return value !== undefined && value !== '';
    case 'integer':
      return value !== undefined && value !== 0;
    case 'list':
      return Array.isArray(value) && value.length > 0;
    default:
      return value !== undefined;
  }
}

/** The kind of a field; none when Pebble does not know it. */
export function kindOf(shape: Shape, field: string): FieldKind | undefined {
  return Object.hasOwn(shape.fields, field) ? shape.fields[field] : undefined;
}

/** The text of a string field; empty when unset. */
export function textOf(entry: Entry, field: string): string {
  const value = entry[field];
  return typeof value === 'string' ? value : '';
}

export function numberOf(entry: Entry, field: string): number | undefined {
  const value = entry[field];
  return typeof value === 'number' ? value : undefined;
}

/** The items of a list field; none when unset. */
export function listOf(entry: Entry, field: string): readonly string[] {
  const value = entry[field];
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}

/** The keys and values of a map field; none when unset. */
export function mapOf(entry: Entry, field: string): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(partOf(entry, field) ?? {}).filter(
      (pair): pair is [string, string] => typeof pair[1] === 'string',
    ),
  );
}

/** The object in a field, if it is set. */
export function partOf(entry: Entry, field: string): Entry | undefined {
  const value = entry[field];
  return isObject(value) ? value : undefined;
}

function isObject(value: unknown): value is Entry {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
