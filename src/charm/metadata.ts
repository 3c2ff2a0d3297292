import * as z from 'zod/mini';
import { CharmwrightError } from '../errors.ts';

/** An endpoint of a charm, as metadata.yaml declares it. */
export interface EndpointMeta {
  readonly interface: string;
  readonly limit?: number | undefined;
  readonly optional?: boolean | undefined;
  readonly scope?: 'global' | 'container' | undefined;
}

/** A workload container. */
export interface ContainerMeta {
  readonly resource?: string | undefined;
}

export interface StorageMeta {
  readonly type: 'filesystem' | 'block';
  readonly location?: string | undefined;
}

export interface ResourceMeta {
  readonly type: 'file' | 'oci-image';
  readonly filename?: string | undefined;
}

export type OptionType = 'string' | 'int' | 'float' | 'boolean' | 'secret';

/** A config option, or one without a default: then it can be unset. */
export interface OptionMeta {
  readonly type: OptionType;
  readonly default?: string | number | boolean | undefined;
  readonly description?: string | undefined;
}

export interface ActionMeta {
  readonly description?: string | undefined;
}

/**
 * What a charm declares in metadata.yaml, config.yaml and actions.yaml, as far as the runtime needs
 * it. `charmwright types` writes it as a constant, so that a dispatch parses no YAML and the
 * compiler knows every name.
 */
export interface CharmMeta {
  readonly name: string;
  readonly containers: Readonly<Record<string, ContainerMeta>>;
  readonly peers: Readonly<Record<string, EndpointMeta>>;
  readonly requires: Readonly<Record<string, EndpointMeta>>;
  readonly provides: Readonly<Record<string, EndpointMeta>>;
  readonly storage: Readonly<Record<string, StorageMeta>>;
  readonly resources: Readonly<Record<string, ResourceMeta>>;
  readonly options: Readonly<Record<string, OptionMeta>>;
  readonly actions: Readonly<Record<string, ActionMeta>>;
}

/** The texts of a charm's files; `undefined` for a file that the charm does not have. */
export interface CharmFiles {
  readonly 'metadata.yaml': string;
  readonly 'config.yaml'?: string | undefined;
  readonly 'actions.yaml'?: string | undefined;
}

/** One thing that is wrong in a charm's file. */
export interface CharmFileIssue {
  /** `options.port.type`, or empty for the whole file. */
  readonly path: string;
  /** Counted from 1. */
  readonly line: number;
  readonly problem: string;
}

/** A charm's YAML file is not YAML, or says what Juju would not accept. */
export class CharmFileError extends CharmwrightError {
  readonly code = 'charm-file-invalid';
  readonly file: string;
  readonly issues: readonly CharmFileIssue[];

  constructor(file: string, issues: readonly CharmFileIssue[], options?: ErrorOptions) {
    const list = issues
      .map(
        ({ line, path, problem }) => `${file}:${line}: ${path === '' ? '' : `${path}: `}${problem}`,
      )
      .join('; ');
    super(`cannot read the charm's ${file}: ${list}. Correct the file.`, options);
    this.file = file;
    this.issues = issues;
  }
}

const endpointSchema = z.object({
  interface: z.string(),
  limit: z.optional(z.int()),
  optional: z.optional(z.boolean()),
  scope: z.optional(z.enum(['global', 'container'])),
});

/** A mapping that YAML may leave empty, which reads as null. */
function section<T extends z.ZodMiniType>(
  schema: T,
): z.ZodMiniType<Record<string, z.output<T>> | null | undefined> {
  return z.nullish(z.record(z.string(), schema));
}

const name = z.string().check(
  z.regex(/^[a-z][a-z0-9]*(-[a-z0-9]*[a-z][a-z0-9]*)*$/, {
    error: 'must be lower-case words joined by dashes, none of them only digits',
  }),
);

