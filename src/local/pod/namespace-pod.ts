import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { commandsDirectory } from './container-files.ts';
import { PodSetupError, UnknownContainerError } from './errors.ts';
import type { Holder } from './holder.ts';
import type { MachineUser } from './machine-users.ts';
import type { NamespaceCommands } from './namespace-commands.ts';
import {
  releaseContainerFolder,
  startNamespaceContainer,
  type NamespaceContainer,
} from './namespace-container.ts';
import type { PodNetwork, PodPlace } from './pod-network.ts';
import {
  charmContainer,
  type ContainerOptions,
  type Pod,
  type PodCommand,
  type PodCommandOptions,
  type PodIsolation,
  type PodOptions,
} from './pod.ts';
import type { OverlayUse } from './root-plan.ts';
import { toPodCommand } from './pod-command.ts';
import { systemPath } from './program-path.ts';
import { stopHolder } from './stop-holder.ts';
import { supervisorProgram } from './supervisor-program.ts';
import { waitForSocket } from './wait-for-socket.ts';

const containersDir = '/charm/containers';
const workloadSocket = '/charm/container/pebble.socket';
const startTimeout = 20_000;

export interface NamespacePodMeans {
  readonly commands: NamespaceCommands;
  readonly network: PodNetwork;
  readonly overlay: OverlayUse;
  /** Told when the pod is gone. */
  readonly onDisposed: (pod: Pod) => void;
}

/** A pod in Linux namespaces. The charm container holds what the pod's containers share. */
export class NamespacePod implements Pod {
  readonly name: string;
  readonly hostname: string;
  readonly address: string;
  readonly containersDir: string = containersDir;
  readonly charmEnvironment: Readonly<Record<string, string>> = {};
  readonly #means: NamespacePodMeans;
  readonly #options: PodOptions;
  readonly #place: PodPlace;
  readonly #containers = new Map<string, NamespaceContainer>();
  readonly #leaving = new Set<Holder>();
  readonly #deathListeners: ((container: string, account: string) => void)[] = [];

  private constructor(means: NamespacePodMeans, options: PodOptions) {
    this.#means = means;
    this.#options = options;
    this.#place = means.network.allot();
    this.name = options.name;
    this.address = this.#place.address;
    this.hostname =
      options.domain === undefined ? options.name : `${options.name}.${options.domain}`;
  }

  /** @throws {PodSetupError} when the machine does not let us make it. */
  static async start(means: NamespacePodMeans, options: PodOptions): Promise<NamespacePod> {
    const pod = new NamespacePod(means, options);
    try {
      await pod.#startCharmContainer();
      for (const container of options.containers) {
        if (container.held !== true) await pod.#startWorkloadContainer(container);
      }
    } catch (error) {
      await pod.dispose();
      throw error;
    }
    return pod;
  }

  get isolation(): PodIsolation {
    return this.#means.commands.inUserNamespace ? 'user-namespace' : 'namespaces';
  }

  get network(): 'own' | 'machine' {
    return this.#means.commands.ownNetwork ? 'own' : 'machine';
  }

  charmPath(path: string): string {
    return path;
  }

  containerPath(name: string, path: string): string {
    this.#container(name);
    return path;
  }

  dispatchCommand(argv: readonly string[], options: PodCommandOptions = {}): PodCommand {
    return this.#command(this.#container(charmContainer), argv, options);
  }

  containerCommand(
    name: string,
    argv: readonly string[],
    options: PodCommandOptions & { readonly user?: string } = {},
  ): PodCommand {
    const container = this.#container(name);
    const { user } = options;
    const identity = user === undefined || user === 'root' ? undefined : container.users.get(user);
    return this.#command(container, argv, options, identity);
  }

  hostPath(name: string, path: string): string {
    return `/proc/${this.#container(name).holder.pid}/root${path}`;
  }

