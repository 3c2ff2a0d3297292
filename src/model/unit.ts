import { HookToolNotFoundError } from '../juju/errors.ts';
import type { HookTools } from '../juju/hook-tool.ts';
import { networkGet, type NetworkReading } from '../juju/tools/network.ts';
import type { Port } from '../juju/tools/ports.ts';
import type { RelationRef } from '../juju/tools/relation.ts';
import type { SecretContent } from '../juju/tools/secret-content.ts';
import type { StatusReading } from '../juju/tools/status.ts';
import type { PebbleTransport } from '../pebble/transport.ts';
import { Container } from './container.ts';
import type { BindingName, ContainerName, Declarations } from './declarations.ts';
import { UndeclaredNameError } from './errors.ts';
import type { Leadership } from './leadership.ts';
import { Ports, type PortOptions } from './ports.ts';
import type { SecurityLog } from './security-log.ts';
import type { Reboot } from './reboot.ts';
import { Remembered } from './remembered.ts';
import type { SecretOptions } from './secret-settings.ts';
import type { OwnedSecret } from './secret.ts';
import type { OwnedSelection, Secrets } from './secrets.ts';
import { StatusLine } from './status-line.ts';
import type { Status } from './status.ts';

/** Where a unit runs. */
export interface UnitPlace {
  /** Of a machine charm. */
  readonly machineId?: string | undefined;
  /** Where the cloud has zones. */
  readonly availabilityZone?: string | undefined;
  /** Of a subordinate: the unit beside which it runs. */
  readonly principalUnit?: string | undefined;
}

/** What a unit is made of. */
export interface UnitParts<D extends Declarations> {
  readonly name: string;
  readonly declarations: D;
  readonly tools: HookTools;
  readonly leadership: Leadership;
  readonly secrets: Secrets;
  readonly reboot: Reboot;
  /** Where it runs. */
  readonly place: UnitPlace;
  /** The way to a container's Pebble. */
  readonly pebble: (container: string) => PebbleTransport;
  /** Told of stopped checks. */
  readonly security?: SecurityLog | undefined;
}

/** The unit that this charm runs for. */
export class Unit<D extends Declarations> {
  /** `pgbouncer/0`. */
  readonly name: string;
  readonly #parts: UnitParts<D>;
  readonly #status: StatusLine;
  readonly #ports: Ports;
  readonly #networks = new Map<string, Remembered<NetworkReading>>();
  readonly #containers = new Map<string, Container>();

  constructor(parts: UnitParts<D>) {
    this.name = parts.name;
    this.#parts = parts;
    this.#status = new StatusLine(parts.tools, 'unit');
    this.#ports = new Ports(parts.tools);
  }

  /** The machine that a unit of a machine charm runs on; `undefined` on Kubernetes. */
  get machineId(): string | undefined {
    return this.#parts.place.machineId;
  }

  /** The zone that the unit runs in; `undefined` where the cloud has none. */
  get availabilityZone(): string | undefined {
    return this.#parts.place.availabilityZone;
  }

  /** The unit that a subordinate runs beside: `postgresql/0`. */
  get principal(): string | undefined {
    return this.#parts.place.principalUnit;
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
    const container = new Container(name, this.#parts.pebble(name), this.#parts.security);
    this.#containers.set(name, container);
    return container;
  }

  /**
   * Where this unit is reached through an endpoint, an extra binding, or one relation, which can
   * have addresses of its own; once it is gone, those of its endpoint. Early in a pod's life nothing
   * is known. Asked for once.
   */
  async network(from: BindingName<D> | RelationRef): Promise<NetworkReading> {
    const binding = typeof from === 'string' ? from : from.endpoint;
    const relation = typeof from === 'string' ? undefined : { endpoint: binding, id: from.id };
    const key = relation === undefined ? binding : `${binding}:${relation.id}`;
    const known = this.#networks.get(key);
    if (known !== undefined) return await known.get();
    this.#checkBinding(binding);
    const network = new Remembered(() => this.#readNetwork(binding, relation));
    this.#networks.set(key, network);
    return await network.get();
  }

  /**
   * Opens a port when the hook succeeds. Opening an open port does nothing.
   *
   * @param port a number, which means TCP, or a port with its protocol; a range is refused on
   * Kubernetes
   */
  async openPort(port: number | Port, options: PortOptions = {}): Promise<void> {
    await this.#ports.open(asPort(port), options);
  }

  /** Closes a port when the hook succeeds. Closing a closed port does nothing. */
  async closePort(port: number | Port, options: PortOptions = {}): Promise<void> {
    await this.#ports.close(asPort(port), options);
  }

  /** The ports that are open, as this dispatch has changed them. */
  async openedPorts(): Promise<readonly Port[]> {
    return await this.#ports.opened();
  }

  /** Opens these ports and closes all others, whoever opened them, when the hook succeeds. */
  async setPorts(...ports: readonly (number | Port)[]): Promise<void> {
    await this.#ports.set(ports.map(asPort));
  }

  /**
   * Makes a secret of this unit's own. Its id can be given away at once; Juju keeps the content
   * when the hook succeeds.
   *
   * @throws {SecretContentError} and {HookToolArgumentError} for what Juju does not take.
   */
  async addSecret(content: SecretContent, options: SecretOptions = {}): Promise<OwnedSecret> {
    return await this.#parts.secrets.add('unit', content, options);
  }

  /** A secret of this unit's own. Juju is asked when it is used. */
  getSecret(which: OwnedSelection): OwnedSecret {
    return this.#parts.secrets.owned(which, 'unit');
  }

  /**
   * Reboots the machine: when the hook has succeeded, or, with `now`, as soon as the handlers are
   * done. Return from the handler after it. Juju then discards what the hook wrote and runs it
   * again after the reboot; stored state and deferred events are committed before, so that the
   * next run can know that it was there. Juju refuses it in an action.
   */
  reboot({ now = false }: { readonly now?: boolean } = {}): void {
    this.#parts.reboot.want(now ? 'now' : 'afterwards');
  }

  /** Closes the connections to all containers. */
  async close(): Promise<void> {
    await Promise.all([...this.#containers.values()].map((container) => container.close()));
  }

  async #readNetwork(binding: string, relation: RelationRef | undefined): Promise<NetworkReading> {
    const { tools } = this.#parts;
    try {
      return await networkGet(tools, binding, { relation });
    } catch (error) {
      const gone = error instanceof HookToolNotFoundError && error.thing === 'relation';
      if (relation === undefined || !gone) throw error;
      return await networkGet(tools, binding);
    }
  }

  #checkBinding(binding: string): void {
    const { peers, requires, provides, 'extra-bindings': extra = {} } = this.#parts.declarations;
    const declared = [peers, requires, provides, extra].flatMap((section) => Object.keys(section));
    if (binding === 'juju-info' || declared.includes(binding)) return;
    throw new UndeclaredNameError('binding', binding, declared);
  }
}

function asPort(port: number | Port): Port {
  return typeof port === 'number' ? { protocol: 'tcp', port } : port;
}
