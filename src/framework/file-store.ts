import { dirname } from 'node:path';
import { messageOf } from '../errors.ts';
import { machineFiles, type DurableFiles } from './durable-files.ts';
import { StateFileError } from './errors.ts';
import { seal, unseal } from './file-envelope.ts';
import type { Store } from './store.ts';

export interface FileStoreOptions {
  /** @default the file system of this machine */
  readonly files?: DurableFiles;
}

/**
 * A store in one file, readable by its owner only.
 *
 * A commit writes a second file beside it, syncs that, renames it over the first and syncs the
 * directory: whenever the process or the machine dies, the file is a whole commit, the last one
 * acknowledged or the one that was under way. A unit runs one hook at a time, so the store expects
 * one writer.
 */
export class FileStore implements Store {
  readonly #path: string;
  readonly #files: DurableFiles;

  constructor(path: string, { files = machineFiles }: FileStoreOptions = {}) {
    this.#path = path;
    this.#files = files;
  }

  get place(): string {
    return this.#path;
  }

  /** Where a commit is prepared. A crash can leave it behind. */
  get #draft(): string {
    return `${this.#path}.draft`;
  }

  async load(): Promise<string | undefined> {
    await this.#attempt('write', () => this.#files.remove(this.#draft));
    return this.peek();
  }

  /** Reads without touching anything, for a program that looks on. */
  async peek(): Promise<string | undefined> {
    const bytes = await this.#attempt('read', () => this.#files.read(this.#path));
    return bytes && unseal(bytes, this.#path);
  }

  async commit(text: string): Promise<void> {
    await this.#attempt('write', async () => {
      await this.#files.remove(this.#draft);
      await this.#files.create(this.#draft, seal(text));
      await this.#files.rename(this.#draft, this.#path);
      await this.#files.syncDirectory(dirname(this.#path));
    });
  }

  /** Removes the file for good, when another store has taken it over. */
  async discard(): Promise<void> {
    await this.#attempt('write', async () => {
      await this.#files.remove(this.#path);
      await this.#files.syncDirectory(dirname(this.#path));
    });
  }

  async #attempt<T>(doing: 'read' | 'write', action: () => Promise<T>): Promise<T> {
    try {
      return await action();
    } catch (error) {
      throw new StateFileError(doing, this.#path, messageOf(error), { cause: error });
    }
  }
}
