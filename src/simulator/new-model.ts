import { systemClock, type Clock } from './clock.ts';
import type { JujuListener } from './juju-event.ts';
import { hexDigits } from './random.ts';
import type { ModelState, ModelType } from './state/model-state.ts';

export interface ModelIdentity {
  readonly name?: string;
  readonly uuid?: string;
  /** `caas`, a model on Kubernetes, or `iaas`, one of machines. Default `caas`. */
  readonly type?: ModelType;
}

export interface SimulatedJujuOptions {
  /** Default: the machine's clock. */
  readonly clock?: Clock;
  /** Decides what Juju leaves to chance, such as the order of relations. Default 0. */
  readonly seed?: number;
  /** The agents' version. Default `3.6.9`; a version from 4.0 on brings its rules with it. */
  readonly version?: string;
  readonly model?: ModelIdentity;
  /**
   * When storage-attached comes to a new unit: as agents on Kubernetes have been seen to do it, or as
   * Juju's documentation tells it. Default `before-config-changed`.
   */
  readonly storageHooks?: 'before-config-changed' | 'after-start';
  /** Milliseconds between update-status hooks. Default 5 minutes. */
  readonly updateStatusInterval?: number;
}

/** A model without applications. @param emit hears of all that happens in it */
export function newModel(options: SimulatedJujuOptions, emit: JujuListener): ModelState {
  const seed = options.seed ?? 0;
  return {
    name: options.model?.name ?? 'charmwright',
    uuid: options.model?.uuid ?? modelUuid(seed),
    type: options.model?.type ?? 'caas',
    version: options.version ?? '3.6.9',
    seed,
    clock: options.clock ?? systemClock,
    storageAfterStart: options.storageHooks === 'after-start',
    updateStatusInterval: options.updateStatusInterval ?? 300_000,
    applications: new Map(),
    relations: new Map(),
    nextRelation: 0,
    secrets: new Map(),
    storage: new Map(),
    nextStorage: 0,
    secretIds: 0,
    actionIds: 0,
    emit,
  };
}

function modelUuid(seed: number): string {
  const digits = hexDigits(32, seed, 'model');
  return digits.replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12})$/, '$1-$2-4$3-8$4-$5');
}
