import type { CharmMeta, OptionType } from '../charm/metadata.ts';
import type { PlainHookKind, RelationHook, SecretHook, StorageHook } from '../simulator/hook.ts';

export type ContainerName<M extends CharmMeta> = keyof M['containers'] & string;

export type ActionName<M extends CharmMeta> = keyof M['actions'] & string;

export type EndpointName<M extends CharmMeta> = (
  | keyof M['peers']
  | keyof M['requires']
  | keyof M['provides']
) &
  string;

export type RelationEventName<M extends CharmMeta> = `${EndpointName<M>}-${RelationHook['kind']}`;

export type WorkloadEventName<M extends CharmMeta> =
  `${ContainerName<M>}-${'pebble-ready' | 'pebble-custom-notice' | 'pebble-check-failed' | 'pebble-check-recovered'}`;

export type StorageEventName<M extends CharmMeta> =
  `${keyof M['storage'] & string}-${StorageHook['kind']}`;

/** Every event that Juju can send to the charm, by Juju's name. */
export type EventName<M extends CharmMeta> =
  | PlainHookKind
  | SecretHook['kind']
  | RelationEventName<M>
  | WorkloadEventName<M>
  | StorageEventName<M>;

interface OptionValues {
  readonly string: string;
  readonly secret: string;
  readonly int: number;
  readonly float: number;
  readonly boolean: boolean;
}

type ValueOf<T> = T extends { readonly type: infer K extends OptionType } ? OptionValues[K] : never;

/** Some of the charm's options with new values; undefined puts an option back to its default. */
export type ConfigChanges<M extends CharmMeta> = {
  readonly [K in keyof M['options']]?: ValueOf<M['options'][K]> | undefined;
};
