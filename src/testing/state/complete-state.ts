import type { CharmMeta } from '../../charm/metadata.ts';
import { completeContainer, type StateContainer } from './container.ts';
import { deepFreeze } from './deep-freeze.ts';
import { peerRelation, type StateRelation } from './relation.ts';
import type { State, StateParts } from './state.ts';

const complete = new WeakSet<object>();

const startOfTime = Date.parse('2026-01-01T00:00:00Z');

/**
 * A whole state from its parts, frozen. A peer relation that no part mentions is there, for Juju
 * makes it with the application; containers that no part mentions cannot be reached.
 */
export function completeState<M extends CharmMeta>(meta: M, parts: StateParts<M>): State<M> {
  if (isComplete<M>(parts)) return parts;
  const relations = withPeers(meta, parts.relations ?? []);
  const state: State = {
    config: {},
    leader: false,
    secrets: [],
    storages: [],
    resources: {},
    address: '10.1.0.1',
    networks: {},
    openedPorts: [],
    plannedUnits: 1 + mostPeers(relations),
    deferred: [],
    stored: {},
    unitStatus: { status: 'unknown', message: '' },
    appStatus: { status: 'unknown', message: '' },
    workloadVersion: '',
    now: new Date(startOfTime),
    ...given(parts),
    model: {
      name: 'charmwright',
      uuid: '8419cd78-4993-4c3a-928e-c646226beeee',
      ...given(parts.model ?? {}),
    },
    relations,
    containers: completeContainers(
      meta,
      parts.containers ?? {},
      parts.now ?? new Date(startOfTime),
    ),
  };
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the names in it are those of the parts, which the compiler has compared with the metadata
  return noted(state as unknown as State<M>);
}

/** @internal Freezes a state that a run has made, and spares the next run the work. */
export function noted<S extends object>(state: S): S {
  complete.add(state);
  return deepFreeze(state);
}

function isComplete<M extends CharmMeta>(parts: StateParts<M>): parts is State<M> {
  return complete.has(parts);
}

/** Without what is undefined, so that it takes its default. */
function given<T extends object>(parts: T): Partial<T> {
  const entries = Object.entries(parts).filter(([, value]) => value !== undefined);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- some of the entries of a T
  return Object.fromEntries(entries) as Partial<T>;
}

function withPeers(meta: CharmMeta, relations: readonly StateRelation[]): StateRelation[] {
  const known = new Set(relations.map(({ endpoint }) => endpoint));
  const taken = new Set(relations.map(({ id }) => id));
  const peers = Object.keys(meta.peers)
    .filter((endpoint) => !known.has(endpoint))
    .map((endpoint) => {
      let id = 0;
      while (taken.has(id)) id += 1;
      taken.add(id);
      return peerRelation(endpoint, { id });
    });
  return [...peers, ...relations];
}

function mostPeers(relations: readonly StateRelation[]): number {
  const peers = relations.filter(({ kind }) => kind === 'peer');
  return Math.max(0, ...peers.map(({ remoteUnits }) => Object.keys(remoteUnits).length));
}

/** Those that the charm does not declare are kept, for the check of the state to name them. */
function completeContainers(
  meta: CharmMeta,
  parts: StateParts<CharmMeta>['containers'] & object,
  now: Date,
): Record<string, StateContainer> {
  const names = new Set([...Object.keys(meta.containers), ...Object.keys(parts)]);
  return Object.fromEntries(
    [...names].map((name) => [name, completeContainer(parts[name] ?? {}, now)]),
  );
}
