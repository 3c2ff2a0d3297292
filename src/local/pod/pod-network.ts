import { PodSetupError } from './errors.ts';
import { Holder } from './holder.ts';
import type { NamespaceCommands } from './namespace-commands.ts';
import { runProgram } from './run-program.ts';

const prefix = '10.88.0';
const bridge = 'pods';

/** Keeps a shell script's namespaces: it tells its number, says that it is ready, and waits. */
export const holdScript: string = [
  'read -r pid rest < /proc/self/stat',
  'echo "$pid"',
  'echo ready',
  'exec cat > /dev/null',
].join('\n');

/** A pod's place on the network. */
export interface PodPlace {
  readonly address: string;
  /** The bridge's interface that leads to the pod. */
  readonly port: string;
}

/**
 * A network that only this deployment knows: a bridge in a network namespace of its own. The
 * machine's interfaces, routes and firewall are never touched.
 */
export class PodNetwork {
  /** Where pods reach what runs beside them. */
  readonly address: string;
  readonly #commands: NamespaceCommands;
  readonly #holder: Holder;
  #allotted = 0;

  private constructor(commands: NamespaceCommands, holder: Holder) {
    this.#commands = commands;
    this.#holder = holder;
    this.address = commands.ownNetwork ? `${prefix}.1` : '127.0.0.1';
  }

  /** @throws {PodSetupError} when the machine does not let us make it. */
  static async open(commands: NamespaceCommands): Promise<PodNetwork> {
    const argv = commands.makeNetwork([commands.tools.sh, '-c', holdScript]);
    const holder = await Holder.start(argv, { subject: 'network', env: {} });
    const network = new PodNetwork(commands, holder);
    try {
      await network.#makeBridge();
    } catch (error) {
      await network.close();
      throw error;
    }
    return network;
  }

  /** The process that holds the network's namespaces. */
  get pid(): number {
    return this.#holder.pid;
  }

  /** Sets an address aside for a pod. */
  allot(): PodPlace {
    this.#allotted += 1;
    const address = this.#commands.ownNetwork ? `${prefix}.${this.#allotted + 1}` : this.address;
    return { address, port: `pod${this.#allotted}` };
  }

  /** Gives a pod its address. The process is one in the pod. */
  async join(pod: string, { address, port }: PodPlace, pid: number): Promise<void> {
    if (!this.#commands.ownNetwork) {
      return;
    }
    await this.#configure(pod, this.pid, [
      `link add ${port} type veth peer name eth0 netns ${pid}`,
      `link set ${port} master ${bridge} up`,
    ]);
    await this.#configure(pod, pid, [
      'link set lo up',
      `addr add ${address}/24 dev eth0`,
      'link set eth0 up',
      `route add default via ${this.address}`,
    ]);
  }

  async close(): Promise<void> {
    await this.#holder.close();
  }

  async #makeBridge(): Promise<void> {
    if (this.#commands.ownNetwork) {
      await this.#configure('network', this.pid, [
        'link set lo up',
        `link add ${bridge} type bridge`,
        `addr add ${this.address}/24 dev ${bridge}`,
        `link set ${bridge} up`,
      ]);
    }
  }

  async #configure(subject: string, pid: number, lines: readonly string[]): Promise<void> {
    const argv = this.#commands.onNetwork(pid, [this.#commands.tools.ip, '-batch', '-']);
    const result = await runProgram(argv, { input: `${lines.join('\n')}\n` });
    if (result.code !== 0) {
      throw new PodSetupError(subject, `its network was refused: ${result.stderr.trim()}`);
    }
  }
}
