import { copyFile, mkdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { messageOf } from '../../errors.ts';
import { inAgentFolder, type AgentFolder, type AgentFolders } from './agent-folders.ts';
import { ResourceUnreadableError } from './errors.ts';

/** The files of a charm's resources: kept for every pod to come, and copied into the present one. */
export class ResourceFiles {
  readonly #store: string;
  readonly #names = new Map<string, string>();

  /** @param store a folder that outlives pods */
  constructor(store: string) {
    this.#store = store;
  }

  /**
   * Keeps a file as it is now.
   *
   * @param filename what the charm's metadata calls it. Default: as it is called.
   * @throws {ResourceUnreadableError}
   */
  async keep(name: string, file: string, filename: string = basename(file)): Promise<void> {
    const kept = join(this.#store, name, filename);
    await mkdir(dirname(kept), { recursive: true });
    try {
      await copyFile(file, kept);
    } catch (error) {
      throw new ResourceUnreadableError(name, file, messageOf(error), { cause: error });
    }
    this.#names.set(name, filename);
  }

  /** Puts every file where Juju's agent downloads it to. Resolves to their places by name. */
  async place(folders: AgentFolders): Promise<ReadonlyMap<string, AgentFolder>> {
    const places = new Map<string, AgentFolder>();
    for (const [name, filename] of this.#names) {
      const place = inAgentFolder(folders.resources, join(name, filename));
      await mkdir(dirname(place.outside), { recursive: true });
      await copyFile(join(this.#store, name, filename), place.outside);
      places.set(name, place);
    }
    return places;
  }
}
