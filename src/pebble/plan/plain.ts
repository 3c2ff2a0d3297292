import { formatDuration } from './duration.ts';
import { formatFloat } from './go-number.ts';
import { compareKeys } from './key-order.ts';
import {
  isSet,
  listOf,
  mapOf,
  pairingShape,
  partOf,
  sections,
  type Entry,
  type FieldKind,
  type Sections,
  type Shape,
} from './shape.ts';
import { BareText } from './yaml-text.ts';

/**
 * As a value, or as Pebble prints it: in maps, which keep the order of names that are numbers,
 * without those that are empty, and with a log target's empty list.
 */
type Form = 'value' | 'print';

/** The sections as plain values, spelled and ordered as Pebble prints them; empty ones left out. */
export function plainSections(plan: Sections, form: Form): Record<string, unknown> {
  const plain: Record<string, unknown> = {};
  for (const { name, entry } of sections) {
    if (plan[name].size > 0) {
      plain[name] = sortedMap(
        [...plan[name]].map(([key, value]) => [key, plainEntry(value, entry, form)]),
        form,
      );
    }
  }
  if (isSet(plan.pairing['mode'], 'string')) {
    plain['pairing'] = plainEntry(plan.pairing, pairingShape, form);
  }
  return plain;
}

function sortedMap(pairs: readonly [string, unknown][], form: Form): object {
  const sorted = [...pairs].sort(([a], [b]) => compareKeys(a, b));
  return form === 'print' ? new Map(sorted) : Object.fromEntries(sorted);
}

function plainEntry(entry: Entry, shape: Shape, form: Form): Record<string, unknown> {
  const plain = new Map<string, unknown>();
  for (const [field, kind] of Object.entries(shape.fields)) {
    if (isShown(entry, field, kind, shape, form)) {
      plain.set(field, plainField(entry, field, kind, form));
    }
  }
  for (const [field, value] of Object.entries(entry)) {
    if (!Object.hasOwn(shape.fields, field)) {
      plain.set(field, value);
    }
  }
  return Object.fromEntries(plain);
}

function isShown(entry: Entry, field: string, kind: FieldKind, shape: Shape, form: Form): boolean {
  if (form === 'print' && shape.always?.includes(field) === true) {
    return true;
  }
  const isEmptyMap = kind === 'map' && Object.keys(mapOf(entry, field)).length === 0;
  return isSet(entry[field], kind) && !(form === 'print' && isEmptyMap);
}

function plainField(entry: Entry, field: string, kind: FieldKind, form: Form): unknown {
  const value = entry[field];
  switch (kind) {
    case 'duration':
      return typeof value === 'number' ? formatDuration(value) : value;
    case 'float':
      return typeof value === 'number' && form === 'print'
        ? new BareText(formatFloat(value))
        : value;
    case 'list':
      return listOf(entry, field);
    case 'map':
      return sortedMap(Object.entries(mapOf(entry, field)), form);
    case 'string':
    case 'integer':
    case 'id':
      return value;
    default:
      return plainEntry(partOf(entry, field) ?? {}, kind, form);
  }
}
