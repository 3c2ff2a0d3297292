import type { JsonSchema } from '../charm/json-schema.ts';
import type { ActionMeta, CharmMeta } from '../charm/metadata.ts';

/**
 * The text of the module that `charmwright types` writes. Descriptions become comments, so that an
 * editor shows them and a dispatch does not load them.
 */
export function renderCharmModule(meta: CharmMeta): string {
  const prose: Prose = new Map();
  return [
    "// Written by `charmwright types` from the charm's YAML files; not edited by hand.",
    '',
    `export const meta = ${literal(declared(meta, prose), '', prose)} as const;`,
    '',
  ].join('\n');
}

/** The comment of each thing that has one. */
type Prose = Map<unknown, string>;

/** The meta without its prose, of which an account is kept. */
function declared(meta: CharmMeta, prose: Prose): CharmMeta {
  const { summary: _, description: __, ...rest } = meta;
  const { devices } = meta;
  return {
    ...rest,
    storage: plainEntries(meta.storage, prose),
    ...(devices === undefined ? {} : { devices: plainEntries(devices, prose) }),
    resources: plainEntries(meta.resources, prose),
    actions: mapEntries(meta.actions, (action) => plainAction(action, prose)),
    options: plainEntries(meta.options, prose),
  };
}

function plainAction(action: ActionMeta, prose: Prose): ActionMeta {
  const { params, additionalProperties: extra, ...rest } = action;
  return plain(
    {
      ...rest,
      ...(params && { params: mapEntries(params, (schema) => plainSchema(schema, prose)) }),
      ...(extra !== undefined && { additionalProperties: plainSchemaOr(extra, prose) }),
    },
    prose,
  );
}

/** A schema without prose at any depth. A property may well be called `description`. */
function plainSchema(schema: JsonSchema, prose: Prose): JsonSchema {
  const { properties, patternProperties, items, allOf, anyOf, oneOf, not } = schema;
  const { additionalProperties: extra } = schema;
  const one = (part: JsonSchema): JsonSchema => plainSchema(part, prose);
  return plain(
    {
      ...schema,
      ...(properties && { properties: mapEntries(properties, one) }),
      ...(patternProperties && { patternProperties: mapEntries(patternProperties, one) }),
      ...(items && { items: isList(items) ? items.map(one) : one(items) }),
      ...(extra !== undefined && { additionalProperties: plainSchemaOr(extra, prose) }),
      ...(allOf && { allOf: allOf.map(one) }),
      ...(anyOf && { anyOf: anyOf.map(one) }),
      ...(oneOf && { oneOf: oneOf.map(one) }),
      ...(not && { not: one(not) }),
    },
    prose,
  );
}

function plainSchemaOr(schema: boolean | JsonSchema, prose: Prose): boolean | JsonSchema {
  return typeof schema === 'boolean' ? schema : plainSchema(schema, prose);
}

function isList(items: JsonSchema | readonly JsonSchema[]): items is readonly JsonSchema[] {
  return Array.isArray(items);
}

interface Described {
  readonly title?: unknown;
  readonly description?: unknown;
}

function plain<T extends Described>(thing: T, prose: Prose): Omit<T, keyof Described> {
  const { title, description, ...rest } = thing;
  const text = [description, title].find((one) => typeof one === 'string' && one.trim() !== '');
  if (typeof text === 'string') prose.set(rest, text.trim());
  return rest;
}

function plainEntries<T extends Described>(
  things: Readonly<Record<string, T>>,
  prose: Prose,
): Record<string, Omit<T, keyof Described>> {
  return mapEntries(things, (thing) => plain(thing, prose));
}

function mapEntries<T, U>(
  things: Readonly<Record<string, T>>,
  change: (thing: T) => U,
): Record<string, U> {
  return Object.fromEntries(Object.entries(things).map(([name, thing]) => [name, change(thing)]));
}

/** The widest that a line may become, indentation not counted. */
const lineWidth = 80;

function literal(value: unknown, indent: string, prose: Prose): string {
  if (typeof value === 'string') return quote(value);
  if (Object.is(value, -0)) return '-0';
  if (typeof value !== 'object' || value === null) return String(value);
  const isArray = Array.isArray(value);
  const [open, close] = isArray ? ['[', ']'] : ['{', '}'];
  const entries = Object.entries(value).filter(([, entry]) => entry !== undefined);
  if (entries.length === 0) return `${open}${close}`;
  const inner = `${indent}  `;
  const parts = entries.map(([name, entry]: [string, unknown]) => ({
    comment: docComment(prose.get(entry), inner),
    text: `${isArray ? '' : `${key(name)}: `}${literal(entry, inner, prose)}`,
    isFlat: typeof entry !== 'object' || entry === null,
  }));
  const gap = isArray ? '' : ' ';
  const inline = `${open}${gap}${parts.map(({ text }) => text).join(', ')}${gap}${close}`;
  if (parts.every(({ isFlat }) => isFlat) && inline.length < lineWidth) return inline;
  const lines = parts.flatMap(({ comment, text }) => [...comment, `${inner}${text},`]);
  return [open, ...lines, `${indent}${close}`].join('\n');
}

function docComment(text: string | undefined, indent: string): string[] {
  if (text === undefined) return [];
  const lines = text.replaceAll('*/', '*\\/').split('\n');
  const comment = lines.map((line) => `${indent} * ${line.trim()}`.trimEnd());
  return [`${indent}/**`, ...comment, `${indent} */`];
}

function key(name: string): string {
  // Written plainly, it would set the prototype.
  if (name === '__proto__') return "['__proto__']";
  return /^[A-Za-z_$][\w$]*$/.test(name) ? name : quote(name);
}

function quote(text: string): string {
  const inner = JSON.stringify(text).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'");
  return `'${inner}'`;
}
