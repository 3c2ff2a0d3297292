import { realpath } from 'node:fs/promises';
import { posix } from 'node:path';

/** A folder of the container and where on this machine it really is. */
export interface PathMapping {
  readonly from: string;
  readonly to: string;
}

/**
 * Where a container's paths are on a machine on which the container has no root of its own. With
 * no mappings the paths are the machine's own and may all be written.
 */
export class PathMap {
  readonly #mappings: readonly PathMapping[];

  constructor(mappings: readonly PathMapping[]) {
    this.#mappings = mappings
      .map(({ from, to }) => ({ from: trim(from), to: trim(to) }))
      .sort((a, b) => b.from.length - a.from.length);
  }

  get mapped(): boolean {
    return this.#mappings.length > 0;
  }

  /** The path on this machine. What is not mapped is read where it is. */
  toHost(path: string): string {
    const clean = trim(path);
    const mapping = this.#mappings.find(({ from }) => isWithin(clean, from));
    return mapping === undefined ? clean : posix.join(mapping.to, clean.slice(mapping.from.length));
  }

  /** Whether an entry may be made, changed or removed: it lies within a mapped folder, links and all. */
  async mayChange(path: string): Promise<boolean> {
    if (!this.mapped) {
      return true;
    }
    const clean = trim(path);
    if (!this.#mappings.some(({ from }) => isWithin(clean, from))) {
      return false;
    }
    const roots = await Promise.all(this.#mappings.map(({ to }) => realFolder(to)));
    const host = this.toHost(clean);
    const entry = posix.join(await realFolder(posix.dirname(host)), posix.basename(host));
    return roots.some((root) => isWithin(entry, root));
  }
}

function trim(path: string): string {
  return posix.normalize(path).replace(/(?<=.)\/+$/, '');
}

function isWithin(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder === '/' ? '/' : `${folder}/`);
}

/** The folder with its links resolved, as far up as it exists. */
async function realFolder(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch {
    const parent = posix.dirname(path);
    return parent === path ? path : posix.join(await realFolder(parent), posix.basename(path));
  }
}
