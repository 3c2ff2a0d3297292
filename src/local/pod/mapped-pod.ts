import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { commandsDirectory, writeContainerFiles } from './container-files.ts';
import { PodFolderTooDeepError, PodSetupError, UnknownContainerError } from './errors.ts';
import { Holder } from './holder.ts';
import { MappedPaths } from './mapped-paths.ts';
import { assertWithinReach, giveTree, workloadUser } from './mapped-user.ts';
import { ownProgram } from './own-program.ts';
import { toPodCommand } from './pod-command.ts';
import {
  charmContainer,
  type ContainerOptions,
  type Pod,
  type PodCommand,
  type PodCommandOptions,
  type PodOptions,
} from './pod.ts';
import { quoteWord } from './root-script.ts';
import type { SpawningUser } from './spawning-user.ts';
import { stopHolder } from './stop-holder.ts';
import { supervisorProgram } from './supervisor-program.ts';
import { systemPath } from './program-path.ts';
import { waitForSocket } from './wait-for-socket.ts';

const startTimeout = 20_000;
const longestSocketPath = 107;
const announce = 'echo "$$"; echo ready; exec "$@"';

interface SupervisorPlace {
  readonly name: string;
  readonly socket: string;
  readonly launcher: string;
  readonly user: SpawningUser;
}

/** A pod without namespaces: its containers' root directories are folders. */
export class MappedPod implements Pod {
  readonly name: string;
  readonly isolation = 'mapped';
  readonly network = 'machine';
  readonly address: string = '127.0.0.1';
  readonly hostname: string;
  readonly containersDir: string;
  readonly charmEnvironment: Readonly<Record<string, string>>;
  readonly #options: PodOptions;
  readonly #paths: MappedPaths;
  readonly #onDisposed: () => void;
  readonly #supervisors = new Map<string, Holder>();
  readonly #leaving = new Set<Holder>();
  readonly #deathListeners: ((container: string, account: string) => void)[] = [];

  private constructor(options: PodOptions, onDisposed: () => void) {
    this.#options = options;
    this.#onDisposed = onDisposed;
    this.name = options.name;
    this.hostname =
      options.domain === undefined ? options.name : `${options.name}.${options.domain}`;
    this.containersDir = join(options.folder, 'sockets');
    this.#paths = new MappedPaths(options, this.containersDir);
    this.charmEnvironment = { CHARMWRIGHT_CONTAINERS_DIR: this.containersDir };
  }

  /**
   * @throws {PodSetupError} when a supervisor does not come up.
   * @throws {PodFolderTooDeepError} when no socket can be bound below the folder.
   * @throws {ProgramOutOfReachError} when the user of the container cannot run our programs.
   */
  static async start(options: PodOptions, onDisposed: () => void): Promise<MappedPod> {
    const pod = new MappedPod(options, onDisposed);
    try {
      await pod.#writeCharmContainer();
      for (const container of options.containers) {
        if (container.held !== true) await pod.#startWorkloadContainer(container);
      }
    } catch (error) {
      await pod.dispose();
      throw error;
    }
    return pod;
  }

  charmPath(path: string): string {
    return this.hostPath(charmContainer, path);
  }

  containerPath(container: string, path: string): string {
    return this.hostPath(container, path);
  }

  dispatchCommand(
    argv: readonly string[],
    { env = {}, cwd = '/' }: PodCommandOptions = {},
  ): PodCommand {
    return { ...toPodCommand(argv, env), cwd };
  }

  containerCommand(
    container: string,
    argv: readonly string[],
    { env = {}, cwd = '/' }: PodCommandOptions = {},
  ): PodCommand {
    const options = this.#options.containers.find(({ name }) => name === container);
    return {
      ...toPodCommand(argv, env),
      cwd: this.hostPath(container, cwd),
      ...workloadUser(options?.image),
    };
  }

  hostPath(container: string, asked: string): string {
    return this.#paths.hostPath(container, asked);
  }

