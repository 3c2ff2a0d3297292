import type { UnitState } from './state/unit-state.ts';

/** A storage instance that a unit has. */
export interface UnitStorage {
  /** `<name>/<number>` */
  readonly id: string;
  readonly name: string;
  readonly kind: 'filesystem' | 'block';
  readonly location: string;
  /** Whether its storage-attached has run. */
  readonly attached: boolean;
}

/** The storage that a unit has, as those outside of the model see it. */
export function storageOf(unit: UnitState): UnitStorage[] {
  return unit.storage.map(({ instance: { id, name, kind }, location, attached }) => ({
    id,
    name,
    kind,
    location,
    attached,
  }));
}
