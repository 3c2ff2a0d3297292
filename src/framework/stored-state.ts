import * as z from 'zod/mini';
import { InvalidStoredStateError, NewerStoredStateError } from './errors.ts';
import { toJson, type Json } from './json.ts';
import { issuesOf } from './schema-issues.ts';
import type { SavedValue } from './state-format.ts';

/** How a stored state is typed, begun and carried over from an earlier revision of the charm. */
export interface StoredStateOptions<T> {
  /** Made with `zod` or `zod/mini`. What it gives must be plain JSON, and fit the schema again. */
  readonly schema: z.core.$ZodType<T>;
  /** Makes the value of a unit that never stored one. */
  readonly initial: () => NoInfer<T>;
  /**
   * Raised when the shape changes. A revision that is rolled back to refuses what has a version above
   * its own, rather than misunderstand it.
   *
   * @default 1
   */
  readonly version?: number;
  /** Brings a value of an earlier version into the present shape; the schema then checks it. */
  readonly migrate?: (value: Json, version: number) => unknown;
}

/**
 * A value of one object that survives between dispatches. `value` is plain data: change it in place
 * or assign it, both are noticed, and both are undone when a re-emitted handler throws. Ask for
 * `value` again in each handler rather than keeping it in a variable across handlers.
 */
export class StoredState<T> {
  readonly path: string;
  readonly #options: StoredStateOptions<T>;
  readonly #version: number;
  readonly #saved: SavedValue | undefined;
  #held: { value: T } | undefined;
  /** The initial value as text, when that is what was read: reading it changes nothing. */
  #untouched: string | undefined;
  /** The value as it was at the last savepoint. */
  #before: { value: T } | undefined;
  /** Whether anybody had the value since the last savepoint, and so may have changed it. */
  #asked = false;

  constructor(path: string, saved: SavedValue | undefined, options: StoredStateOptions<T>) {
    this.path = path;
    this.#saved = saved;
    this.#options = options;
    this.#version = options.version ?? 1;
  }

  /**
   * The value as it is now, with what this dispatch has changed.
   *
   * @throws {InvalidStoredStateError} when what is stored does not fit the schema
   * @throws {NewerStoredStateError} when a later revision of the charm stored it
   */
  get value(): T {
    this.#asked = true;
    this.#held ??= { value: this.#read() };
    return this.#held.value;
  }

  set value(value: T) {
    this.#asked = true;
    this.#held = { value };
  }

  /** What to store: what was loaded, as long as nobody asked for the value. */
  save(): SavedValue | undefined {
    if (this.#held === undefined) return this.#saved;
    const value = this.#json(this.#held.value);
    if (JSON.stringify(value) === this.#untouched) return undefined;
    const parsed = z.safeParse(this.#options.schema, value);
    if (!parsed.success) {
      throw new InvalidStoredStateError('store', this.path, issuesOf(parsed.error));
    }
    return { version: this.#version, value };
  }

  /**
   * Refuses what `save` would refuse, if the value may have changed since the last savepoint.
   *
   * @throws {InvalidStoredStateError}
   */
  verify(): void {
    if (this.#asked) this.save();
  }

  /**
   * Remembers the value as it is now and returns the way back to it. Costs nothing while nobody asks
   * for the value.
   */
  savepoint(): () => void {
    const held = this.#held;
    if (held === undefined) {
      return () => {
        this.#held = undefined;
      };
    }
    if (this.#asked || this.#before === undefined) {
      this.#before = { value: structuredClone(held.value) };
      this.#asked = false;
    }
    const before = this.#before;
    return () => {
      this.#held = before;
      this.#before = undefined;
    };
  }

  #begin(): T {
    const value = this.#options.initial();
    this.#untouched = JSON.stringify(this.#json(value));
    return value;
  }

  #json(value: T): Json {
    return toJson(value, `the state ${JSON.stringify(this.path)}`);
  }

  #read(): T {
    if (this.#saved === undefined) return this.#begin();
    const { version, value } = this.#saved;
    if (version > this.#version) throw new NewerStoredStateError(this.path, version, this.#version);
    const { migrate } = this.#options;
    const present = version === this.#version || !migrate ? value : migrate(value, version);
    const parsed = z.safeParse(this.#options.schema, structuredClone(present));
    if (!parsed.success) {
      throw new InvalidStoredStateError('read', this.path, issuesOf(parsed.error));
    }
    return parsed.data;
  }
}