const metadataSchema = z.object({
  name,
  containers: section(z.nullish(z.object({ resource: z.optional(z.string()) }))),
  peers: section(endpointSchema),
  requires: section(endpointSchema),
  provides: section(endpointSchema),
  storage: section(
    z.object({ type: z.enum(['filesystem', 'block']), location: z.optional(z.string()) }),
  ),
  resources: section(
    z.object({ type: z.enum(['file', 'oci-image']), filename: z.optional(z.string()) }),
  ),
});

const defaultOf = { string: z.string(), int: z.int(), float: z.number(), boolean: z.boolean() };

const described = { description: z.optional(z.string()) };

const optionSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('string'), default: z.nullish(defaultOf.string), ...described }),
  z.object({ type: z.literal('secret'), default: z.nullish(defaultOf.string), ...described }),
  z.object({ type: z.literal('int'), default: z.nullish(defaultOf.int), ...described }),
  z.object({ type: z.literal('float'), default: z.nullish(defaultOf.float), ...described }),
  z.object({ type: z.literal('boolean'), default: z.nullish(defaultOf.boolean), ...described }),
]);

const configSchema = z.nullish(z.object({ options: section(optionSchema) }));
const actionsSchema = section(z.nullish(z.object(described)));

/**
 * Reads a charm's files. Fields that the runtime does not use are left out.
 *
 * @throws {CharmFileError} naming the file, the path in it and the line.
 */
export async function readCharmMeta(files: CharmFiles): Promise<CharmMeta> {
  const metadata = await parseFile('metadata.yaml', files['metadata.yaml'], metadataSchema);
  const config = await parseFile('config.yaml', files['config.yaml'] ?? '', configSchema);
  const actions = await parseFile('actions.yaml', files['actions.yaml'] ?? '', actionsSchema);
  return {
    name: metadata.name,
    containers: mapValues(metadata.containers, (container) => container ?? {}),
    peers: metadata.peers ?? {},
    requires: metadata.requires ?? {},
    provides: metadata.provides ?? {},
    storage: metadata.storage ?? {},
    resources: metadata.resources ?? {},
    options: mapValues(config?.options, ({ default: preset, ...option }) =>
      preset === null || preset === undefined ? option : { ...option, default: preset },
    ),
    actions: mapValues(actions, (action) => action ?? {}),
  };
}

function mapValues<T, U>(
  record: Readonly<Record<string, T>> | null | undefined,
  change: (value: T) => U,
): Record<string, U> {
  return Object.fromEntries(
    Object.entries(record ?? {}).map(([key, value]) => [key, change(value)]),
  );
}

async function parseFile<T>(file: string, text: string, schema: z.ZodMiniType<T>): Promise<T> {
  const { parseDocument, LineCounter } = await import('yaml');
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const lineAt = (offset: number): number => Math.max(lines.linePos(offset).line, 1);
  if (document.errors.length > 0) {
    throw new CharmFileError(
      file,
      document.errors.map(({ pos, message }) => ({
        path: '',
        line: lineAt(pos[0]),
        problem: message,
      })),
    );
  }
  const result = schema.safeParse(document.toJS(), { error: z.locales.en().localeError });
  if (result.success) return result.data;
  throw new CharmFileError(
    file,
    result.error.issues.map(({ path, message }) => ({
      path: path.join('.'),
      line: lineAt(offsetOf(document, path)),
      problem: message,
    })),
    { cause: result.error },
  );
}

interface YamlDocument {
  getIn(path: readonly unknown[], keepScalar: true): unknown;
}

/** Where the deepest part of the path begins that the document has. */
function offsetOf(document: YamlDocument, path: readonly PropertyKey[]): number {
  for (let length = path.length; length > 0; length -= 1) {
    const node = document.getIn(path.slice(0, length), true);
    if (typeof node === 'object' && node !== null && 'range' in node && Array.isArray(node.range)) {
      return Number(node.range[0]);
    }
  }
  return 0;
}
