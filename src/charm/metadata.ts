import type { JsonSchema } from './json-schema.ts';

/** An endpoint of a charm, as metadata.yaml declares it. */
export interface EndpointMeta {
  readonly interface: string;
  /** Most relations that it may have; none or 0 for any number. */
  readonly limit?: number | undefined;
  /** For whoever looks at the charm; Juju does not act on it. */
  readonly optional?: boolean | undefined;
  /** `container`: related units are only those on the same machine. Default `global`. */
  readonly scope?: 'global' | 'container' | undefined;
}

/** A storage that is mounted in a container. */
export interface MountMeta {
  readonly storage: string;
  readonly location: string;
}

/** A workload container. It runs an image, a resource of the charm, or one that fits its bases. */
export interface ContainerMeta {
  readonly resource?: string | undefined;
  readonly bases?: readonly unknown[] | undefined;
  readonly mounts?: readonly MountMeta[] | undefined;
  readonly uid?: number | undefined;
  readonly gid?: number | undefined;
}

export interface StorageMeta {
  readonly type: 'filesystem' | 'block';
  readonly description?: string | undefined;
  readonly shared?: boolean | undefined;
  readonly 'read-only'?: boolean | undefined;
  /** How many instances a unit may have: `2`, `0-3`, `1+` or `1-`. One, when absent. */
  readonly multiple?: { readonly range: string | number } | undefined;
  /** A number with one of the units M, G, T, P, E, Z and Y; without a unit, MiB. */
  readonly 'minimum-size'?: string | undefined;
  /** Where a filesystem is mounted; for several instances, the folder of their mounts. */
  readonly location?: string | undefined;
  readonly properties?: readonly string[] | undefined;
}

/** A device, such as a GPU, that a unit asks for. */
export interface DeviceMeta {
  readonly type: string;
  readonly description?: string | undefined;
  readonly countmin?: number | undefined;
  readonly countmax?: number | undefined;
}

export interface ResourceMeta {
  readonly type: 'file' | 'oci-image';
  readonly filename?: string | undefined;
  readonly description?: string | undefined;
}

/** A class of payloads: what runs for the application outside of Juju's sight. Until Juju 4.0. */
export interface PayloadMeta {
  /** `docker`, `kvm`, … */
  readonly type: string;
}

export type OptionType = 'string' | 'int' | 'float' | 'boolean' | 'secret';

/** A config option, or one without a default: then it can be unset. */
export interface OptionMeta {
  readonly type: OptionType;
  readonly default?: string | number | boolean | undefined;
  readonly description?: string | undefined;
}

/** An action. Its own schema is that of an object with these parameters. */
export interface ActionMeta {
  readonly description?: string | undefined;
  readonly title?: string | undefined;
  readonly params?: Readonly<Record<string, JsonSchema>> | undefined;
  readonly required?: readonly string[] | undefined;
  /** When absent, true up to Juju 3.6 and false from 4.0. */
  readonly additionalProperties?: boolean | JsonSchema | undefined;
  readonly parallel?: boolean | undefined;
  readonly 'execution-group'?: string | undefined;
}

/** A feature that the charm needs of Juju (`juju >= 3.6`, `k8s-api`), or a choice of such. */
export type AssumesExpression =
  | string
  | { readonly 'any-of': readonly AssumesExpression[] }
  | { readonly 'all-of': readonly AssumesExpression[] };

/**
 * What a charm declares in metadata.yaml, config.yaml and actions.yaml, in Juju's own spelling.
 * `charmwright types` writes it as a constant, so that a dispatch parses no YAML and the compiler
 * knows every name. Optional fields are those that only tools and tests look at; prose is left out
 * of the constant.
 */
export interface CharmMeta {
  readonly name: string;
  readonly summary?: string | undefined;
  readonly description?: string | undefined;
  readonly subordinate?: boolean | undefined;
  readonly assumes?: readonly AssumesExpression[] | undefined;
  /** The user that hooks run as on Kubernetes. Default `root`. */
  readonly 'charm-user'?: 'root' | 'sudoer' | 'non-root' | undefined;
  readonly containers: Readonly<Record<string, ContainerMeta>>;
  readonly peers: Readonly<Record<string, EndpointMeta>>;
  readonly requires: Readonly<Record<string, EndpointMeta>>;
  readonly provides: Readonly<Record<string, EndpointMeta>>;
  /** Bindings beside those of the endpoints. The values say nothing. */
  readonly 'extra-bindings'?: Readonly<Record<string, null>> | undefined;
  readonly storage: Readonly<Record<string, StorageMeta>>;
  readonly devices?: Readonly<Record<string, DeviceMeta>> | undefined;
  readonly payloads?: Readonly<Record<string, PayloadMeta>> | undefined;
  readonly resources: Readonly<Record<string, ResourceMeta>>;
  readonly options: Readonly<Record<string, OptionMeta>>;
  readonly actions: Readonly<Record<string, ActionMeta>>;
}
