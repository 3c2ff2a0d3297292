import { join, resolve } from 'node:path';
import { UnknownContainerError } from './errors.ts';
import { isWithin } from './mount-table.ts';
import { charmContainer, type PodOptions, type PodVolume } from './pod.ts';

/** Paths that are the kernel's and mean the same in the pod. */
const kernelDirectories = ['/proc', '/sys'];

/** A directory of a container, and where that is on the machine. */
export interface PathPlace {
  readonly from: string;
  readonly to: string;
}

/** Where the containers of a pod without namespaces have their directories on the machine. */
export class MappedPaths {
  readonly #options: PodOptions;
  readonly #containersDir: string;

  constructor(options: PodOptions, containersDir: string) {
    this.#options = options;
    this.#containersDir = containersDir;
  }

  /** A container's root directory. */
  root(container: string): string {
    return join(this.#options.folder, container, 'fresh');
  }

  /** @throws {UnknownContainerError} when the pod has no such container. */
  hostPath(container: string, asked: string): string {
    const path = resolve('/', asked);
    const known = [charmContainer, ...this.#options.containers.map(({ name }) => name)];
    if (!known.includes(container)) {
      throw new UnknownContainerError(this.#options.name, container, known);
    }
    if (kernelDirectories.some((directory) => isWithin(path, directory))) {
      return path;
    }
    const shared = this.#shared(container).find(({ from }) => isWithin(path, from));
    return shared === undefined
      ? join(this.root(container), path)
      : join(shared.to, path.slice(shared.from.length));
  }

  /** All that a supervisor must know to find a container's paths, its root first. */
  maps(container: string): readonly PathPlace[] {
    return [
      { from: '/', to: this.root(container) },
      ...kernelDirectories.map((path) => ({ from: path, to: path })),
      ...this.#shared(container),
    ];
  }

  /** What is not in the container's own folder, inner paths first. */
  #shared(container: string): readonly PathPlace[] {
    const { containers, folder, volumes } = this.#options;
    if (container === charmContainer) {
      return innerFirst([
        { from: '/var/lib/juju', to: join(folder, 'juju') },
        { from: '/charm/containers', to: this.#containersDir },
        ...placesOf(volumes),
      ]);
    }
    return innerFirst([
      { from: '/charm/container', to: join(this.#containersDir, container) },
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
