import type { Participant } from '../framework/participant.ts';
import type { HookTools } from '../juju/hook-tool.ts';
import { storageAdd } from '../juju/tools/storage.ts';

/**
 * The storage that a dispatch asks for, in one `storage-add` when all handlers are done. Juju adds up
 * what a hook asks for and takes nothing back, so a deferred event whose handler asked and then threw
 * would have it twice.
 */
export class StorageRequests implements Participant {
  readonly #tools: HookTools;
  /** By the storages' names. Never changed in place, so that a savepoint is one reference. */
  #counts: Readonly<Record<string, number>> = {};

  constructor(tools: HookTools) {
    this.#tools = tools;
  }

  add(name: string, count: number): void {
    this.#counts = { ...this.#counts, [name]: (this.#counts[name] ?? 0) + count };
  }

  savepoint(): () => void {
    const counts = this.#counts;
    return () => {
      this.#counts = counts;
    };
  }

  async flush(): Promise<void> {
    await storageAdd(this.#tools, this.#counts);
    this.#counts = {};
  }
}
