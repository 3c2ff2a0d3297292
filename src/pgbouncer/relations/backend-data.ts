import * as z from 'zod/mini';

import { whyNotDatabaseName } from '../ini/database-name.ts';
import { whyNotInValue } from '../ini/plain-text.ts';
import { whyNotSecret, whyNotUser } from '../ini/userlist.ts';
import { parseEndpoint, type Endpoint } from './endpoint.ts';

/** The database that the charm asks its backend for. */
export const requestedDatabase = 'pgbouncer';

/** What the charm needs of the backend's databag, checked. */
export interface BackendData {
  /** The name under which clients ask PgBouncer for the database. */
  readonly alias: string;
  /** The database's own name. */
  readonly database: string;
  /** In the order in which PgBouncer shall use them. */
  readonly hosts: readonly string[];
  readonly port: number;
  readonly username: string;
  readonly password: string;
  /** PostgreSQL's version. Absent when the backend does not tell. */
  readonly version?: string | undefined;
}

/** What a unit sees of its backend. */
export type BackendReading =
  | { readonly kind: 'absent' }
  /** Related, but the data is not all there, or not to be used; each problem names its key. */
  | { readonly kind: 'unusable'; readonly problems: readonly string[] }
  | ({ readonly kind: 'complete' } & BackendData);

// The alias of a database whose own name PgBouncer keeps for its console or cannot have as a key.
const fallbackAlias = 'backend';

const someEndpoints = checked((text) => {
  if (text.length > 512) {
    return 'is longer than 512 characters';
  }
  const endpoints = text.split(',').map((part) => parseEndpoint(part.trim()));
  if (endpoints.some((endpoint) => endpoint === undefined)) {
    return 'is not a list of host:port';
  }
  const ports = new Set(endpoints.map((endpoint) => endpoint?.port));
  return ports.size > 1 ? 'names several ports, and PgBouncer takes one' : undefined;
});

const isVersion = /^[0-9A-Za-z.+~() -]{1,64}$/;

const databaseName = checked((text) => {
  if (Buffer.byteLength(text) > 63) {
    return 'is longer than 63 bytes';
  }
  return text === '' ? 'is empty' : whyNotInValue(text);
});

const schema = z.object({
  endpoints: someEndpoints,
  username: checked(whyNotUser),
  password: checked(whyNotSecret),
  database: z._default(databaseName, requestedDatabase),
  version: z.optional(z.string()),
});

/** Checks what the backend wrote. Reasons name keys and never repeat values. */
export function readBackendData(bag: Readonly<Record<string, string>>): BackendReading {
  const parsed = z.safeParse(schema, bag);
  if (!parsed.success) {
    const problems = parsed.error.issues.map(({ path, message }) => {
      const key = path.join('.');
      return Object.hasOwn(bag, key) ? `${key} ${message}` : `${key} is missing`;
    });
    return { kind: 'unusable', problems };
  }
  const { endpoints, database, version, ...credentials } = parsed.data;
  const list = endpoints.split(',').flatMap((part): readonly Endpoint[] => {
    const endpoint = parseEndpoint(part.trim());
    return endpoint === undefined ? [] : [endpoint];
  });
  return {
    kind: 'complete',
    alias: whyNotDatabaseName(database) === undefined ? database : fallbackAlias,
    database,
    hosts: list.map(({ host }) => host),
    port: list[0]?.port ?? 5432,
    version: version !== undefined && isVersion.test(version) ? version : undefined,
    ...credentials,
  };
}

function checked(whyNot: (text: string) => string | undefined): z.ZodMiniType<string, string> {
  return z.string().check((check) => {
    const reason = whyNot(check.value);
    if (reason !== undefined) {
      check.issues.push({ code: 'custom', input: check.value, message: reason });
    }
  });
}
