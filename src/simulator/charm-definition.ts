import * as z from 'zod';
import { CharmwrightError } from '../errors.ts';

export type EndpointRole = 'peer' | 'requires' | 'provides';

export interface EndpointDefinition {
  readonly role: EndpointRole;
  readonly interface: string;
}

export type OptionType = 'string' | 'int' | 'float' | 'boolean' | 'secret';
export type OptionValue = string | number | boolean;

export interface OptionDefinition {
  readonly type: OptionType;
  readonly default?: OptionValue;
}

export interface StorageDefinition {
  readonly type: 'filesystem' | 'block';
  /** Where it is mounted. */
  readonly location: string;
}

/** What Juju reads in a charm's metadata.yaml and config.yaml, as far as the simulation goes. */
export interface CharmDefinition {
  readonly name: string;
  readonly endpoints: Readonly<Record<string, EndpointDefinition>>;
  readonly containers: readonly string[];
  readonly options: Readonly<Record<string, OptionDefinition>>;
  readonly storage: Readonly<Record<string, StorageDefinition>>;
}

/** A charm's metadata or configuration is not what Juju accepts. */
export class CharmDefinitionError extends CharmwrightError {
  readonly code = 'charm-definition-invalid';

  constructor(file: string, cause: z.ZodError) {
    super(
      `cannot read the charm's ${file}: ${z.prettifyError(cause)}. Correct the file; Juju would refuse it too.`,
      { cause },
    );
  }
}

const endpoint = z.object({ interface: z.string() });
const endpoints = z.record(z.string(), endpoint).nullish();
const metadataSchema = z.object({
  name: z.string(),
  peers: endpoints,
  requires: endpoints,
  provides: endpoints,
  containers: z.record(z.string(), z.unknown()).nullish(),
  storage: z
    .record(
      z.string(),
      z.object({ type: z.enum(['filesystem', 'block']), location: z.string().optional() }),
    )
    .nullish(),
});

const configSchema = z
  .object({
    options: z
      .record(
        z.string(),
        z.object({
          type: z.enum(['string', 'int', 'float', 'boolean', 'secret']),
          default: z.union([z.string(), z.number(), z.boolean()]).nullish(),
        }),
      )
      .nullish(),
  })
  .nullish();

/**
 * Reads a charm's parsed files. Fields that the simulation does not use are ignored.
 *
 * @param files.metadata the parsed metadata.yaml
 * @param files.config the parsed config.yaml, if there is one
 * @throws {CharmDefinitionError} when a file has another shape
 */
export function charmDefinition(files: {
  readonly metadata: unknown;
  readonly config?: unknown;
}): CharmDefinition {
  const metadata = parse(metadataSchema, 'metadata.yaml', files.metadata);
  const config = parse(configSchema, 'config.yaml', files.config);
  const options: Record<string, OptionDefinition> = {};
  for (const [name, option] of Object.entries(config?.options ?? {})) {
    options[name] = {
      type: option.type,
      ...(option.default === null || option.default === undefined
        ? {}
        : { default: option.default }),
    };
  }
  const storage: Record<string, StorageDefinition> = {};
  for (const [name, { type, location }] of Object.entries(metadata.storage ?? {})) {
    storage[name] = { type, location: location ?? `/var/lib/juju/storage/${name}/0` };
  }
  return {
    name: metadata.name,
    endpoints: {
      ...withRole('peer', metadata.peers),
      ...withRole('requires', metadata.requires),
      ...withRole('provides', metadata.provides),
    },
    containers: Object.keys(metadata.containers ?? {}),
    options,
    storage,
  };
}

function parse<T>(schema: z.ZodType<T>, file: string, content: unknown): T {
  const result = schema.safeParse(content);
  if (!result.success) throw new CharmDefinitionError(file, result.error);
  return result.data;
}

function withRole(
  role: EndpointRole,
  section: Readonly<Record<string, { readonly interface: string }>> | null | undefined,
): Record<string, EndpointDefinition> {
  const entries = Object.entries(section ?? {});
  return Object.fromEntries(
    entries.map(([name, { interface: spoken }]) => [name, { role, interface: spoken }]),
  );
}
