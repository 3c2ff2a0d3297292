import type { JsonSchema } from './json-schema.ts';
import { schemaMismatches, type Mismatch } from './json-schema-check.ts';
import type { ActionMeta } from './metadata.ts';
import type { ObjectValue, SchemaValue } from './schema-value.ts';

/**
 * The parameters of an action, typed by what actions.yaml says of them. An action that declares none
 * may still be given some, up to Juju 3.6.
 */
export type ActionParams<A extends ActionMeta> = string extends keyof A['params']
  ? Readonly<Record<string, unknown>>
  : A extends { readonly params: infer P }
    ? ObjectValue<Omit<A, 'params'> & { readonly properties: P }>
    : A extends { readonly additionalProperties: infer Other }
      ? Readonly<Record<string, Other extends boolean ? unknown : SchemaValue<Other>>>
      : Readonly<Record<string, unknown>>;

/** Parameters with their defaults, and where they are not as the action has them. */
export interface ReadParams {
  readonly params: Readonly<Record<string, unknown>>;
  readonly mismatches: readonly Mismatch[];
}

/**
 * Fills in defaults and checks. Juju has done both, by the actions.yaml of the charm that is
 * deployed; here it is by what the charm was compiled with.
 */
export function readParams(
  action: ActionMeta,
  given: Readonly<Record<string, unknown>>,
): ReadParams {
  const { params: properties = {}, required, additionalProperties } = action;
  const schema = { type: 'object', properties, required, additionalProperties };
  const params = withDefaults(schema, given);
  return { params, mismatches: schemaMismatches(schema, params) };
}

/**
 * As Juju fills them in: also in objects that are given, and in such as have nothing else. One that
 * requires more than defaults would not be valid, so it is not made.
 */
function withDefaults(
  schema: JsonSchema,
  given: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  const filled = new Map(Object.entries(given));
  for (const [name, property] of Object.entries(schema.properties ?? {})) {
    const value = filled.get(name);
    const { default: preset, properties, required } = property;
    if (isMapping(value)) {
      filled.set(name, withDefaults(property, value));
    } else if (!filled.has(name) && preset !== undefined && preset !== null) {
      filled.set(name, isMapping(preset) ? withDefaults(property, preset) : preset);
    } else if (!filled.has(name) && properties !== undefined && required === undefined) {
      const made = withDefaults(property, {});
      if (Object.keys(made).length > 0) filled.set(name, made);
    }
  }
  return Object.fromEntries(filled);
}

function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
