/** The arguments of a tool cannot be understood: exit code 2. */
export class UsageFault extends Error {
  override readonly name = 'UsageFault';
}

/** The tool understood its arguments and cannot do it: exit code 1. */
export class RunFault extends Error {
  override readonly name = 'RunFault';
}

/** Someone asked for help. */
export class HelpAsked extends Error {
  override readonly name = 'HelpAsked';
}

/** A flag of a tool. All spellings in `names` mean the same. */
export interface FlagSpec {
  /** Without dashes; one letter for a short flag. */
  readonly names: readonly string[];
  readonly takes: 'value' | 'nothing';
  /** Why a value is refused while flags are parsed; undefined accepts it. */
  readonly refuse?: (value: string) => string | undefined;
}

/** Arguments taken apart. */
export class ParsedArgs {
  readonly positionals: readonly string[];
  readonly #values: ReadonlyMap<string, string>;

  constructor(positionals: readonly string[], values: ReadonlyMap<string, string>) {
    this.positionals = positionals;
    this.#values = values;
  }

  /** The last value of a flag, by the first of its names. */
  value(name: string): string | undefined {
    return this.#values.get(name);
  }

  /** Whether a flag without value is on. */
  is(name: string): boolean {
    return this.#values.get(name) === 'true';
  }

  /** Refuses more positional arguments than a tool takes. */
  atMost(count: number): void {
    const extra = this.positionals.slice(count);
    if (extra.length === 0) return;
    throw new UsageFault(
      `unrecognized args: [${extra.map((arg) => JSON.stringify(arg)).join(' ')}]`,
    );
  }
}

/** Parses as Juju's flag library does: flags and positionals may be mixed, `--` ends flags. */
export function parseArgs(args: readonly string[], specs: readonly FlagSpec[]): ParsedArgs {
  const positionals: string[] = [];
  const values = new Map<string, string>();
  const queue = [...args];
  for (let arg = queue.shift(); arg !== undefined; arg = queue.shift()) {
    if (arg === '--') {
      positionals.push(...queue);
      break;
    }
    if (arg === '-' || !arg.startsWith('-')) positionals.push(arg);
    else if (arg.startsWith('--')) takeLong(arg.slice(2), specs, queue, values);
    else takeShort(arg.slice(1), specs, queue, values);
  }
  return new ParsedArgs(positionals, values);
}

function takeLong(
  text: string,
  specs: readonly FlagSpec[],
  queue: string[],
  values: Map<string, string>,
): void {
  const at = text.indexOf('=');
  const name = at < 0 ? text : text.slice(0, at);
  const glued = at < 0 ? undefined : text.slice(at + 1);
  const spec = find(name, specs);
  if (spec.takes === 'value') {
    keep(spec, name, glued ?? queue.shift(), values);
    return;
  }
  const on = glued === undefined ? true : booleans.get(glued);
  if (on === undefined) {
    throw new UsageFault(
      `invalid boolean value ${JSON.stringify(glued)} for option --${name}: strconv.ParseBool: parsing ${JSON.stringify(glued)}: invalid syntax`,
    );
  }
  values.set(spec.names[0] ?? name, String(on));
}

function takeShort(
  text: string,
  specs: readonly FlagSpec[],
  queue: string[],
  values: Map<string, string>,
): void {
  const [letter = '', ...rest] = text;
  const spec = find(letter, specs);
  if (spec.takes === 'value') {
    keep(spec, letter, rest.length > 0 ? rest.join('') : queue.shift(), values);
    return;
  }
  values.set(spec.names[0] ?? letter, 'true');
  if (rest.length > 0) takeShort(rest.join(''), specs, queue, values);
}

function find(name: string, specs: readonly FlagSpec[]): FlagSpec {
  if (name === 'h' || name === 'help') throw new HelpAsked();
  const spec = specs.find(({ names }) => names.includes(name));
  if (spec === undefined) throw new UsageFault(`option provided but not defined: ${dashed(name)}`);
  return spec;
}

function keep(
  spec: FlagSpec,
  name: string,
  value: string | undefined,
  values: Map<string, string>,
): void {
  if (value === undefined) throw new UsageFault(`option needs an argument: ${dashed(name)}`);
  const why = spec.refuse?.(value);
  if (why !== undefined) {
    throw new UsageFault(
      `invalid value ${JSON.stringify(value)} for option ${dashed(name)}: ${why}`,
    );
  }
  values.set(spec.names[0] ?? name, value);
}

function dashed(name: string): string {
  return name.length === 1 ? `-${name}` : `--${name}`;
}

const booleans: ReadonlyMap<string, boolean> = new Map([
  ...['1', 't', 'T', 'true', 'TRUE', 'True'].map((text) => [text, true] as const),
  ...['0', 'f', 'F', 'false', 'FALSE', 'False'].map((text) => [text, false] as const),
]);
