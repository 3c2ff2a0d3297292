import { messageOf } from '../../errors.ts';
import { schemaMismatches } from '../json-schema-check.ts';
import type { JsonSchema } from '../json-schema.ts';
import { isMapping } from './file-section.ts';
import { didYouMean } from './suggest.ts';

/** One thing that is wrong in a JSON schema. */
export interface SchemaProblem {
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

type Check = (value: unknown) => SchemaProblem[];

const typeNames = ['string', 'number', 'integer', 'boolean', 'array', 'object', 'null'];

/**
 * What keeps a value from being a JSON schema of draft 4 as Juju takes it: it knows no references.
 * Keywords that it does not know it leaves alone, and so does this.
 */
export function jsonSchemaProblems(schema: unknown): SchemaProblem[] {
  if (!isMapping(schema)) return wrong('must be a mapping: a JSON schema');
  const problems = Object.entries(schema).flatMap(([keyword, value]) => {
    const check = checks.get(keyword);
    return check === undefined ? [] : below(keyword, check(value));
  });
  if (problems.length > 0) return problems;
  return defaultProblems(schema);
}

const checks = new Map<string, Check>([
  ['$ref', () => wrong('is not taken by Juju. Write the schema out')],
  ['$schema', () => wrong('is not taken by Juju. Take it out: it is always draft 4')],
  ['type', typeProblems],
  ['enum', (value) => (isFilledList(value) ? [] : wrong('must be a list of at least one value'))],
  ['properties', schemasByName],
  ['patternProperties', schemasByName],
  ['required', requiredProblems],
  ['additionalProperties', orBoolean(jsonSchemaProblems)],
  ['additionalItems', orBoolean(jsonSchemaProblems)],
  ['items', (value) => (Array.isArray(value) ? schemaList(value) : jsonSchemaProblems(value))],
  ['allOf', schemaList],
  ['anyOf', schemaList],
  ['oneOf', schemaList],
  ['not', jsonSchemaProblems],
  ['pattern', patternProblems],
  ['description', text],
  ['title', text],
  ['format', text],
  ['uniqueItems', boolean],
  ['exclusiveMinimum', boolean],
  ['exclusiveMaximum', boolean],
  ['minimum', number],
  ['maximum', number],
  ['multipleOf', positive],
  ['minLength', count],
  ['maxLength', count],
  ['minItems', count],
  ['maxItems', count],
  ['minProperties', count],
  ['maxProperties', count],
]);

function typeProblems(value: unknown): SchemaProblem[] {
  const names: unknown[] = Array.isArray(value) ? value : [value];
  if (names.length === 0) return wrong('must name at least one type');
  return names.flatMap((name, index) => {
    if (typeof name === 'string' && typeNames.includes(name)) return [];
    const hint = typeof name === 'string' ? didYouMean(name, typeNames) || meantType(name) : '';
    const message = `${JSON.stringify(name)} is none of ${typeNames.join(', ')}${hint}`;
    return [{ path: Array.isArray(value) ? [index] : [], message }];
  });
}

/** The types of config options have other names. */
function meantType(name: string): string {
  const meant = { int: 'integer', float: 'number', bool: 'boolean', str: 'string' }[name];
  return meant === undefined ? '' : ` (did you mean ${JSON.stringify(meant)}?)`;
}

function requiredProblems(value: unknown): SchemaProblem[] {
  if (typeof value === 'boolean') {
    return wrong('must be a list of names, beside the properties (for params, beside params)');
  }
  return isFilledList(value) && value.every((name) => typeof name === 'string')
    ? []
    : wrong('must be a list of at least one name');
}

function patternProblems(value: unknown): SchemaProblem[] {
  if (typeof value !== 'string') return wrong('must be text');
  try {
    // Juju's Go has its own dialect; what both refuse is surely wrong.
    void new RegExp(
      value.replaceAll(/\(\?[imsU-]+\)|\(\?P(?=<)/g, (group) => (group === '(?P' ? '(?' : '')),
    );
    return [];
  } catch (error) {
    return wrong(messageOf(error));
  }
}

function schemasByName(value: unknown): SchemaProblem[] {
  if (!isMapping(value)) return wrong('must be a mapping of names to JSON schemas');
  return Object.entries(value).flatMap(([name, schema]) => below(name, jsonSchemaProblems(schema)));
}

function schemaList(value: unknown): SchemaProblem[] {
  if (!isFilledList(value)) return wrong('must be a list of JSON schemas');
  return value.flatMap((schema, index) => below(index, jsonSchemaProblems(schema)));
}

function orBoolean(check: Check): Check {
  return (value) => (typeof value === 'boolean' ? [] : check(value));
}

/** Juju fills a default in without a look, and its types are what the charm is compiled with. */
function defaultProblems(schema: JsonSchema): SchemaProblem[] {
  const { default: preset, ...rest } = schema;
  if (preset === undefined || preset === null) return [];
  return schemaMismatches(rest, preset).map(({ path, problem }) => ({
    path: ['default', ...path],
    message: problem,
  }));
}

function text(value: unknown): SchemaProblem[] {
  return typeof value === 'string' ? [] : wrong('must be text');
}

function boolean(value: unknown): SchemaProblem[] {
  return typeof value === 'boolean' ? [] : wrong('must be true or false');
}

function number(value: unknown): SchemaProblem[] {
  return typeof value === 'number' ? [] : wrong('must be a number');
}

function positive(value: unknown): SchemaProblem[] {
  return typeof value === 'number' && value > 0 ? [] : wrong('must be a number above 0');
}

function count(value: unknown): SchemaProblem[] {
  return Number.isInteger(value) && Number(value) >= 0 ? [] : wrong('must be a whole number');
}

function isFilledList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value) && value.length > 0;
}

function wrong(message: string): SchemaProblem[] {
  return [{ path: [], message }];
}

function below(key: PropertyKey, problems: readonly SchemaProblem[]): SchemaProblem[] {
  return problems.map(({ path, message }) => ({ path: [key, ...path], message }));
}
