import type { BoundNetwork } from '../state/bound-network.ts';
import type { UnitState } from '../state/unit-state.ts';

/** The key of the network that every binding has which has none of its own. */
const anyBinding = '';

/** What a unit has for a binding; undefined while it has no address. */
export function networkOf(unit: UnitState, binding: string): BoundNetwork | undefined {
  const { address, networks } = unit;
  const known = networks.get(binding) ?? networks.get(anyBinding);
  return known ?? (address === undefined ? undefined : { address });
}

/** Binds to a network; for all bindings, where none is named. */
export function bindNetwork(unit: UnitState, network: BoundNetwork, binding?: string): void {
  if (binding === undefined) unit.address = network.address;
  unit.networks.set(binding ?? anyBinding, network);
}

export function ingressOf({ address, ingressAddresses }: BoundNetwork): readonly string[] {
  return ingressAddresses ?? [address];
}

export function egressOf(network: BoundNetwork): readonly string[] {
  if (network.egressSubnets !== undefined) return network.egressSubnets;
  const [first = network.address] = ingressOf(network);
  return [`${first}/${first.includes(':') ? 128 : 32}`];
}
