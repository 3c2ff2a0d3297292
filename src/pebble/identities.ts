import * as z from 'zod/mini';

import { lazy } from '../lazy.ts';
import type { CallOptions } from './call-options.ts';
import { anything } from './envelope.ts';
import type { Schema } from './schema.ts';
import type { Exchange } from './exchange.ts';

/** What an identity may do, in Pebble's spelling. */
export type IdentityAccess = 'admin' | 'read' | 'metrics' | 'untrusted' | (string & {});

/** Who may speak to the daemon, and how it knows them: in at least one of three ways. */
export interface Identity {
  readonly access: IdentityAccess;
  /** A user of the machine, over the unix socket. No other identity may have the same. */
  readonly local?: { readonly userId: number } | undefined;
  /** Over HTTP, with the identity's name. */
  readonly basic?:
    | {
        /** Its sha512-crypt hash, beginning with `$6$`. The daemon answers `*****` instead. */
        readonly password: string;
      }
    | undefined;
  /** Over HTTPS, with a client certificate. */
  readonly cert?:
    | {
        /** The certificate in PEM. The daemon answers `*****` instead. */
        readonly pem: string;
      }
    | undefined;
}

/** Identities by name. */
export type Identities = Readonly<Record<string, Identity>>;

/** An identity as it travels. */
interface WireIdentity {
  readonly access: string;
  readonly local?: { readonly 'user-id': number } | null | undefined;
  readonly basic?: { readonly password: string } | null | undefined;
  readonly cert?: { readonly pem: string } | null | undefined;
}

const wireIdentitySchema: Schema<WireIdentity> = lazy(() =>
  z.object({
    access: z.string(),
    local: z.nullish(z.object({ 'user-id': z.number() })),
    basic: z.nullish(z.object({ password: z.string() })),
    cert: z.nullish(z.object({ pem: z.string() })),
  }),
);

const wireIdentitiesSchema: Schema<Readonly<Record<string, WireIdentity>> | null> = lazy(() =>
  z.nullable(z.record(z.string(), wireIdentitySchema())),
);

/** Lists identities. */
export async function listIdentities(
  exchange: Exchange,
  options?: CallOptions,
): Promise<Identities> {
  const identities = await exchange.get(
    'list identities',
    '/v1/identities',
    wireIdentitiesSchema,
    options,
  );
  return Object.fromEntries(
    Object.entries(identities ?? {}).map(([name, wire]) => [name, toIdentity(wire)]),
  );
}

/** Changes identities, all of them or none. */
export async function changeIdentities(
  exchange: Exchange,
  action: 'add' | 'update' | 'replace' | 'remove',
  identities: Readonly<Record<string, Identity | null>>,
  options?: CallOptions,
): Promise<void> {
  await exchange.post(
    `${action} identities ${Object.keys(identities).join(', ')}`,
    '/v1/identities',
    {
      action,
      identities: Object.fromEntries(
        Object.entries(identities).map(([name, identity]) => [
          name,
          identity === null ? null : toWire(identity),
        ]),
      ),
    },
    anything,
    options,
  );
}

function toIdentity({ access, local, basic, cert }: WireIdentity): Identity {
  return {
    access,
    local: local ? { userId: local['user-id'] } : undefined,
    basic: basic ? { password: basic.password } : undefined,
    cert: cert ? { pem: cert.pem } : undefined,
  };
}

function toWire({ access, local, basic, cert }: Identity): WireIdentity {
  return {
    access,
    local: local && { 'user-id': local.userId },
    basic: basic && { password: basic.password },
    cert: cert && { pem: cert.pem },
  };
}
