import type { Environment } from './context.ts';
import { JujuVersion } from './version.ts';

/** Where Juju's agent listens for hook tools during one run, and what it wants to be told. */
export interface AgentSocketAddress {
  /** A path, or an abstract name that begins with a NUL: as Node takes it. */
  readonly path: string;
  /** From JUJU_CONTEXT_ID. */
  readonly contextId: string;
  /** From JUJU_AGENT_TOKEN; empty where the agent wants none. */
  readonly token: string;
}

/** What the environment says of the agent's socket. */
export type AgentSocketOffer =
  | { readonly offer: 'socket'; readonly address: AgentSocketAddress }
  /** There is one, and this charmwright does not speak to it. */
  | { readonly offer: 'unusable'; readonly why: string }
  /** Nothing is said of one. */
  | { readonly offer: 'none' };

/**
 * Reads JUJU_AGENT_SOCKET_NETWORK and JUJU_AGENT_SOCKET_ADDRESS. Usable is what Juju 2.9 to 4.x give
 * to machine charms and to sidecar charms: a unix socket. The tcp address of pod-spec charms is not.
 */
export function agentSocketOffer(environment: Environment): AgentSocketOffer {
  const address = environment['JUJU_AGENT_SOCKET_ADDRESS'] ?? '';
  if (address === '') return { offer: 'none' };
  const network = environment['JUJU_AGENT_SOCKET_NETWORK'] ?? '';
  if (network !== 'unix') {
    return unusable(`JUJU_AGENT_SOCKET_NETWORK is ${JSON.stringify(network)}, not "unix"`);
  }
  if (!address.startsWith('/') && !/^@./.test(address)) {
    return unusable('JUJU_AGENT_SOCKET_ADDRESS is neither an absolute path nor an abstract name');
  }
  const contextId = environment['JUJU_CONTEXT_ID'] ?? '';
  if (contextId === '') return unusable('JUJU_CONTEXT_ID is not set');
  const version = new JujuVersion(environment['JUJU_VERSION'] ?? '');
  if (!version.isAtLeast(2, 9) || version.isAtLeast(5)) {
    return unusable(`JUJU_VERSION is ${JSON.stringify(version.text)}, not 2.9 to 4.x`);
  }
  return {
    offer: 'socket',
    address: {
      path: address.startsWith('@') ? `\0${address.slice(1)}` : address,
      contextId,
      token: environment['JUJU_AGENT_TOKEN'] ?? '',
    },
  };
}

function unusable(why: string): AgentSocketOffer {
  return { offer: 'unusable', why };
}
