/** The network that a unit has for its bindings, or for one of them. */
export interface BoundNetwork {
  readonly address: string;
  /** Where Juju knows them: `10.1.0.0/24`, `eth0`. On Kubernetes it does not. */
  readonly cidr?: string;
  readonly interface?: string;
  /** Where others reach the unit. Default: the address. */
  readonly ingressAddresses?: readonly string[];
  /** Where the unit's own connections come from. Default: the first ingress address. */
  readonly egressSubnets?: readonly string[];
}
