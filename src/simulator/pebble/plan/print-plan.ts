import { Document, Scalar, parse } from 'yaml';
import { formatDuration } from './duration.ts';
import {
  isList,
  sections,
  type Entry,
  type FieldKind,
  type FieldValue,
  type Sections,
  type Shape,
} from './shape.ts';

/** A plan in YAML as Pebble prints it: four spaces, sorted names, fields in a fixed order. */
export function printPlan(plan: Sections): string {
  const printed: Record<string, Record<string, unknown>> = {};
  for (const { name, entry } of sections) {
    if (plan[name].size > 0) {
      printed[name] = Object.fromEntries(
        [...plan[name].keys()].sort().map((key) => [key, printable(plan[name].get(key), entry)]),
      );
    }
  }
  if (Object.keys(printed).length === 0) {
    return '{}\n';
  }
  const document = new Document(printed, quoteLikeGo);
  return document.toString({ indent: 4, lineWidth: 0, singleQuote: true });
}

function printable(entry: Entry | undefined, shape: Shape): Record<string, unknown> {
  const fields: Record<string, unknown> = {};
  for (const [field, kind] of Object.entries(shape.fields)) {
    const value = entry?.[field];
    if (value !== undefined && !isEmpty(value, kind)) {
      fields[field] = printableField(value, kind);
    }
  }
  return fields;
}

function printableField(value: FieldValue, kind: FieldKind): unknown {
  if (kind === 'duration' && typeof value === 'number') {
    return new Scalar(formatDuration(value));
  }
  if (typeof value !== 'object' || isList(value)) {
    return value;
  }
  return typeof kind === 'object'
    ? printable(value, kind)
    : Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Unset texts, lists and maps are left out. */
function isEmpty(value: FieldValue, kind: FieldKind): boolean {
  if (typeof kind === 'object') {
    return false;
  }
  return value === '' || (typeof value === 'object' && Object.keys(value).length === 0);
}

/** Double quotes for what would otherwise not be read as a text, by old readers or new ones. */
function quoteLikeGo(_key: unknown, value: unknown): unknown {
  if (typeof value !== 'string') {
    return value;
  }
  const scalar = new Scalar(value);
  if (value === '' || (/^\S+$/.test(value) && isOtherThanText(value))) {
    scalar.type = Scalar.QUOTE_DOUBLE;
  } else if (value.includes('\n')) {
    scalar.type = Scalar.BLOCK_LITERAL;
  } else if (/\p{Cc}/u.test(value)) {
    scalar.type = Scalar.QUOTE_DOUBLE;
  }
  return scalar;
}

function isOtherThanText(value: string): boolean {
  return (['1.1', 'core'] as const).some((version) => {
    try {
      const read: unknown =
        version === '1.1' ? parse(value, { version }) : parse(value, { schema: 'core' });
      return (
        typeof read !== 'string' &&
        (read === null || typeof read !== 'object' || read instanceof Date)
      );
    } catch {
      return false;
    }
  });
}
