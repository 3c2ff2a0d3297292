import * as z from 'zod/mini';
import type {
  AssumesExpression,
  ContainerMeta,
  DeviceMeta,
  EndpointMeta,
  PayloadMeta,
  ResourceMeta,
  StorageMeta,
} from '../metadata.ts';
import { assumesSchema } from './assumes-schema.ts';
import {
  bool,
  charmNameRule,
  containerNameRule,
  endpointNameRule,
  int,
  namedThings,
  object,
} from './shapes.ts';

/** What of metadata.yaml goes on. */
export interface MetadataFields {
  readonly name: string;
  readonly summary: string;
  readonly description: string;
  readonly subordinate?: boolean | undefined;
  readonly assumes?: readonly AssumesExpression[] | undefined;
  readonly 'charm-user'?: 'root' | 'sudoer' | 'non-root' | undefined;
  readonly containers?: Readonly<Record<string, ContainerMeta>> | undefined;
  readonly peers?: Readonly<Record<string, EndpointFields>> | undefined;
  readonly requires?: Readonly<Record<string, EndpointFields>> | undefined;
  readonly provides?: Readonly<Record<string, EndpointFields>> | undefined;
  readonly 'extra-bindings'?: Readonly<Record<string, null>> | undefined;
  readonly storage?: Readonly<Record<string, StorageMeta>> | undefined;
  readonly devices?: Readonly<Record<string, DeviceMeta>> | undefined;
  readonly payloads?: Readonly<Record<string, PayloadMeta>> | undefined;
  readonly resources?: Readonly<Record<string, ResourceMeta>> | undefined;
}

/** An endpoint whose limit may be written and left empty. */
export interface EndpointFields extends Omit<EndpointMeta, 'limit'> {
  readonly limit?: number | null | undefined;
}

/** metadata.yaml, as Juju's charm package and its callers check it. */
export function metadataSchema(): z.ZodMiniType<MetadataFields> {
  const texts = z.array(z.string());
  const link = z.union([z.string(), texts], { error: 'must be text or a list of texts' });
  return object({
    name: z.string().check(z.regex(charmNameRule.pattern, { error: charmNameRule.problem })),
    summary: z.string(),
    description: z.string(),
    'display-name': z.optional(z.string()),
    maintainer: z.optional(z.string()),
    maintainers: z.optional(texts),
    docs: z.optional(link),
    issues: z.optional(link),
    source: z.optional(link),
    website: z.optional(link),
    tags: z.optional(texts),
    terms: z.optional(texts.check(termsFit)),
    subordinate: z.optional(bool()),
    assumes: z.optional(z.array(assumesSchema())),
    'charm-user': z.optional(z.enum(['root', 'sudoer', 'non-root'])),
    containers: z.optional(namedThings(containerSchema(), containerNameRule)),
    peers: z.optional(namedThings(endpointSchema(), endpointNameRule)),
    requires: z.optional(namedThings(endpointSchema(), endpointNameRule)),
    provides: z.optional(namedThings(endpointSchema(), endpointNameRule)),
    'extra-bindings': z.optional(
      namedThings(z.null({ error: 'takes no value' })).check(
        z.refine((bindings) => Object.keys(bindings).length > 0, {
          error: 'is empty. Name a binding, or take the key out',
        }),
      ),
    ),
    storage: z.optional(namedThings(storageSchema(), charmNameRule)),
    devices: z.optional(namedThings(deviceSchema())),
    payloads: z.optional(namedThings(object({ type: z.string().check(z.minLength(1)) }))),
    resources: z.optional(namedThings(resourceSchema())),
  });
}

/** An endpoint, or, for short, the name of its interface. */
function endpointSchema(): z.ZodMiniType<EndpointFields> {
  return z.pipe(
    z.transform((value) => (typeof value === 'string' ? { interface: value } : value)),
    object({
      interface: z.string().check(z.minLength(1)),
      limit: z.nullish(int()),
      optional: z.optional(bool()),
      scope: z.optional(z.enum(['global', 'container'])),
    }),
  );
}

