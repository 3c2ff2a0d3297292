import type { HookTools } from '../juju/hook-tool.ts';
import { configGet, type ConfigValue } from '../juju/tools/config.ts';
import { ConfigValueError, UndeclaredNameError } from './errors.ts';
import { Remembered } from './remembered.ts';

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
  /** The secret's `secret:` URI. */
  readonly secret: string;
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
  readonly #values: Remembered<Readonly<Record<string, ConfigValue>>>;

  constructor(tools: HookTools, declared: O) {
    this.#declared = declared;
    this.#values = new Remembered(() => configGet(tools));
  }

  /**
   * The value of an option; `undefined` when nobody set it and it has no default.
   *
   * @throws {ConfigValueError} when Juju gives a value of another type than declared.
   */
  async get<K extends keyof O & string>(option: K): Promise<OptionValue<O[K]>> {
    return valueOf<O[K]>(this.#declared, option, await this.#values.get());
  }

  /** The values of all options that the charm declares. */
  async all(): Promise<ConfigValues<O>> {
    const values = await this.#values.get();
    const names = Object.keys(this.#declared);
    const all: Record<string, ConfigValue | undefined> = {};
    for (const name of names) all[name] = valueOf(this.#declared, name, values);
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- names lose their type in `Object.keys`
    return all as ConfigValues<O>;
  }
}

const expected = {
  string: 'string',
  int: 'number',
  float: 'number',
  boolean: 'boolean',
  secret: 'string',
} as const;

function valueOf<O extends OptionDeclaration>(
  declared: Options,
  option: string,
  values: Readonly<Record<string, ConfigValue>>,
): OptionValue<O> {
  const declaration = declared[option];
  if (declaration === undefined) {
    throw new UndeclaredNameError('config option', option, Object.keys(declared));
  }
  const value = values[option] ?? declaration.default;
  if (!fits<O>(declaration, value)) {
    throw new ConfigValueError(option, declaration.type, typeof value);
  }
  return value;
}

function fits<O extends OptionDeclaration>(
  declaration: OptionDeclaration,
  value: ConfigValue | undefined,
): value is OptionValue<O> {
  return value === undefined || typeof value === expected[declaration.type];
}
