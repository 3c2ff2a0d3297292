import type * as z from 'zod/mini';
import type { DatabagForm } from './databag-form.ts';
import {
  DatabagAccessError,
  DatabagValueError,
  InvalidDatabagError,
  type DatabagPlace,
} from './errors.ts';

/** Anything that turns unknown data into a value or throws: a zod schema is one. */
export interface DatabagSchema<T> {
  parse(data: unknown): T;
}

type Bag = Readonly<Record<string, string>>;

/**
 * The data that a unit or an application gives to the other side of a relation. It is read once in
 * a dispatch. Every read keeps Juju's rules before Juju is asked: an application's own data in a
 * relation to others is for its leader only.
 */
export class Databag {
  readonly #place: DatabagPlace;
  readonly #read: () => Promise<Bag>;

  static {
    // The types have no such methods. To callers without types this says more than "not a function".
    for (const name of ['set', 'delete', 'replace', 'save']) {
      Object.defineProperty(Databag.prototype, name, {
        value(this: Databag): never {
          throw new DatabagAccessError(
            'write',
            this.#place,
            'it belongs to the other side. A charm writes the data of its own unit and, on the leader, of its own application.',
          );
        },
      });
    }
  }

  constructor(place: DatabagPlace, read: () => Promise<Bag>) {
    this.#place = place;
    this.#read = read;
  }

  /** One value; `undefined` when the key is absent. Juju knows no empty values. */
  async get(key: string): Promise<string | undefined> {
    const bag = await this.#read();
    return Object.hasOwn(bag, key) ? bag[key] : undefined;
  }

  async has(key: string): Promise<boolean> {
    return Object.hasOwn(await this.#read(), key);
  }

  async keys(): Promise<readonly string[]> {
    return Object.keys(await this.#read());
  }

  /** All of it. */
  async all(): Promise<Bag> {
    return await this.#read();
  }

  /** Keys with their values: `for await (const [key, value] of bag)`. */
  async *[Symbol.asyncIterator](): AsyncGenerator<readonly [string, string], void, undefined> {
    yield* Object.entries(await this.#read());
  }

  /**
   * All of it, checked and typed.
   *
   * @throws {InvalidDatabagError} when the schema refuses it; the schema's error is the cause.
   */
  async parse<T>(schema: DatabagSchema<T>): Promise<T> {
    const data = await this.#read();
    try {
      return schema.parse(data);
    } catch (error) {
      throw new InvalidDatabagError(this.#place, '', error);
    }
  }

  /**
   * The fields of a form, decoded, checked and typed. Other keys are left alone.
   *
   * @throws {InvalidDatabagError} naming the fields that do not fit, without their values.
   */
  async load<S extends z.core.$ZodObject>(form: DatabagForm<S>): Promise<z.output<S>> {
    const result = form.decode(await this.#read());
    if (!result.success) throw new InvalidDatabagError(this.#place, result.issues, result.cause);
    return result.data;
  }
}

/** Values to set; `undefined` (or the empty string, as Juju has it) removes a key. */
export type DatabagChanges = Readonly<Record<string, string | undefined>>;

/** What a writable databag is made of. */
export interface WritableParts {
  readonly place: DatabagPlace;
  readonly read: () => Promise<Bag>;
  /** Refuses a writer that Juju would refuse. */
  readonly admit: () => Promise<void>;
  readonly write: (changes: DatabagChanges) => void;
}

/** What Juju itself writes into the databag of a unit, for the other side to reach it. */
const jujusKeys: ReadonlySet<string> = new Set([
  'egress-subnets',
  'ingress-address',
  'private-address',
]);

/**
 * A databag of this unit, or, for its leader, of its application. Reads of this dispatch see a
 * change at once; Juju is told when all handlers are done, in one call for each databag, and the
 * other side learns of it when the hook has succeeded.
 */
export class WritableDatabag extends Databag {
  readonly #parts: WritableParts;

  constructor(parts: WritableParts) {
    super(parts.place, parts.read);
    this.#parts = parts;
  }

  /**
   * Changes keys, and leaves the others.
   *
   * @throws {NotLeaderError} for the application's databag, when this unit is not the leader.
   * @throws {DatabagValueError} for what Juju does not take: an empty key, or no string.
   * @throws {RelationGoneError} when the relation is no more.
   */
  async set(changes: DatabagChanges): Promise<void> {
    await this.#parts.admit();
    checkChanges(this.#parts.place, changes);
    this.#parts.write(changes);
  }

  /** Removes keys. An absent one is no error. Throws as `set()` does. */
  async delete(...keys: readonly string[]): Promise<void> {
    await this.set(Object.fromEntries(keys.map((key) => [key, undefined])));
  }

  /**
   * Makes the databag hold just this. The addresses that Juju writes for a unit stay, unless the
   * data names them. Throws as `set()` does, and for what cannot be read.
   */
  async replace(data: Bag): Promise<void> {
    await this.#parts.admit();
    checkChanges(this.#parts.place, data);
    const surplus = Object.keys(await this.#parts.read()).filter((key) => !jujusKeys.has(key));
    const removed = Object.fromEntries(surplus.map((key) => [key, undefined]));
    this.#parts.write({ ...removed, ...data });
  }

  /**
   * Writes the fields of a form: checked first, then encoded. A field that the value lacks is
   * removed; keys that are not the form's are left alone. Throws as `set()` does.
   *
   * @throws {DatabagValueError} naming the fields that do not fit the form, without their values.
   */
  async save<S extends z.core.$ZodObject>(form: DatabagForm<S>, value: z.output<S>): Promise<void> {
    const result = form.encode(value);
    if (!result.success) {
      throw new DatabagValueError(
        this.#parts.place,
        `the value does not fit its form (${result.issues}).`,
        { cause: result.cause },
      );
    }
    await this.set(result.data);
  }
}

/** Types say so already; values that come from elsewhere can differ from their types. */
function checkChanges(place: DatabagPlace, changes: Readonly<Record<string, unknown>>): void {
  for (const [key, value] of Object.entries(changes)) {
    if (key === '') throw new DatabagValueError(place, 'a key is empty. Name it.');
    if (value !== undefined && typeof value !== 'string') {
      throw new DatabagValueError(
        place,
        `the value of ${JSON.stringify(key)} is a ${typeof value}. Databags hold strings: encode it, or use save() with a form.`,
      );
    }
  }
}
