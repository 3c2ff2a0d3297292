import type { Charm } from '../../charm/charm.ts';
import type { CharmMeta } from '../../charm/metadata.ts';
import type { ModelIdentity } from '../../simulator/new-model.ts';
import type { ConfigChanges, ContainerName } from '../names.ts';
import type { ContainerImage } from '../pretend-container.ts';

/** How the unit under test and its surroundings are. */
export interface HarnessOptions<M extends CharmMeta, C extends Charm<M> = Charm<M>> {
  /** Default: the charm's name. */
  readonly app?: string;
  /** Whether the unit leads its application. Default false, as `setLeader` can change. */
  readonly leader?: boolean;
  readonly config?: ConfigChanges<M>;
  /** The pod's address. Default `10.1.0.1`. */
  readonly address?: string;
  /** What containers hold from the start. */
  readonly containers?: { readonly [K in ContainerName<M>]?: ContainerImage };
  /**
   * Unix sockets of Pebbles that run, for containers with real processes and files: those of
   * `pebble run`, or of a pod of `charmwright/local`. Whoever started them ends them. Their notices
   * and checks bring no events; `run()` does.
   */
  readonly pebbles?: { readonly [K in ContainerName<M>]?: string };
  /** Decides what Juju leaves to chance. Default 0. */
  readonly seed?: number;
  /** Default `3.6.9`. */
  readonly jujuVersion?: string;
  readonly model?: ModelIdentity;
  /**
   * Where deferred events and stored state are kept, as `main()` takes it. What is local goes with
   * the pod. Default `controller`, as on Kubernetes.
   */
  readonly state?: 'controller' | 'local';
  /**
   * Whether Juju and Pebble are as inconvenient as they may be: hook tools that are called at the
   * same time are heard and answered in any order, and objects have fields that nobody knows yet.
   * Default false.
   */
  readonly hostile?: boolean;
  /** Shown each dispatch's new charm before it gets any event. */
  readonly onCharm?: (charm: C) => void;
}

/** When `beginWithInitialHooks()` has the containers' Pebbles answer. */
export interface InitialHooksOptions {
  /** Default `after-start`. Juju allows each of these. */
  readonly pebbleReady?: 'after-install' | 'after-start' | 'never';
}
