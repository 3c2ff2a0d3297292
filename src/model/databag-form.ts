import * as z from 'zod/mini';

/** How one field of a databag becomes text and is read again. */
export interface DatabagCodec {
  encode(value: unknown): string;
  /** Throws for text that `encode` did not make. */
  decode(text: string): unknown;
}

/** Each field is JSON, as most interfaces of charms have it. */
export const jsonFields: DatabagCodec = {
  encode: (value) => JSON.stringify(value),
  decode: (text): unknown => JSON.parse(text),
};

/** Each field is the text itself. The schema's fields are strings, or codecs from strings. */
export const textFields: DatabagCodec = {
  encode: (value) => {
    if (typeof value !== 'string') throw new TypeError(`a ${typeof value} is not text`);
    return value;
  },
  decode: (text) => text,
};

/** A problem with a field, without the value that is the problem. */
interface FieldIssue {
  readonly path: string;
  readonly message: string;
}

/** What came of reading or writing a form. */
export type FormResult<T> =
  | { readonly success: true; readonly data: T }
  | { readonly success: false; readonly issues: string; readonly cause: unknown };

/**
 * What one side writes into a databag and the other reads: an object schema, and a codec for its
 * fields. `databagForm()` makes one; `load()` and `save()` of a databag take it.
 */
export class DatabagForm<S extends z.core.$ZodObject> {
  readonly #schema: S;
  readonly #codec: DatabagCodec;

  constructor(schema: S, codec: DatabagCodec) {
    this.#schema = schema;
    this.#codec = codec;
  }

  /** The keys of a databag that this form is about. Others belong to somebody else. */
  get keys(): readonly string[] {
    return Object.keys(this.#schema._zod.def.shape);
  }

  /** Reads the fields that a databag holds. */
  decode(bag: Readonly<Record<string, string>>): FormResult<z.output<S>> {
    const fields: Record<string, unknown> = {};
    const issues: FieldIssue[] = [];
    for (const key of this.keys) {
      const text = Object.hasOwn(bag, key) ? bag[key] : undefined;
      if (text === undefined) continue;
      try {
        fields[key] = this.#codec.decode(text);
      } catch {
        // What a JSON parser says quotes the text, which may be somebody's secret.
        issues.push({ path: key, message: 'it cannot be decoded' });
      }
    }
    if (issues.length > 0) return { success: false, issues: listed(issues), cause: undefined };
    const parsed = z.safeParse(this.#schema, fields);
    return parsed.success
      ? { success: true, data: parsed.data }
      : { success: false, issues: listed(issuesIn(parsed.error)), cause: parsed.error };
  }

  /** Checks a value and gives every field as text; `undefined` for those that it lacks. */
  encode(value: z.output<S>): FormResult<Readonly<Record<string, string | undefined>>> {
    const checked = this.#check(value);
    if (!checked.success) return checked;
    const held = new Map<string, unknown>(Object.entries(checked.data));
    const fields: Record<string, string | undefined> = {};
    for (const key of this.keys) {
      const field = held.get(key);
      try {
        fields[key] = field === undefined ? undefined : this.#codec.encode(field);
      } catch (error) {
        return { success: false, issues: `${key}: it cannot be encoded`, cause: error };
      }
    }
    return { success: true, data: fields };
  }

  #check(value: z.output<S>): FormResult<object> {
    try {
      const encoded = z.safeEncode(this.#schema, value);
      return encoded.success
        ? { success: true, data: encoded.data }
        : { success: false, issues: listed(issuesIn(encoded.error)), cause: encoded.error };
    } catch (error) {
      // A schema with a one-way transform cannot say what it was made from.
      const issues = 'its schema has a transform that goes one way; write a codec in its place';
      return { success: false, issues, cause: error };
    }
  }
}

/**
 * Describes what a databag holds, so that reading and writing it is typed and checked.
 *
 * @param codec how fields become text. Default: JSON.
 * @example
 * ```ts
 * const backend = databagForm(z.object({ host: z.string(), port: z.int() }));
 * await relation.data(this.app).save(backend, { host, port: 5432 });
 * const { host, port } = await relation.data(remoteApp).load(backend);
 * ```
 */
export function databagForm<S extends z.core.$ZodObject>(
  schema: S,
  codec: DatabagCodec = jsonFields,
): DatabagForm<S> {
  return new DatabagForm(schema, codec);
}

function issuesIn(error: z.core.$ZodError): FieldIssue[] {
  return error.issues.map(({ path, message }) => ({ path: path.map(String).join('.'), message }));
}

function listed(issues: readonly FieldIssue[]): string {
  return issues
    .map(({ path, message }) => (path === '' ? message : `${path}: ${message}`))
    .join('; ');
}
