import { ApiError } from './api-error.ts';
import type { PebbleCoreRequest } from './core.ts';

/** The longest JSON body that is taken; files come as multipart and have no limit. */
const jsonLimit = 64 * 1024 * 1024;

/** The chunks of a request's body. */
export async function* bodyOf(request: PebbleCoreRequest): AsyncGenerator<Uint8Array> {
  if (typeof request.body === 'string') {
    yield new TextEncoder().encode(request.body);
  } else if (request.body !== undefined) {
    yield* request.body;
  }
}

/** A JSON object from a request, whose fields are read by type. */
export class JsonBody {
  readonly #fields: ReadonlyMap<string, unknown>;
  readonly #words: string;

  constructor(fields: Readonly<Record<string, unknown>>, words: string) {
    this.#fields = new Map(
      Object.entries(fields).map(([key, value]) => [key.toLowerCase(), value]),
    );
    this.#words = words;
  }

  text(field: string): string {
    const value = this.#get(field) ?? '';
    return typeof value === 'string' ? wellFormed(value) : this.#misfit(field, value, 'string');
  }

  flag(field: string): boolean {
    const value = this.#get(field) ?? false;
    return typeof value === 'boolean' ? value : this.#misfit(field, value, 'bool');
  }

  number(field: string): number | undefined {
    const value = this.#get(field) ?? undefined;
    return value === undefined || isInteger(value) ? value : this.#misfit(field, value, 'int');
  }

  /** A number that Go holds in 32 bits without a sign. */
  userId(field: string): number | undefined {
    const value = this.#get(field) ?? undefined;
    if (value === undefined || isUserId(value)) {
      return value;
    }
    return this.#misfit(field, value, 'uint32');
  }

  /** A list of texts, a null in it being an empty one. */
  texts(field: string): string[] {
    return this.#list(field, '[]string').map((item) =>
      typeof item === 'string' ? item : this.#empty(field, item),
    );
  }

  /** A map of texts, a null in it being an empty one; empty when it is absent. */
  textMap(field: string): Readonly<Record<string, string>> {
    const value = this.#get(field) ?? {};
    if (!isObject(value)) {
      return this.#misfit(field, value, 'map[string]string');
    }
    return Object.fromEntries(
      Object.entries(value).map(([name, member]) => [
        name,
        typeof member === 'string' ? member : this.#empty(field, member),
      ]),
    );
  }

  /** A list of objects, a null in it being an empty one. */
  objects(field: string): JsonBody[] {
    return this.#list(field, '[]struct').map((item) => {
      const fields = item ?? {};
      return isObject(fields)
        ? new JsonBody(fields, this.#words)
        : this.#misfit(field, item, 'struct');
    });
  }

  /** A field of any type; `undefined` when it is absent. */
  value(field: string): unknown {
    return this.#get(field);
  }

  object(field: string): JsonBody | undefined {
    const value = this.#get(field) ?? undefined;
    if (value === undefined) {
      return undefined;
    }
    return isObject(value)
      ? new JsonBody(value, this.#words)
      : this.#misfit(field, value, 'struct');
  }

  /** The members of a map field, `null` where there is no object; none when it is absent. */
  namedObjects(field: string): [string, JsonBody | null][] {
    const value = this.#get(field) ?? {};
    if (!isObject(value)) {
      return this.#misfit(field, value, 'map');
    }
    return Object.entries(value).map(([name, member]) => [
      name,
      member === null
        ? null
        : isObject(member)
          ? new JsonBody(member, this.#words)
          : this.#misfit(field, member, 'struct'),
    ]);
  }

  #list(field: string, type: string): readonly unknown[] {
    const value = this.#get(field) ?? [];
    return Array.isArray(value) ? value : this.#misfit(field, value, type);
  }

  #get(field: string): unknown {
    return this.#fields.get(field);
  }

  #empty(field: string, value: unknown): string {
    return value === null ? '' : this.#misfit(field, value, 'string');
  }

  #misfit(field: string, value: unknown, type: string): never {
    const isOutOfRange = typeof value === 'number' && type.includes('int');
    const found = isOutOfRange ? `number ${value}` : kindOf(value);
    throw new ApiError(
      400,
      `${this.#words}: json: cannot unmarshal ${found} into Go struct field .${field} of type ${type}`,
    );
  }
}

/**
 * Reads one JSON object from the front of a body; what follows it is ignored.
 *
 * @param words how Pebble begins the error at this endpoint.
 */
export async function readJson(body: AsyncIterable<Uint8Array>, words: string): Promise<JsonBody> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.length;
    if (size > jsonLimit) {
      throw new ApiError(400, `${words}: the body is longer than ${jsonLimit} bytes`);
    }
    chunks.push(chunk);
  }
  return parseJson(Buffer.concat(chunks).toString('utf8'), words);
}

/** Like {@link readJson}, of a text. */
export function parseJson(text: string, words: string): JsonBody {
  const value = parseFirst(text, words);
  if (value === null) {
    return new JsonBody({}, words);
  }
  if (!isObject(value)) {
    throw new ApiError(
      400,
      `${words}: json: cannot unmarshal ${kindOf(value)} into Go value of type struct`,
    );
  }
  return new JsonBody(value, words);
}

function parseFirst(text: string, words: string): unknown {
  if (text.trim() === '') {
    throw new ApiError(400, `${words}: EOF`);
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    const message = error instanceof Error ? error.message : '';
    const trailing = /non-whitespace character after JSON at position (\d+)/.exec(message)?.[1];
    if (trailing !== undefined) {
      return JSON.parse(text.slice(0, Number(trailing)));
    }
    const position = /at position (\d+)/.exec(message)?.[1];
    const found = position === undefined ? text.trim()[0] : text[Number(position)];
    throw new ApiError(
      400,
      found === undefined ||
        (/unexpected end|unterminated|expected property name or '}' in JSON at position \d+$/i.test(
          message,
        ) &&
          Number(position) >= text.length)
        ? `${words}: unexpected EOF`
        : `${words}: invalid character '${found}' looking for beginning of value`,
    );
  }
}

function isInteger(value: unknown): value is number {
  return Number.isInteger(value);
}

/** Whether a value can be the number of a user. */
export function isUserId(value: unknown): value is number {
  return Number.isInteger(value) && Number(value) >= 0 && Number(value) <= 0xffff_ffff;
}

/** Halves of surrogate pairs cannot be in Go's texts. */
function wellFormed(text: string): string {
  return text.replaceAll(/\p{Cs}/gu, '\ufffd');
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function kindOf(value: unknown): string {
  if (Array.isArray(value)) {
    return 'array';
  }
  switch (typeof value) {
    case 'boolean':
      return 'bool';
    case 'object':
      return 'object';
    default:
      return typeof value;
  }
}