  async restartContainer(name: string): Promise<void> {
    const options = this.#options.containers.find((container) => container.name === name);
    if (options === undefined) {
      throw this.#unknown(name);
    }
    const holder = this.#containers.get(name)?.holder;
    if (holder !== undefined) {
      this.#leaving.add(holder);
      holder.signal('SIGKILL');
      await holder.ended;
    }
    await releaseContainerFolder(join(this.#options.folder, name));
    await this.#startWorkloadContainer(options);
  }

  onContainerDeath(listener: (container: string, account: string) => void): void {
    this.#deathListeners.push(listener);
  }

  async dispose(): Promise<void> {
    const { [charmContainer]: charm, ...workloads } = Object.fromEntries(this.#containers);
    this.#containers.clear();
    await Promise.all(Object.values(workloads).map(({ holder }) => this.#stop(holder)));
    if (charm !== undefined) {
      this.#leaving.add(charm.holder);
      await charm.holder.close();
    }
    for (const { name } of [{ name: charmContainer }, ...this.#options.containers]) {
      await releaseContainerFolder(join(this.#options.folder, name));
    }
    this.#means.onDisposed(this);
  }

  async #startCharmContainer(): Promise<void> {
    const { network, commands } = this.#means;
    const { folder } = this.#options;
    const juju = join(folder, 'juju');
    await mkdir(juju, { recursive: true });
    const { volumes = [] } = this.#options;
    const shared = [{ path: '/var/lib/juju', source: juju }, ...volumes];
    for (const { name } of this.#options.containers) {
      await mkdir(this.#socketFolder(name), { recursive: true });
      shared.push({ path: `${containersDir}/${name}`, source: this.#socketFolder(name) });
    }
    const container = await this.#start(charmContainer, {
      shared,
      make: (argv) => commands.makePod(network.pid, argv),
    });
    await network.join(this.name, this.#place, container.holder.pid);
    await writeFile(this.hostPath(charmContainer, '/etc/hosts'), this.#hosts());
  }

  async #startWorkloadContainer({ name, image, volumes = [] }: ContainerOptions): Promise<void> {
    const source = this.#socketFolder(name);
    await rm(join(source, 'pebble.socket'), { force: true });
    const pod = this.#container(charmContainer).holder.pid;
    const { holder } = await this.#start(name, {
      ...(image === undefined ? {} : { image }),
      shared: [{ path: '/charm/container', source }, ...volumes],
      make: (argv) => this.#means.commands.makeContainer(pod, argv),
      program: {
        argv: supervisorProgram({
          socket: workloadSocket,
          layers: '/var/lib/pebble/default/layers',
        }),
        env: {
          PATH: `${commandsDirectory}:${systemPath}`,
          HOME: '/root',
          JUJU_CONTAINER_NAME: name,
          PEBBLE: '/var/lib/pebble/default',
          PEBBLE_SOCKET: workloadSocket,
        },
      },
    });
    const isUp = await waitForSocket(this.hostPath(name, workloadSocket), {
      timeout: startTimeout,
      until: holder.ended,
    });
    if (!isUp) {
      throw new PodSetupError(this.name, `container ${name} has no supervisor: ${holder.account}`);
    }
    void holder.ended.then(() => this.#reportDeath(name, holder));
  }

  async #start(
    name: string,
    options: Pick<Parameters<typeof startNamespaceContainer>[0], 'shared' | 'make' | 'program'> &
      Pick<ContainerOptions, 'image'>,
  ): Promise<NamespaceContainer> {
    const { commands, overlay } = this.#means;
    const container = await startNamespaceContainer({
      commands,
      overlay,
      folder: join(this.#options.folder, name),
      image: {},
      subject: `${this.name}, container ${name}`,
      hostname: this.name,
      hosts: this.#hosts(),
      ...options,
    });
    this.#containers.set(name, container);
    return container;
  }

  #stop(holder: Holder): Promise<void> {
    this.#leaving.add(holder);
    return stopHolder(holder);
  }

  #reportDeath(name: string, holder: Holder): void {
    if (!this.#leaving.has(holder)) {
      this.#deathListeners.forEach((listener) => listener(name, holder.account));
    }
  }

  #command(
    container: NamespaceContainer,
    argv: readonly string[],
    { env = {}, cwd = '/' }: PodCommandOptions,
    identity?: MachineUser,
  ): PodCommand {
    const { commands } = this.#means;
    const pod = this.#container(charmContainer).holder.pid;
    return toPodCommand(
      commands.inContainer(container.holder.pid, { pod, cwd, identity }, argv),
      env,
    );
  }

  #container(name: string): NamespaceContainer {
    const container = this.#containers.get(name);
    if (container === undefined) {
      throw this.#unknown(name);
    }
    return container;
  }

  #unknown(name: string): UnknownContainerError {
    return new UnknownContainerError(this.name, name, [...this.#containers.keys()]);
  }

  #socketFolder(container: string): string {
    return join(this.#options.folder, 'sockets', container);
  }

  #hosts(): string {
    const names = [...new Set([this.hostname, this.name])].join(' ');
    const own = this.network === 'own' ? this.address : '127.0.1.1';
    return `127.0.0.1 localhost\n::1 localhost\n${own} ${names}\n`;
  }
}
