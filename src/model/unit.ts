import type { HookTools } from '../juju/hook-tool.ts';
import { networkGet, type NetworkReading } from '../juju/tools/network.ts';
import {
  closePort,
  openedPorts,
  openPort,
  type Port,
  type TransportPort,
} from '../juju/tools/ports.ts';
import type { StatusReading } from '../juju/tools/status.ts';
import type { PebbleTransport } from '../pebble/transport.ts';
import { Container } from './container.ts';
import type { ContainerName, Declarations, EndpointName } from './declarations.ts';
import { UndeclaredNameError } from './errors.ts';
import type { Leadership } from './leadership.ts';
import { StatusLine } from './status-line.ts';
import type { Status } from './status.ts';

/** What a unit is made of. */
export interface UnitParts<D extends Declarations> {
  readonly name: string;
  readonly declarations: D;
  readonly tools: HookTools;
  readonly leadership: Leadership;
  /** The way to a container's Pebble. */
  readonly pebble: (container: string) => PebbleTransport;
}

/** The unit that this charm runs for. */
export class Unit<D extends Declarations> {
  /** `pgbouncer/0`. */
  readonly name: string;
  readonly #parts: UnitParts<D>;
  readonly #status: StatusLine;
  readonly #containers = new Map<string, Container>();

  constructor(parts: UnitParts<D>) {
    this.name = parts.name;
    this.#parts = parts;
    this.#status = new StatusLine(parts.tools, 'unit');
  }

  /** Whether this unit leads its application, for at least the next 30 seconds. */
  async isLeader(): Promise<boolean> {
    return await this.#parts.leadership.isLeader();
  }

  /**
   * Shows the unit's status at once; it stays also when the hook fails. A status that this dispatch
   * has set or read last is not sent again.
   */
  async setStatus(status: Status): Promise<void> {
    await this.#status.set(status);
  }

  /** Shows a status unless Juju shows it already, which is asked for once in a dispatch. */
  async showStatus(status: Status): Promise<void> {
    await this.#status.show(status);
  }

  /**
   * The status that this dispatch set last, or else what Juju shows: also `error`, `unknown` and
   * `terminated`, which only Juju sets.
   */
  async status(): Promise<StatusReading> {
    return await this.#status.get();
  }

  /** A workload container that metadata.yaml declares. */
  container(name: ContainerName<D>): Container {
    const known = this.#containers.get(name);
    if (known !== undefined) return known;
    const declared = Object.keys(this.#parts.declarations.containers);
    if (!declared.includes(name)) throw new UndeclaredNameError('container', name, declared);
    const container = new Container(name, this.#parts.pebble(name));
    this.#containers.set(name, container);
    return container;
  }

  /** Where this unit is reached through an endpoint. Early in a pod's life nothing is known. */
  async network(endpoint: EndpointName<D>): Promise<NetworkReading> {
    return await networkGet(this.#parts.tools, endpoint);
  }

  /** Opens a port when the hook succeeds. Opening an open port does nothing. */
  async openPort(port: number, protocol: TransportPort['protocol'] = 'tcp'): Promise<void> {
    await openPort(this.#parts.tools, { port, protocol });
  }

  /** Closes a port when the hook succeeds. Closing a closed port does nothing. */
  async closePort(port: number, protocol: TransportPort['protocol'] = 'tcp'): Promise<void> {
    await closePort(this.#parts.tools, { port, protocol });
  }

  async openedPorts(): Promise<readonly Port[]> {
    return await openedPorts(this.#parts.tools);
  }

  /** Closes the connections to all containers. */
  async close(): Promise<void> {
    await Promise.all([...this.#containers.values()].map((container) => container.close()));
  }
}
