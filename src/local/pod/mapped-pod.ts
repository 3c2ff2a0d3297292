import { chown, lchown, mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { commandsDirectory, writeContainerFiles } from './container-files.ts';
import {
  PodFolderTooDeepError,
  PodSetupError,
  ProgramOutOfReachError,
  UnknownContainerError,
} from './errors.ts';
import { Holder } from './holder.ts';
import type { ContainerImage } from './image.ts';
import { isWithin } from './mount-table.ts';
import { ownProgram } from './own-program.ts';
import { toPodCommand } from './pod-command.ts';
import {
  charmContainer,
  type ContainerOptions,
  type Pod,
  type PodCommand,
  type PodCommandOptions,
  type PodOptions,
  type PodVolume,
} from './pod.ts';
import { quoteWord } from './root-script.ts';
import { runProgram } from './run-program.ts';
import { unprivilegedUser, type SpawningUser } from './spawning-user.ts';
import { stopHolder } from './stop-holder.ts';
import { supervisorProgram } from './supervisor-program.ts';
import { systemPath } from './program-path.ts';
import { waitForSocket } from './wait-for-socket.ts';

const startTimeout = 20_000;
const longestSocketPath = 107;
const announce = 'echo "$$"; echo ready; exec "$@"';

/** Paths that are the kernel's and mean the same in the pod. */
const kernelDirectories = ['/proc', '/sys'];

/** A directory of the container, and where that is on the machine. */
interface PathPlace {
  readonly from: string;
  readonly to: string;
}

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
    const path = resolve('/', asked);
    const known = [charmContainer, ...this.#options.containers.map(({ name }) => name)];
    if (!known.includes(container)) {
      throw new UnknownContainerError(this.name, container, known);
    }
    if (kernelDirectories.some((directory) => isWithin(path, directory))) {
      return path;
    }
    const shared = this.#shared(container).find(({ from }) => isWithin(path, from));
    return shared === undefined
      ? join(this.#root(container), path)
      : join(shared.to, path.slice(shared.from.length));
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
    const words = [...ownProgram('local/workload/mapped-launcher.js'), this.#root(name)];
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
    const root = this.#root(name);
    const argv = supervisorProgram({
      socket,
      layers: join(root, '/var/lib/pebble/default/layers'),
      maps: [
        { from: '/', to: root },
        ...kernelDirectories.map((path) => ({ from: path, to: path })),
        ...this.#shared(name),
      ],
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

  #root(container: string): string {
    return join(this.#options.folder, container, 'fresh');
  }

  /** What is not in the container's own folder, inner paths first. */
  #shared(container: string): readonly PathPlace[] {
    const { containers, folder } = this.#options;
    if (container === charmContainer) {
      return innerFirst([
        { from: '/var/lib/juju', to: join(folder, 'juju') },
        { from: '/charm/containers', to: this.containersDir },
        ...placesOf(this.#options.volumes),
      ]);
    }
    return innerFirst([
      { from: '/charm/container', to: join(this.containersDir, container) },
      ...placesOf(containers.find(({ name }) => name === container)?.volumes),
    ]);
  }
}

function placesOf(volumes: readonly PodVolume[] = []): PathPlace[] {
  return volumes.map(({ path, source }) => ({ from: path, to: source }));
}

function innerFirst(places: readonly PathPlace[]): readonly PathPlace[] {
  return places.toSorted((a, b) => b.from.length - a.from.length);
}

/** Who does the work of a workload container. */
function workloadUser(image: ContainerImage | undefined): SpawningUser {
  const user = unprivilegedUser((image?.users ?? []).map(({ name }) => name));
  return user === undefined ? {} : { uid: user.uid, gid: user.gid };
}

/** @throws {ProgramOutOfReachError} when another user cannot do the work with our own programs. */
async function assertWithinReach({ uid, gid }: SpawningUser): Promise<void> {
  if (uid === undefined || gid === undefined) {
    return;
  }
  const [node, program] = ownProgram('local/supervisor/daemon.js');
  const probe = 'require("node:fs").accessSync(process.argv[1])';
  const { code, stderr } = await runProgram([node, '-e', probe, program], { uid, gid });
  if (code !== 0) {
    const outOfReach = stderr.includes(program) ? program : node;
    throw new ProgramOutOfReachError(outOfReach, uid, { cause: new Error(stderr.trim()) });
  }
}

/** Gives a directory and everything in it to a user. */
async function giveTree(directory: string, { uid, gid }: SpawningUser): Promise<void> {
  if (uid === undefined || gid === undefined) {
    return;
  }
  await chown(directory, uid, gid);
  for (const entry of await readdir(directory, { withFileTypes: true, recursive: true })) {
    await lchown(join(entry.parentPath, entry.name), uid, gid);
  }
}
