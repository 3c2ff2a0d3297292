import * as z from 'zod/mini';
import type { OptionType } from '../metadata.ts';
import type { CharmFileIssue } from './charm-file-error.ts';
import { entriesOf, fieldOf, type FileSection } from './file-section.ts';
import { bool, int, namedThings, object } from './shapes.ts';

/** What of config.yaml goes on. */
export type ConfigFields =
  | { readonly options?: Readonly<Record<string, OptionFields>> | null | undefined }
  | null
  | undefined;

/** An option whose default and description may be written and left empty. */
export interface OptionFields {
  readonly type: OptionType;
  readonly default?: string | number | boolean | null | undefined;
  readonly description?: string | null | undefined;
}

/** config.yaml, of which Juju wants nothing but options. */
export function configSchema(): z.ZodMiniType<ConfigFields> {
  return z.nullish(object({ options: z.nullish(namedThings(optionSchema())) }));
}

function optionSchema(): z.ZodMiniType<OptionFields> {
  const described = { description: z.nullish(z.string()) };
  const secret = z
    .string()
    .check(
      z.regex(/^$|^secret:/, { error: 'must be the URI of a secret, secret:…, or be left out' }),
    );
  const optionOf = <N extends string, T extends z.ZodMiniType>(type: N, value: T) =>
    object({ type: z.literal(type), default: z.nullish(value), ...described });
  return z.pipe(
    z.pipe(
      z.transform(withType),
      z.looseObject({ type: z.enum(['string', 'int', 'float', 'boolean', 'secret']) }),
    ),
    z.discriminatedUnion('type', [
      optionOf('string', z.string()),
      optionOf('secret', secret),
      optionOf('int', int()),
      optionOf('float', z.number()),
      optionOf('boolean', bool()),
    ]),
  );
}

/** Juju takes an option without a type for a string. */
function withType(option: unknown): unknown {
  if (option === null) return { type: 'string' };
  return typeof option === 'object' && !('type' in option) ? { type: 'string', ...option } : option;
}

/**
 * Numbers that Juju would not take, because YAML has two kinds of them: `1` is no default of a
 * float, and `1.0` none of an int.
 */
export function numberIssues(section: FileSection): CharmFileIssue[] {
  return entriesOf(fieldOf(section.value, 'options')).flatMap(([name, option]) => {
    const path = ['options', name, 'default'];
    const preset = fieldOf(option, 'default');
    const source = section.sourceOf(path);
    if (typeof preset !== 'number' || source === undefined) return [];
    const whole = /^[+-]?(0[xob])?[\d_]+$|^[+-]?0x[\da-f_]+$/i.test(source);
    const type = fieldOf(option, 'type');
    if (type === 'float' && whole) {
      return [section.issue(path, `is a whole number, which Juju refuses. Write ${source}.0`)];
    }
    if (type === 'int' && !whole && Number.isInteger(preset)) {
      return [section.issue(path, `is no whole number to Juju. Write ${preset}`)];
    }
    return [];
  });
}
