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
  readonly options: Readonly<Record<string, OptionDeclaration>>;
}

export type ContainerName<D extends Declarations> = keyof D['containers'] & string;

export type EndpointName<D extends Declarations> = (
  | keyof D['peers']
  | keyof D['requires']
  | keyof D['provides']
) &
  string;
