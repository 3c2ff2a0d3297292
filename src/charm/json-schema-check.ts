import type { JsonSchema } from './json-schema.ts';

/** A place in a value that is not as its schema has it. It never tells the value itself. */
export interface Mismatch {
  readonly path: readonly PropertyKey[];
  readonly problem: string;
}

/** Where a value is not as a JSON schema of draft 4 has it. Formats are not looked at, as in Juju. */
export function schemaMismatches(schema: JsonSchema, value: unknown): Mismatch[] {
  const found = [...kindMismatches(schema, value), ...combinationMismatches(schema, value)];
  if (typeof value === 'string') found.push(...textMismatches(schema, value));
  if (typeof value === 'number') found.push(...numberMismatches(schema, value));
  if (Array.isArray(value)) found.push(...listMismatches(schema, value));
  else if (isMapping(value)) found.push(...mappingMismatches(schema, value));
  return found;
}

function kindMismatches(schema: JsonSchema, value: unknown): Mismatch[] {
  const { type, enum: choices } = schema;
  const types = typeof type === 'string' ? [type] : type;
  const found: Mismatch[] = [];
  if (types !== undefined && !types.some((name) => hasType(name, value))) {
    found.push(mismatch(`must be ${types.join(' or ')}, and is ${typeName(value)}`));
  }
  if (choices !== undefined && !choices.some((choice) => isSame(choice, value))) {
    found.push(mismatch(`must be one of ${choices.map((it) => JSON.stringify(it)).join(', ')}`));
  }
  return found;
}

function combinationMismatches(schema: JsonSchema, value: unknown): Mismatch[] {
  const { allOf = [], anyOf, oneOf, not } = schema;
  const fits = (one: JsonSchema): boolean => schemaMismatches(one, value).length === 0;
  const found = allOf.flatMap((one) => schemaMismatches(one, value));
  if (anyOf !== undefined && !anyOf.some(fits)) found.push(mismatch('must fit one of anyOf'));
  if (oneOf !== undefined && oneOf.filter(fits).length !== 1) {
    found.push(mismatch('must fit exactly one of oneOf'));
  }
  if (not !== undefined && fits(not)) found.push(mismatch('must not fit the schema in not'));
  return found;
}

function textMismatches(schema: JsonSchema, value: string): Mismatch[] {
  const { minLength, maxLength, pattern } = schema;
  const length = Array.from(value).length;
  return [
    ...(typeof minLength === 'number' && length < minLength
      ? [mismatch(`must be at least ${minLength} characters long`)]
      : []),
    ...(typeof maxLength === 'number' && length > maxLength
      ? [mismatch(`must be at most ${maxLength} characters long`)]
      : []),
    ...(typeof pattern === 'string' && !matches(pattern, value)
      ? [mismatch(`must match ${pattern}`)]
      : []),
  ];
}

function numberMismatches(schema: JsonSchema, value: number): Mismatch[] {
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf } = schema;
  const found: Mismatch[] = [];
  if (typeof minimum === 'number') {
    const open = exclusiveMinimum === true;
    if (open ? value <= minimum : value < minimum) {
      found.push(mismatch(`must be ${open ? 'above' : 'at least'} ${minimum}`));
    }
  }
  if (typeof maximum === 'number') {
    const open = exclusiveMaximum === true;
    if (open ? value >= maximum : value > maximum) {
      found.push(mismatch(`must be ${open ? 'below' : 'at most'} ${maximum}`));
    }
  }
  if (typeof multipleOf === 'number' && !isMultiple(value, multipleOf)) {
    found.push(mismatch(`must be a multiple of ${multipleOf}`));
  }
  return found;
}

