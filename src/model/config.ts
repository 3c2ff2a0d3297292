import * as z from 'zod/mini';
import { issuesOf } from '../framework/schema-issues.ts';
import type { HookTools } from '../juju/hook-tool.ts';
import { configGet, type ConfigValue } from '../juju/tools/config.ts';
import { ConfigValueError, UndeclaredNameError } from './errors.ts';
import { Remembered } from './remembered.ts';
import { ObservedSecret } from './secret.ts';
import type { Secrets } from './secrets.ts';

/** A config option as the charm declares it. */
export interface OptionDeclaration {
  readonly type: 'string' | 'int' | 'float' | 'boolean' | 'secret';
  readonly default?: ConfigValue | undefined;
}

type Options = Readonly<Record<string, OptionDeclaration>>;

interface TypeOfOption {
  readonly string: string;
  readonly int: number;
  readonly float: number;
  readonly boolean: boolean;
  /** Whatever secret an administrator has named. It is fetched when it is read. */
  readonly secret: ObservedSecret;
}

/** The type of an option's value: `undefined` is possible only where there is no default. */
export type OptionValue<O extends OptionDeclaration> =
  | TypeOfOption[O['type']]
  | (O extends { readonly default: ConfigValue } ? never : undefined);

/** The values of all options. */
export type ConfigValues<O extends Options> = { readonly [K in keyof O]: OptionValue<O[K]> };

/** The application's configuration. Juju is asked once in a dispatch. */
export class Config<O extends Options> {
  readonly #declared: O;
  readonly #secrets: Secrets;
  readonly #values: Remembered<Readonly<Record<string, ConfigValue>>>;

  constructor(tools: HookTools, declared: O, secrets: Secrets) {
    this.#declared = declared;
    this.#secrets = secrets;
    this.#values = new Remembered(() => configGet(tools));
  }

  /**
   * The value of an option; `undefined` when nobody set it and it has no default.
   *
   * @throws {ConfigValueError} when Juju gives a value of another type than declared.
   */
  async get<K extends keyof O & string>(option: K): Promise<OptionValue<O[K]>> {
    return this.#valueOf<O[K]>(option, await this.#values.get());
  }

  /** The values of all options that the charm declares. */
  async all(): Promise<ConfigValues<O>> {
    const values = await this.#values.get();
    const names = Object.keys(this.#declared);
    const all: Record<string, unknown> = {};
    for (const name of names) all[name] = this.#valueOf(name, values);
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- names lose their type in `Object.keys`
    return all as ConfigValues<O>;
  }

  /**
   * All options, checked by a schema of the charm's own: ranges, formats, and what must fit
   * together. A configuration that does not fit is no error of the charm: tell the administrator.
   * Options of type secret come as `ObservedSecret`.
   *
   * @example
   * ```ts
   * const config = await this.config.parse(z.object({ port: z.int().check(z.lt(65_536)) }));
   * if (!config.success) return this.unit.setStatus(new BlockedStatus(config.problem));
   * const { port } = config.data;
   * ```
   * @throws {ConfigValueError} when Juju gives a value of another type than declared.
   */
  async parse<S extends z.core.$ZodType>(schema: S): Promise<ParsedConfig<z.output<S>>> {
    const parsed = z.safeParse(schema, await this.all());
    if (parsed.success) return { success: true, data: parsed.data };
    const problem = `invalid configuration: ${issuesOf(parsed.error)}`;
    return { success: false, problem, issues: parsed.error.issues };
  }

  #valueOf<P extends OptionDeclaration>(
    option: string,
    values: Readonly<Record<string, ConfigValue>>,
  ): OptionValue<P> {
    const declared: Options = this.#declared;
    const declaration = Object.hasOwn(declared, option) ? declared[option] : undefined;
    if (declaration === undefined) {
      throw new UndeclaredNameError('config option', option, Object.keys(declared));
    }
    const { type } = declaration;
    const held = values[option] ?? declaration.default;
    const value =
      type === 'secret' && typeof held === 'string' && held !== ''
        ? this.#secrets.observed({ id: held })
        : held;
    if (!fits<P>(declaration, value)) throw new ConfigValueError(option, type, typeof value);
    return value;
  }
}

/** What came of a configuration and a schema. */
export type ParsedConfig<T> =
  | { readonly success: true; readonly data: T }
  | {
      readonly success: false;
      /** For a status: what is wrong with which option, without its value. */
      readonly problem: string;
      readonly issues: readonly z.core.$ZodIssue[];
    };

const expected = {
  string: 'string',
  int: 'number',
  float: 'number',
  boolean: 'boolean',
} as const;

function fits<O extends OptionDeclaration>(
  { type }: OptionDeclaration,
  value: unknown,
): value is OptionValue<O> {
  if (value === undefined) return true;
  if (type === 'secret') return value instanceof ObservedSecret;
  return typeof value === expected[type] && (type !== 'int' || Number.isInteger(value));
}
