import * as z from 'zod/mini';
import { lazy } from '../../lazy.ts';
import type { HookTools } from '../hook-tool.ts';
import { relationArgument, type RelationRef } from './relation.ts';
import { readTool, type ToolOptions } from './run.ts';

/** Where this unit is reached through an endpoint. */
export interface NetworkReading {
  /** The first address to listen on. Absent early in a pod's life. */
  readonly bindAddress?: string;
  /** The first address to tell the other side. Absent early in a pod's life. */
  readonly ingressAddress?: string;
  /** All interfaces to listen on. */
  readonly bindAddresses: readonly NetworkInterface[];
  /** All addresses by which others reach this unit: IP addresses, or host names. */
  readonly ingressAddresses: readonly string[];
  /** Where connections of this unit to others come from: `10.152.183.7/32`. */
  readonly egressSubnets: readonly string[];
}

/** On Kubernetes nothing but an address is known. */
export interface NetworkInterface {
  /** `eth0`; empty where it is not known. */
  readonly interfaceName: string;
  /** Empty where it is not known. */
  readonly macAddress: string;
  readonly addresses: readonly NetworkAddress[];
}

export interface NetworkAddress {
  readonly value: string;
  /** Empty where it is not known. */
  readonly hostname: string;
  /** The subnet; empty where it is not known. */
  readonly cidr: string;
}

export interface NetworkGetOptions extends ToolOptions {
  /** Look at the network from this relation: what reaches the unit may differ by relation. */
  readonly relation?: RelationRef | undefined;
}

const addressSchema = lazy(() =>
  z.object({
    value: z.nullish(z.string()),
    // Juju before 2.9 has the address here.
    address: z.nullish(z.string()),
    hostname: z.nullish(z.string()),
    cidr: z.nullish(z.string()),
  }),
);
const interfaceSchema = lazy(() =>
  z.object({
    'interface-name': z.nullish(z.string()),
    'mac-address': z.nullish(z.string()),
    addresses: z.nullish(z.array(addressSchema())),
  }),
);
const networkSchema = lazy(() =>
  z.nullable(
    z.object({
      'bind-addresses': z.nullish(z.array(interfaceSchema())),
      'ingress-addresses': z.nullish(z.array(z.string())),
      'egress-subnets': z.nullish(z.array(z.string())),
    }),
  ),
);

/**
 * `network-get` of a binding: an endpoint, or an extra binding. Early in a pod's life there may be
 * no address yet.
 */
export async function networkGet(
  tools: HookTools,
  binding: string,
  { relation, ...options }: NetworkGetOptions = {},
): Promise<NetworkReading> {
  const seenFrom = relation === undefined ? [] : ['-r', relationArgument(relation)];
  const call = { tool: 'network-get', args: [binding, '--format=json', ...seenFrom] };
  const network = await readTool(tools, call, networkSchema(), options);
  const bindAddresses = (network?.['bind-addresses'] ?? []).map(networkInterface);
  const ingressAddresses = (network?.['ingress-addresses'] ?? []).filter(isSaid);
  const bindAddress = bindAddresses.find(({ addresses }) => addresses.length > 0)?.addresses[0];
  const [ingressAddress] = ingressAddresses;
  return {
    ...(bindAddress === undefined ? {} : { bindAddress: bindAddress.value }),
    ...(ingressAddress === undefined ? {} : { ingressAddress }),
    bindAddresses,
    ingressAddresses,
    egressSubnets: (network?.['egress-subnets'] ?? []).filter(isSaid),
  };
}

function networkInterface(wire: z.infer<ReturnType<typeof interfaceSchema>>): NetworkInterface {
  return {
    interfaceName: wire['interface-name'] ?? '',
    macAddress: wire['mac-address'] ?? '',
    addresses: (wire.addresses ?? []).flatMap(({ value, address, hostname, cidr }) => {
      const known = value ?? address ?? '';
      return isSaid(known) ? [{ value: known, hostname: hostname ?? '', cidr: cidr ?? '' }] : [];
    }),
  };
}

function isSaid(text: string): boolean {
  return text !== '';
}
