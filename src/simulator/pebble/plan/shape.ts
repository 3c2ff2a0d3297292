/** How a field is written, merged and printed. */
export type FieldKind =
  | 'string'
  | 'integer'
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
  readonly fields: Readonly<Record<string, FieldKind>>;
}

/** A field's value. Which of these it is follows from its kind. */
export type FieldValue =
  | string
  | number
  | readonly string[]
  | Readonly<Record<string, string>>
  | Entry;

/** One service, check, log target or a part of one; absent fields are unset. */
export interface Entry {
  readonly [field: string]: FieldValue;
}

/** A section of a layer: a map of named entries. */
export interface SectionShape {
  readonly name: 'services' | 'checks' | 'log-targets';
  /** What errors call one of its entries. */
  readonly noun: 'service' | 'check' | 'log target';
  readonly entry: Shape;
}

const owner = {
  'user-id': 'integer',
  user: 'string',
  'group-id': 'integer',
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
      fields: {
        type: 'string',
        location: 'string',
        services: 'list',
        override: 'string',
        labels: 'map',
      },
    },
  },
];

/** Entries by name, for each section. */
export type Sections = Readonly<Record<SectionShape['name'], ReadonlyMap<string, Entry>>>;

/** One layer as it was read. */
export interface Layer {
  readonly order: number;
  readonly label: string;
  readonly sections: Sections;
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
  return isList(value) ? value : [];
}

/** The keys and values of a map field; none when unset. */
export function mapOf(entry: Entry, field: string): Readonly<Record<string, string>> {
  const texts: Record<string, string> = {};
  for (const [key, value] of Object.entries(partOf(entry, field) ?? {})) {
    if (typeof value === 'string') {
      texts[key] = value;
    }
  }
  return texts;
}

/** The object in a field, if it is set. */
export function partOf(entry: Entry, field: string): Entry | undefined {
  const value = entry[field];
  return typeof value === 'object' && !isList(value) ? value : undefined;
}

export function isList(value: FieldValue | undefined): value is readonly string[] {
  return Array.isArray(value);
}