function listMismatches(schema: JsonSchema, value: readonly unknown[]): Mismatch[] {
  const { items, additionalItems, minItems, maxItems, uniqueItems } = schema;
  const found: Mismatch[] = [];
  if (typeof minItems === 'number' && value.length < minItems) {
    found.push(mismatch(`must have at least ${minItems} items`));
  }
  if (typeof maxItems === 'number' && value.length > maxItems) {
    found.push(mismatch(`must have at most ${maxItems} items`));
  }
  if (uniqueItems === true && hasDouble(value)) found.push(mismatch('must not repeat an item'));
  if (isSchemaList(items) && additionalItems === false && value.length > items.length) {
    found.push(mismatch(`must have at most ${items.length} items`));
  }
  for (const [index, item] of value.entries()) {
    const schema = isSchemaList(items) ? (items[index] ?? additionalItems) : items;
    if (isSchema(schema)) found.push(...below(index, schemaMismatches(schema, item)));
  }
  return found;
}

function mappingMismatches(
  schema: JsonSchema,
  value: Readonly<Record<string, unknown>>,
): Mismatch[] {
  const { properties = {}, patternProperties = {}, additionalProperties, required = [] } = schema;
  const { minProperties, maxProperties } = schema;
  const names = Object.keys(value);
  const found = required
    .filter((name) => !Object.hasOwn(value, name))
    .map((name) => ({ path: [name], problem: 'is missing' }) satisfies Mismatch as Mismatch);
  if (typeof minProperties === 'number' && names.length < minProperties) {
    found.push(mismatch(`must have at least ${minProperties} properties`));
  }
  if (typeof maxProperties === 'number' && names.length > maxProperties) {
    found.push(mismatch(`must have at most ${maxProperties} properties`));
  }
  for (const name of names) {
    const patterns = Object.keys(patternProperties).filter((pattern) => matches(pattern, name));
    const schemas = patterns.map((pattern) => patternProperties[pattern]);
    if (Object.hasOwn(properties, name)) schemas.push(properties[name]);
    if (schemas.length === 0 && additionalProperties === false) {
      found.push({ path: [name], problem: 'is not a known property' });
    }
    if (schemas.length === 0 && isSchema(additionalProperties)) schemas.push(additionalProperties);
    for (const one of schemas) {
      if (one !== undefined) found.push(...below(name, schemaMismatches(one, value[name])));
    }
  }
  return found;
}

function hasType(name: string, value: unknown): boolean {
  switch (name) {
    case 'null':
      return value === null;
    case 'array':
      return Array.isArray(value);
    case 'object':
      return isMapping(value);
    case 'integer':
      return Number.isInteger(value);
    case 'string':
    case 'number':
    case 'boolean':
      return typeof value === name;
    default:
      return true;
  }
}

function typeName(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
}

/** A pattern in Go's dialect that JavaScript cannot read is left to Juju. */
function matches(pattern: string, text: string): boolean {
  try {
    return new RegExp(pattern, 'u').test(text);
  } catch {
    return true;
  }
}

function isMultiple(value: number, of: number): boolean {
  const times = value / of;
  return Math.abs(times - Math.round(times)) < 1e-9;
}

function hasDouble(items: readonly unknown[]): boolean {
  return items.some((item, index) => items.slice(0, index).some((other) => isSame(item, other)));
}

function isSame(left: unknown, right: unknown): boolean {
  if (left === right) return true;
  if (Array.isArray(left) && Array.isArray(right)) {
    return left.length === right.length && left.every((item, at) => isSame(item, right[at]));
  }
  if (!isMapping(left) || !isMapping(right)) return false;
  const names = Object.keys(left);
  return (
    names.length === Object.keys(right).length &&
    names.every((name) => Object.hasOwn(right, name) && isSame(left[name], right[name]))
  );
}

function isSchemaList(
  items: JsonSchema | readonly JsonSchema[] | undefined,
): items is readonly JsonSchema[] {
  return Array.isArray(items);
}

function isSchema(value: unknown): value is JsonSchema {
  return isMapping(value);
}

function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function mismatch(problem: string): Mismatch {
  return { path: [], problem };
}

function below(key: PropertyKey, mismatches: readonly Mismatch[]): Mismatch[] {
  return mismatches.map(({ path, problem }) => ({ path: [key, ...path], problem }));
}
