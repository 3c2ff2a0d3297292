import { readFileSync } from 'node:fs';
import { parsePasswd, type MachineUser } from './machine-users.ts';
import type { NamespaceCommands } from './namespace-commands.ts';
import { NamespacePod } from './namespace-pod.ts';
import { PodNetwork } from './pod-network.ts';
import type { OverlayUse } from './root-plan.ts';
import { toPodCommand } from './pod-command.ts';
import { PodCrowdedError, UnknownUserError } from './errors.ts';
import type {
  Pod,
  PodCommand,
  PodCommandOptions,
  PodHost,
  PodIsolation,
  PodOptions,
} from './pod.ts';

export interface NamespaceHostOptions {
  readonly commands: NamespaceCommands;
  readonly overlay: OverlayUse;
  readonly account: string;
}

/** The number that a mask shows when we are root ourselves. */
const nobody = 65_534;

/** Pods in Linux namespaces, on a network of their own where the machine allows it. */
export class NamespaceHost implements PodHost {
  readonly account: string;
  readonly #commands: NamespaceCommands;
  readonly #overlay: OverlayUse;
  readonly #network: PodNetwork;
  readonly #pods = new Set<Pod>();
  /** The last pod that was asked for, where there is room for one. */
  #present: string | undefined;

  private constructor(options: NamespaceHostOptions, network: PodNetwork) {
    this.account = options.account;
    this.#commands = options.commands;
    this.#overlay = options.overlay;
    this.#network = network;
  }

  /** @throws {PodSetupError} when the machine refuses the network. */
  static async open(options: NamespaceHostOptions): Promise<NamespaceHost> {
    return new NamespaceHost(options, await PodNetwork.open(options.commands));
  }

  get isolation(): PodIsolation {
    return this.#commands.inUserNamespace ? 'user-namespace' : 'namespaces';
  }

  get network(): 'own' | 'machine' {
    return this.#commands.ownNetwork ? 'own' : 'machine';
  }

  get address(): string {
    return this.#network.address;
  }

  async createPod(options: PodOptions): Promise<Pod> {
    if (this.network === 'machine' && this.#present !== undefined) {
      throw new PodCrowdedError(options.name, this.#present);
    }
    this.#present = options.name;
    const pod = await NamespacePod.start(
      {
        commands: this.#commands,
        network: this.#network,
        overlay: this.#overlay,
        onDisposed: (disposed) => {
          this.#pods.delete(disposed);
          this.#present = undefined;
        },
      },
      options,
    );
    this.#pods.add(pod);
    return pod;
  }

  command(
    argv: readonly string[],
    { env = {}, cwd = '/', user }: PodCommandOptions & { readonly user?: string } = {},
  ): PodCommand {
    const worn = this.#identity(user);
    const there = worn === undefined ? argv : this.#commands.as(worn, argv);
    const inPlace = cwd === '/' ? there : [this.#commands.tools.env, `--chdir=${cwd}`, ...there];
    return toPodCommand(this.#commands.onNetwork(this.#network.pid, inPlace), env);
  }

  async dispose(): Promise<void> {
    await Promise.all([...this.#pods].map((pod) => pod.dispose()));
    await this.#network.close();
  }

  /** An ordinary user is nobody else, but must not look like root to what refuses root. */
  #identity(user: string | undefined): MachineUser | undefined {
    if (this.#commands.inUserNamespace) {
      const [uid, gid] = [process.getuid?.() ?? 0, process.getgid?.() ?? 0];
      const isRoot = uid === 0;
      return { name: user ?? '', uid: isRoot ? nobody : uid, gid: isRoot ? nobody : gid };
    }
    if (user === undefined) {
      return undefined;
    }
    const passwd = parsePasswd(readFileSync('/etc/passwd', 'utf8'));
    const found = passwd.find(({ name }) => name === user);
    if (found === undefined) {
      throw new UnknownUserError(user);
    }
    return found;
  }
}
