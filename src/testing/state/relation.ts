/** Text by key. */
export type Bag = Readonly<Record<string, string>>;

/** A relation as a state has it. Made by {@link relation} or {@link peerRelation}. */
export interface StateRelation<E extends string = string> {
  /** `peer`: the units on the other side are those of the charm's own application. */
  readonly kind: 'regular' | 'peer';
  readonly endpoint: E;
  readonly id: number;
  /** The other application; undefined on a peer relation. */
  readonly remoteApp: string | undefined;
  /** The uuid of the other application's model, where that is another one. */
  readonly remoteModel: string | undefined;
  /** What the charm's application holds; on a peer relation the bag that all units read. */
  readonly localAppData: Bag;
  /** What the unit under test holds, with the addresses that Juju puts there. */
  readonly localUnitData: Bag;
  /** What the other application holds; always empty on a peer relation. */
  readonly remoteAppData: Bag;
  /** The other units that are in the relation, by name, each with its data. */
  readonly remoteUnits: Readonly<Record<string, Bag>>;
}

/** What may be said of a new relation. */
export interface RelationParts {
  /** Default: a number that no other relation of this process has. */
  readonly id?: number;
  /** Default: `remote-<endpoint>`. */
  readonly remoteApp?: string;
  /** The uuid of its model, where that is another one than the charm's. */
  readonly remoteModel?: string;
  readonly remoteAppData?: Bag;
  /** By name, such as `postgresql/0`. Default: unit 0, without data. */
  readonly remoteUnits?: Readonly<Record<string, Bag>>;
  readonly localAppData?: Bag;
  readonly localUnitData?: Bag;
}

/** What may be said of a peer relation. */
export interface PeerRelationParts {
  /** Default: a number that no other relation of this process has. */
  readonly id?: number;
  /** The bag of the application. */
  readonly appData?: Bag;
  /** The bag of the unit under test. */
  readonly unitData?: Bag;
  /** Fellow units by name, such as `hello/1`. Default: none. */
  readonly peers?: Readonly<Record<string, Bag>>;
}

/**
 * A relation with another application, also that of a subordinate.
 *
 * @example
 * ```ts
 * relation('database', { remoteApp: 'postgresql', remoteAppData: { endpoints: '10.0.0.1:5432' } });
 * ```
 */
export function relation<const E extends string>(
  endpoint: E,
  parts: RelationParts = {},
): StateRelation<E> {
  const { remoteApp = `remote-${endpoint}` } = parts;
  return {
    kind: 'regular',
    endpoint,
    id: parts.id ?? nextId(),
    remoteApp,
    remoteModel: parts.remoteModel,
    localAppData: parts.localAppData ?? {},
    localUnitData: parts.localUnitData ?? {},
    remoteAppData: parts.remoteAppData ?? {},
    remoteUnits: parts.remoteUnits ?? { [`${remoteApp}/0`]: {} },
  };
}

/** The relation between the units of the charm's own application. A state has it anyway. */
export function peerRelation<const E extends string>(
  endpoint: E,
  parts: PeerRelationParts = {},
): StateRelation<E> {
  return {
    kind: 'peer',
    endpoint,
    id: parts.id ?? nextId(),
    remoteApp: undefined,
    remoteModel: undefined,
    localAppData: parts.appData ?? {},
    localUnitData: parts.unitData ?? {},
    remoteAppData: {},
    remoteUnits: parts.peers ?? {},
  };
}

let lastId = 0;

function nextId(): number {
  lastId += 1;
  return lastId;
}