function containerSchema(): z.ZodMiniType<ContainerMeta> {
  const id = int().check(
    z.refine((value) => value >= 0 && !(value >= 1000 && value < 10_000), {
      error: 'must be from 0 to 999, or 10000 and above: Kubernetes charms may not use the rest',
    }),
  );
  return object({
    resource: z.optional(z.string()),
    bases: z.optional(z.array(z.unknown())),
    mounts: z.optional(
      z.array(
        object({
          storage: z.string().check(z.minLength(1)),
          location: z.string().check(z.minLength(1)),
        }),
      ),
    ),
    uid: z.optional(id),
    gid: z.optional(id),
  });
}

function storageSchema(): z.ZodMiniType<StorageMeta> {
  return object({
    type: z.enum(['filesystem', 'block']),
    description: z.optional(z.string()),
    shared: z.optional(bool()),
    'read-only': z.optional(bool()),
    multiple: z.optional(object({ range: rangeSchema() })),
    'minimum-size': z.optional(sizeSchema()),
    location: z.optional(z.string()),
    properties: z.optional(z.array(z.enum(['transient']))),
  });
}

function rangeSchema(): z.ZodMiniType<string | number> {
  const form = { error: 'must be of the form 2, 0-3, 1+ or 1-' };
  return z.custom<string | number>(isTextOrInteger, form).check(
    z.check(({ value, issues }) => {
      const message = rangeProblem(value);
      if (message !== undefined) issues.push({ code: 'custom', input: value, message });
    }),
  );
}

function isTextOrInteger(value: unknown): boolean {
  return typeof value === 'string' || Number.isInteger(value);
}

function rangeProblem(range: string | number): string | undefined {
  const [, min, max] = /^(\d+)(?:[-+]|-(\d+))?$/.exec(String(range)) ?? [];
  if (min === undefined) return `${JSON.stringify(range)} is not of the form 2, 0-3, 1+ or 1-`;
  if (Number(range) === 0 || (max !== undefined && Number(max) === 0)) {
    return 'must allow at least one instance';
  }
  return max !== undefined && Number(max) < Number(min) ? 'ends before it begins' : undefined;
}

/** YAML reads `1024` as a number, and Juju takes text only: that much is for the author to quote. */
function sizeSchema(): z.ZodMiniType<string> {
  return z.string().check(
    z.regex(/^\d+(\.\d+)?([MGTPEZY](i?B)?)?$/, {
      error: 'must be a number with one of the units M, G, T, P, E, Z and Y, such as 10G',
    }),
  );
}

function deviceSchema(): z.ZodMiniType<DeviceMeta> {
  const count = z.optional(
    int().check(z.refine((value) => value >= 0, { error: 'must not be negative' })),
  );
  return object({
    type: z.string().check(z.minLength(1)),
    description: z.optional(z.string()),
    countmin: count,
    countmax: count,
  });
}

function resourceSchema(): z.ZodMiniType<ResourceMeta> {
  return object({
    type: z._default(z.enum(['file', 'oci-image']), 'file'),
    filename: z.optional(
      z
        .string()
        .check(
          z.refine((name) => !name.includes('/'), { error: 'must be a name without a folder' }),
        ),
    ),
    description: z.optional(z.string()),
    'upstream-source': z.optional(z.string()),
  });
}

const termPattern =
  /^(?:[a-z][\w-]*:)?(?:[a-zA-Z0-9][a-zA-Z0-9.+-]*(?:@[\w.-]+)?\/)?[a-z](?:-?[a-z0-9]+)+(?:\/\d+)?$/;

const termsFit = z.check<string[]>(({ value, issues }) => {
  for (const [index, term] of value.entries()) {
    if (termPattern.test(term)) continue;
    issues.push({
      code: 'custom',
      input: value,
      path: [index],
      message: 'is not a term: [owner/]name[/revision]',
    });
  }
});
