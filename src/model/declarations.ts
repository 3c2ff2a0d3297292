import type { OptionDeclaration } from './config.ts';

/** The names that a charm's files declare, as far as the model needs them. */
export interface Declarations {
  readonly containers: Readonly<Record<string, unknown>>;
  readonly peers: Readonly<Record<string, unknown>>;
  readonly requires: Readonly<Record<string, unknown>>;
  readonly provides: Readonly<Record<string, unknown>>;
  readonly options: Readonly<Record<string, OptionDeclaration>>;
}

export type ContainerName<D extends Declarations> = keyof D['containers'] & string;

export type EndpointName<D extends Declarations> = (
  | keyof D['peers']
  | keyof D['requires']
  | keyof D['provides']
) &
  string;
