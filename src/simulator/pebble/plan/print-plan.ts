import { Document, Scalar, parse, visit } from 'yaml';
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
  const document = new Document(printed);
  visit(document, {
    Scalar(_at, scalar) {
      quoteLikeGo(scalar);
    },
  });
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
function quoteLikeGo(scalar: Scalar): void {
  const { value } = scalar;
  if (typeof value !== 'string') {
    return;
  }
  if (value === '' || (/^\S+$/.test(value) && isOtherThanText(value))) {
    scalar.type = Scalar.QUOTE_DOUBLE;
  } else if (value.includes('\n')) {
    scalar.type = Scalar.BLOCK_LITERAL;
  } else if (/\p{Cc}/u.test(value)) {
    scalar.type = Scalar.QUOTE_DOUBLE;
  }
}

function isOtherThanText(value: string): boolean {
  // An anchor or a tag alone stands for nothing, but is not written like it.
  if (/^[&!]/.test(value)) {
    return false;
  }
  return ([{ version: '1.1' }, { schema: 'core' }] as const).some((reader) => {
    try {
      const read: unknown = parse(value, { ...reader, logLevel: 'silent' });
      return (
        typeof read !== 'string' &&
        (read === null || typeof read !== 'object' || read instanceof Date)
      );
    } catch {
      return false;
    }
  });
}
