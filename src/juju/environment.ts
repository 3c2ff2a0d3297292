import { CharmwrightError } from '../errors.ts';

/** The environment of a process, as `process.env` has it. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** The environment lacks what Juju always gives, or gives it in another form. */
export class JujuContextError extends CharmwrightError {
  readonly code = 'juju-context-invalid';
  readonly variable: string;

  constructor(variable: string, problem: string) {
    super(
      `cannot read what Juju asks for: ${variable} ${problem}. A charm's dispatch runs only inside a hook of Juju (or of charmwright's local Juju).`,
    );
    this.variable = variable;
  }
}

/** A property, where there is a value for it. */
export function given<K extends string, V>(
  key: K,
  value: V | undefined,
): { readonly [P in K]?: V } {
  return value === undefined ? {} : oneKey(key, value);
}

function oneKey<K extends string, V>(key: K, value: V): { readonly [P in K]?: V } {
  const result: { [P in K]?: V } = {};
  result[key] = value;
  return result;
}

/** A variable; undefined also where it is empty, as Juju sets it where it has nothing to say. */
export function maybe(environment: Environment, variable: string): string | undefined {
  const value = environment[variable];
  return value === '' ? undefined : value;
}

/** @throws {JujuContextError} where the variable is not set, or empty. */
export function need(environment: Environment, variable: string): string {
  const value = maybe(environment, variable);
  if (value === undefined) throw new JujuContextError(variable, 'is not set');
  return value;
}

/** A variable; the empty text where it is not set. */
export function orNothing(environment: Environment, variable: string): string {
  return environment[variable] ?? '';
}

/**
 * The number in a variable that must be there.
 *
 * @param form its one group is the number.
 * @throws {JujuContextError}
 */
export function count(
  environment: Environment,
  variable: string,
  form: RegExp,
  what: string,
): number {
  const text = need(environment, variable);
  const number = Number(form.exec(text)?.[1]);
  if (Number.isSafeInteger(number)) return number;
  throw new JujuContextError(variable, `is ${JSON.stringify(text)}, not ${what}`);
}

/**
 * The words of a list.
 *
 * @param word matches one of them, everywhere: to split takes a new expression at every call.
 */
export function words(text: string, word: RegExp): readonly string[] {
  return text === '' ? [] : (text.match(word) ?? []);
}
