import type { HookTools } from '../juju/hook-tool.ts';
import { storageList, storageLocation } from '../juju/tools/storage.ts';
import { Remembered } from './remembered.ts';

/** An instance of a storage that is, or was, attached to this unit. */
export class Storage {
  /** `data/0`. */
  readonly id: string;
  readonly #location: Remembered<string>;

  constructor(id: string, tools: HookTools, location?: string) {
    this.id = id;
    this.#location = new Remembered(() => storageLocation(tools, id));
    if (location !== undefined) this.#location.set(location);
  }

  /** The name in metadata.yaml: the part of the id before the slash. */
  get name(): string {
    return this.id.slice(0, this.id.lastIndexOf('/'));
  }

  /** Where it is mounted. */
  async location(): Promise<string> {
    return await this.#location.get();
  }
}

/** The storage of a unit. */
export class Storages {
  readonly #tools: HookTools;
  readonly #lists = new Map<string, Remembered<readonly string[]>>();
  readonly #instances = new Map<string, Storage>();

  constructor(tools: HookTools) {
    this.#tools = tools;
  }

  /** The attached instances of a storage that metadata.yaml declares. */
  async list(name: string): Promise<readonly Storage[]> {
    let ids = this.#lists.get(name);
    if (ids === undefined) {
      ids = new Remembered(() => storageList(this.#tools, name));
      this.#lists.set(name, ids);
    }
    return (await ids.get()).map((id) => this.instance(id));
  }

  /** An instance as its hook names it. */
  instance(id: string, location?: string): Storage {
    const known = this.#instances.get(id);
    if (known !== undefined) return known;
    const storage = new Storage(id, this.#tools, location);
    this.#instances.set(id, storage);
    return storage;
  }
}
