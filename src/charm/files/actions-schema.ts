import * as z from 'zod/mini';
import type { JsonSchema } from '../json-schema.ts';
import type { ActionMeta } from '../metadata.ts';
import { isMapping } from './file-section.ts';
import { jsonSchemaProblems, type SchemaProblem } from './json-schema-problems.ts';
import { actionNameRule, bool, namedThings, object } from './shapes.ts';
import { didYouMean, nearestWord } from './suggest.ts';

/** What of actions.yaml goes on. */
export type ActionsFields =
  | Readonly<Record<string, ActionMeta | null | undefined>>
  | null
  | undefined;

/** actions.yaml: each action is the JSON schema of its parameters, written a little shorter. */
export function actionsSchema(): z.ZodMiniType<ActionsFields> {
  return z.nullish(namedThings(z.nullish(actionSchema()), actionNameRule));
}

function actionSchema(): z.ZodMiniType<ActionMeta> {
  return object({
    description: z.optional(z.string()),
    title: z.optional(z.string()),
    params: z.optional(z.record(z.string(), jsonSchema())),
    required: z.optional(z.array(z.string())),
    additionalProperties: z.optional(z.union([z.boolean(), jsonSchema()])),
    parallel: z.optional(bool()),
    'execution-group': z.optional(z.string()),
  }).check(
    z.check(({ value, issues }) => {
      for (const { path, message } of [...otherKeywords(value), ...unknownRequired(value)]) {
        issues.push({ code: 'custom', input: value, path: [...path], message });
      }
    }),
  );
}

function jsonSchema(): z.ZodMiniType<JsonSchema> {
  return z.custom<JsonSchema>().check(
    z.check(({ value, issues }) => {
      for (const { path, message } of jsonSchemaProblems(value)) {
        issues.push({ code: 'custom', input: value, path: [...path], message });
      }
    }),
  );
}

const own = ['description', 'title', 'params', 'required', 'additionalProperties'];

/** Keywords of a schema for the parameters as a whole, such as anyOf. */
function otherKeywords(action: unknown): SchemaProblem[] {
  if (!isMapping(action)) return [];
  const others = Object.entries(action).filter(([key]) => !own.includes(key));
  return jsonSchemaProblems(Object.fromEntries(others));
}

/** A required parameter that is not declared can be right, but not when it looks like a slip. */
function unknownRequired(action: unknown): SchemaProblem[] {
  if (!isMapping(action) || !Array.isArray(action['required'])) return [];
  const params = isMapping(action['params']) ? Object.keys(action['params']) : [];
  return action['required'].flatMap((name: unknown, index) => {
    if (typeof name !== 'string' || params.includes(name)) return [];
    if (nearestWord(name, params) === undefined) return [];
    const message = `${JSON.stringify(name)} is not among params${didYouMean(name, params)}`;
    return [{ path: ['required', index], message }];
  });
}
