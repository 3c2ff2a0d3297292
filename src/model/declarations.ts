import type { OptionDeclaration } from './config.ts';

/** An endpoint, as far as the model needs it. */
export interface EndpointDeclaration {
  readonly interface: string;
  readonly scope?: 'global' | 'container' | undefined;
}

/** The names that a charm's files declare, as far as the model needs them. */
export interface Declarations {
  readonly containers: Readonly<Record<string, unknown>>;
  readonly peers: Readonly<Record<string, EndpointDeclaration>>;
  readonly requires: Readonly<Record<string, EndpointDeclaration>>;
  readonly provides: Readonly<Record<string, EndpointDeclaration>>;
  readonly 'extra-bindings'?: Readonly<Record<string, unknown>> | undefined;
  readonly storage: Readonly<Record<string, unknown>>;
  readonly resources: Readonly<Record<string, unknown>>;
  readonly options: Readonly<Record<string, OptionDeclaration>>;
}

export type ContainerName<D extends Declarations> = keyof D['containers'] & string;

export type EndpointName<D extends Declarations> = (
  | keyof D['peers']
  | keyof D['requires']
  | keyof D['provides']
) &
  string;

export type StorageName<D extends Declarations> = keyof D['storage'] & string;

export type ResourceName<D extends Declarations> = keyof D['resources'] & string;

/** What `network-get` can be asked for: an endpoint, an extra binding, or `juju-info`. */
export type BindingName<D extends Declarations> =
  | EndpointName<D>
  | (D extends { readonly 'extra-bindings': infer B } ? keyof B & string : never)
  | 'juju-info';
