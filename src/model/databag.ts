import { InvalidDatabagError } from './errors.ts';

/** Anything that turns unknown data into a value or throws: a zod schema is one. */
export interface DatabagSchema<T> {
  parse(data: unknown): T;
}

/** Where a databag belongs, for errors. */
export interface DatabagPlace {
  readonly endpoint: string;
  readonly relationId: number;
  /** The unit or application that writes it. */
  readonly owner: string;
}

/** The data that a unit or an application gives to the other side of a relation. */
export class Databag {
  readonly #place: DatabagPlace;
  readonly #read: () => Promise<Readonly<Record<string, string>>>;

  constructor(place: DatabagPlace, read: () => Promise<Readonly<Record<string, string>>>) {
    this.#place = place;
    this.#read = read;
  }

  /** One value; `undefined` when the key is absent. Juju knows no empty values. */
  async get(key: string): Promise<string | undefined> {
    return (await this.#read())[key];
  }

  /** All of it. */
  async all(): Promise<Readonly<Record<string, string>>> {
    return await this.#read();
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
      const { endpoint, relationId, owner } = this.#place;
      throw new InvalidDatabagError(endpoint, relationId, owner, error);
    }
  }
}

/** Values to set; `undefined` (or the empty string, as Juju has it) removes a key. */
export type DatabagChanges = Readonly<Record<string, string | undefined>>;

/** A databag of this unit, or, for its leader, of its application. */
export class WritableDatabag extends Databag {
  readonly #write: (changes: DatabagChanges) => Promise<void>;

  constructor(
    place: DatabagPlace,
    read: () => Promise<Readonly<Record<string, string>>>,
    write: (changes: DatabagChanges) => Promise<void>,
  ) {
    super(place, read);
    this.#write = write;
  }

  /**
   * Changes keys. Reads of this dispatch see it at once; Juju is told when all handlers are done,
   * and the other side learns of it when the hook has succeeded.
   *
   * @throws {NotLeaderError} for the application's databag, when this unit is not the leader.
   */
  async set(changes: DatabagChanges): Promise<void> {
    await this.#write(changes);
  }
}
