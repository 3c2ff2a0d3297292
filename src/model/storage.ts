import type { HookTools } from '../juju/hook-tool.ts';
import {
  checkStorageCount,
  storageGet,
  storageList,
  storageLocation,
} from '../juju/tools/storage.ts';
import type { Declarations, StorageName } from './declarations.ts';
import { UndeclaredNameError } from './errors.ts';
import { Remembered } from './remembered.ts';
import type { StorageRequests } from './storage-requests.ts';

/** An instance of a storage that is, or was, attached to this unit. */
export class Storage {
  /** `data/0`. Juju numbers the instances of all storages of a model together. */
  readonly id: string;
  /** The location, where its hook has told it: a storage that detaches may tell it no more. */
  readonly toldLocation: string | undefined;
  readonly #location: Remembered<string>;
  readonly #kind: Remembered<string>;

  constructor(id: string, tools: HookTools, location?: string) {
    this.id = id;
    this.toldLocation = location;
    this.#location = new Remembered(() => storageLocation(tools, id));
    if (location !== undefined) this.#location.set(location);
    this.#kind = new Remembered(async () => {
      const reading = await storageGet(tools, id);
      this.#location.set(reading.location);
      return reading.kind;
    });
  }

  /** The name in metadata.yaml: the part of the id before the slash. */
  get name(): string {
    return this.id.slice(0, this.id.lastIndexOf('/'));
  }

  /** The part of the id after the slash. */
  get number(): number {
    return Number(this.id.slice(this.id.lastIndexOf('/') + 1));
  }

  /**
   * Where it is mounted, or its device.
   *
   * @throws {HookToolNotFoundError} when it is not attached (any more).
   */
  async location(): Promise<string> {
    return await this.#location.get();
  }

  /** `filesystem` or `block`. Throws as `location()` does. */
  async kind(): Promise<string> {
    return await this.#kind.get();
  }
}

/** The storage of a unit. */
export class Storages<D extends Declarations = Declarations> {
  readonly #tools: HookTools;
  readonly #requests: StorageRequests;
  readonly #declared: readonly string[];
  readonly #lists = new Map<string, Remembered<readonly string[]>>();
  readonly #instances = new Map<string, Storage>();

  constructor(tools: HookTools, declarations: D, requests: StorageRequests) {
    this.#tools = tools;
    this.#requests = requests;
    this.#declared = Object.keys(declarations.storage);
  }

  /** The attached instances of a storage that metadata.yaml declares. Asked for once. */
  async list(name: StorageName<D>): Promise<readonly Storage[]> {
    return await this.attached(name);
  }

  /**
   * Asks for more instances of a storage that metadata.yaml declares as `multiple`, when the hook
   * succeeds. Each comes with a storage-attached of its own, and is in no list before. Requests add
   * up, within a hook and from hook to hook: note in stored state that you have asked.
   *
   * @param count @default 1
   * @throws {HookToolArgumentError} for what is no count.
   */
  async request(name: StorageName<D>, count = 1): Promise<void> {
    this.#check(name);
    checkStorageCount(name, count);
    this.#requests.add(name, count);
  }

  /** @internal As events name it. */
  async attached(name: string): Promise<readonly Storage[]> {
    this.#check(name);
    let ids = this.#lists.get(name);
    if (ids === undefined) {
      ids = new Remembered(() => storageList(this.#tools, name));
      this.#lists.set(name, ids);
    }
    return (await ids.get()).map((id) => this.instance(id));
  }

  /** @internal An instance as its hook names it. */
  instance(id: string, location?: string): Storage {
    const known = this.#instances.get(id);
    if (known !== undefined) return known;
    const storage = new Storage(id, this.#tools, location);
    this.#instances.set(id, storage);
    return storage;
  }

  #check(name: string): void {
    if (this.#declared.includes(name)) return;
    throw new UndeclaredNameError('storage', name, this.#declared);
  }
}