  async restartContainer(name: string): Promise<void> {
    const options = this.#options.containers.find((container) => container.name === name);
    if (options === undefined) {
      const known = this.#options.containers.map((container) => container.name);
      throw new UnknownContainerError(this.name, name, known);
    }
    const supervisor = this.#supervisors.get(name);
    if (supervisor !== undefined) {
      this.#leaving.add(supervisor);
      await stopHolder(supervisor);
    }
    await this.#startWorkloadContainer(options);
  }

  onContainerDeath(listener: (container: string, account: string) => void): void {
    this.#deathListeners.push(listener);
  }

  async dispose(): Promise<void> {
    const supervisors = [...this.#supervisors.values()];
    this.#supervisors.clear();
    await Promise.all(
      supervisors.map((supervisor) => {
        this.#leaving.add(supervisor);
        return stopHolder(supervisor);
      }),
    );
    this.#onDisposed();
  }

  async #writeCharmContainer(): Promise<void> {
    await mkdir(join(this.#options.folder, 'juju'), { recursive: true });
    await writeContainerFiles({
      folder: join(this.#options.folder, charmContainer),
      image: {},
      shared: [],
      texts: {},
      canGive: false,
    });
  }

  async #startWorkloadContainer({
    name,
    image = {},
    volumes = [],
  }: ContainerOptions): Promise<void> {
    const folder = join(this.#options.folder, name);
    const socket = join(this.containersDir, name, 'pebble.socket');
    if (Buffer.byteLength(socket) > longestSocketPath) {
      throw new PodFolderTooDeepError(this.#options.folder, socket);
    }
    await rm(folder, { recursive: true, force: true });
    await mkdir(join(this.containersDir, name), { recursive: true });
    await rm(socket, { force: true });
    const { files } = await writeContainerFiles({
      folder,
      image,
      shared: [],
      texts: { '/etc/hostname': `${this.name}\n`, '/etc/hosts': '127.0.0.1 localhost\n' },
      canGive: false,
    });
    await this.#placeTexts(name, files);
    const launcher = join(folder, 'launch');
    const words = [...ownProgram('local/workload/mapped-launcher.js'), this.#paths.root(name)];
    const line = words.map(quoteWord).join(' ');
    await writeFile(launcher, `#!/bin/sh\nexec ${line} "$@"\n`, { mode: 0o755 });
    const user = workloadUser(image);
    await assertWithinReach(user);
    await giveTree(folder, user);
    await giveTree(join(this.containersDir, name), user);
    for (const { source } of volumes) await giveTree(source, user);
    const supervisor = await this.#startSupervisor({ name, socket, launcher, user });
    this.#supervisors.set(name, supervisor);
    const isUp = await waitForSocket(socket, { timeout: startTimeout, until: supervisor.ended });
    if (!isUp) {
      throw new PodSetupError(
        this.name,
        `container ${name} has no supervisor: ${supervisor.account}`,
      );
    }
    void supervisor.ended.then(() => this.#reportDeath(name, supervisor));
  }

  #startSupervisor({ name, socket, launcher, user }: SupervisorPlace): Promise<Holder> {
    const root = this.#paths.root(name);
    const argv = supervisorProgram({
      socket,
      layers: join(root, '/var/lib/pebble/default/layers'),
      maps: this.#paths.maps(name),
      launcher,
    });
    return Holder.start(['/bin/sh', '-c', announce, 'sh', ...argv], {
      subject: `${this.name}, container ${name}`,
      env: {
        PATH: `${join(root, commandsDirectory)}:${systemPath}`,
        HOME: join(root, '/root'),
        JUJU_CONTAINER_NAME: name,
        PEBBLE: '/var/lib/pebble/default',
        PEBBLE_SOCKET: socket,
      },
      user,
    });
  }

  async #placeTexts(
    name: string,
    files: readonly { readonly path: string; readonly source: string }[],
  ): Promise<void> {
    for (const { path, source } of files) {
      const place = this.hostPath(name, path);
      await mkdir(join(place, '..'), { recursive: true });
      await rename(source, place);
    }
  }

  #reportDeath(name: string, supervisor: Holder): void {
    if (!this.#leaving.has(supervisor)) {
      this.#deathListeners.forEach((listener) => listener(name, supervisor.account));
    }
  }
}
