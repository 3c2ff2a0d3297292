import type { CharmMeta } from '../charm/metadata.ts';

export type EndpointRole = 'peer' | 'requires' | 'provides';
export type OptionValue = string | number | boolean;

export interface EndpointDefinition {
  readonly role: EndpointRole;
  readonly interface: string;
  /** How many relations it may have; none for any number. */
  readonly limit?: number | undefined;
}

type Endpoints = ReadonlyMap<string, EndpointDefinition>;

const known = new WeakMap<CharmMeta, Endpoints>();

/** The charm's endpoints of all roles, by name. Juju keeps one name space for them. */
export function endpointsOf(charm: CharmMeta): Endpoints {
  const before = known.get(charm);
  if (before !== undefined) return before;
  const endpoints = new Map([
    ...inRole('peer', charm.peers),
    ...inRole('requires', charm.requires),
    ...inRole('provides', charm.provides),
  ]);
  known.set(charm, endpoints);
  return endpoints;
}

/** The names by which a unit asks for its addresses: its endpoints', `juju-info`, and extra ones. */
export function bindingsOf(charm: CharmMeta): readonly string[] {
  return ['juju-info', ...endpointsOf(charm).keys(), ...Object.keys(charm['extra-bindings'] ?? {})];
}

function inRole(
  role: EndpointRole,
  section: CharmMeta['peers'],
): (readonly [string, EndpointDefinition])[] {
  return Object.entries(section).map(([name, endpoint]) => [
    name,
    { role, interface: endpoint.interface, limit: endpoint.limit },
  ]);
}
