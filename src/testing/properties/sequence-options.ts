import type { Arbitrary } from 'fast-check';
import type { ActionParams } from '../../charm/action-params.ts';
import type { Charm, CharmClass } from '../../charm/charm.ts';
import type { CharmMeta } from '../../charm/metadata.ts';
import type { ModelIdentity } from '../../simulator/new-model.ts';
import type { ActionName, ConfigChanges, ContainerName, EndpointName } from '../names.ts';
import type { ContainerImage } from '../pretend-container.ts';
import type { BagChanges } from '../relation-setup.ts';
import type { Account } from './account.ts';

/** Who can be at the other end of an endpoint, and what they write. */
export interface RemoteSide {
  /** Names of applications that may be related. */
  readonly apps: readonly string[];
  /** How many units each has at most. Default 2. */
  readonly units?: number;
  /** What an application writes at a time. Default: nothing. */
  readonly appData?: Arbitrary<BagChanges>;
  /** What a unit writes at a time. Default: nothing. */
  readonly unitData?: Arbitrary<BagChanges>;
}

/** A secret that is not the charm's own, and how the charm comes to know it. */
export interface SecretSource<M extends CharmMeta> {
  /** The application that owns it, one of {@link SequenceOptions.remotes}. Default: a user. */
  readonly owner?: string;
  /**
   * Where its URI is written: into the owner's bag of an endpoint, or an option of the charm. It is
   * granted to the charm along with that.
   */
  readonly told: { readonly endpoint: EndpointName<M>; readonly key: string } | OptionOf<M>;
}

/** An option of the charm. */
export interface OptionOf<M extends CharmMeta> {
  readonly option: keyof M['options'] & string;
}

/** Throws when something does not hold. */
export type Invariant<M extends CharmMeta> = (account: Account<M>) => void | Promise<void>;

/** The model in which sequences are played, and what must hold. */
export interface PlayOptions<M extends CharmMeta, C extends Charm<M> = Charm<M>> {
  /** How many units the application has. Default 2. */
  readonly units?: number;
  /** The images of each unit's containers. */
  readonly containers?: { readonly [K in ContainerName<M>]?: ContainerImage };
  readonly config?: ConfigChanges<M>;
  readonly model?: ModelIdentity;
  /** As a harness takes it. Default `controller`. */
  readonly state?: 'controller' | 'local';
  /** Decides what Juju leaves to chance. Default 0. */
  readonly jujuSeed?: number;
  /** As a harness takes it. Default false. */
  readonly hostile?: boolean;
  readonly onCharm?: (charm: C) => void;
  /** How many units there are at most, where units come and go. Default: as many as at first. */
  readonly maxUnits?: number;
  /** The revision of the charm that an upgrade brings. Default: the same one. */
  readonly upgrade?: CharmClass<M, C>;
  /** Secrets of others, by a name for scripts. */
  readonly secrets?: Readonly<Record<string, SecretSource<M>>>;
  /** What must hold after each hook, by the sentence that says it. */
  readonly always?: Readonly<Record<string, Invariant<M>>>;
  /**
   * What must hold at the end, by the sentence that says it: all containers are up, a unit leads,
   * every hook has run, and so has an update-status on each unit.
   */
  readonly atRest?: Readonly<Record<string, Invariant<M>>>;
}

/** What may happen in sequences, besides hooks, pods, containers, time and the leadership. */
export interface Happenings<M extends CharmMeta> {
  /** Values for options that an operator sets. */
  readonly options?: {
    readonly [K in keyof M['options']]?: Arbitrary<ConfigChanges<M>[K]>;
  };
  /** Who may be related to each endpoint. Endpoints left out stay without a relation. */
  readonly remotes?: { readonly [K in EndpointName<M>]?: RemoteSide };
  /** What the secrets of {@link PlayOptions.secrets} hold at a time. */
  readonly secretContent?: Arbitrary<Readonly<Record<string, string>>>;
  /** How many secrets the charm owns at most, which may be due for rotation or expire. Default 0. */
  readonly ownSecrets?: number;
  /** Actions that may be run, each with parameters. */
  readonly actions?: {
    readonly [A in ActionName<M>]?: Arbitrary<Partial<ActionParams<M['actions'][A]>>>;
  };
  /** Notices that a workload gives: by container, what each key carries. */
  readonly notices?: {
    readonly [K in ContainerName<M>]?: Readonly<
      Record<string, Arbitrary<Readonly<Record<string, string>>>>
    >;
  };
  /** Checks that may go down and up, by container. Those that the plan has not are passed over. */
  readonly checks?: { readonly [K in ContainerName<M>]?: readonly string[] };
  /** Hook tools that may fail. Default: none. */
  readonly brokenTools?: readonly string[];
}

/** What may happen in the sequences, and how many of them are tried. */
export interface SequenceOptions<M extends CharmMeta, C extends Charm<M> = Charm<M>>
  extends PlayOptions<M, C>, Happenings<M> {
  /** How many sequences, unless `CHARMWRIGHT_SEQUENCES` says otherwise. Default 50. */
  readonly runs?: number;
  /** Steps in a sequence at most. Default 30. */
  readonly length?: number;
  /** The seed that a failure told, unless `CHARMWRIGHT_SEED` says otherwise. Default: a new one. */
  readonly seed?: number;
}
