import { constants, type Stats } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';

import { typeOf } from './local-tree.ts';
import { localFailure, refusedType } from './transfer-failures.ts';

const what = 'push';
const pieceSize = 256 * 1024;

/** A regular file of this machine that is open for reading. All its errors are `PebblePathError`s. */
export class LocalFile {
  readonly path: string;
  readonly status: Stats;
  readonly #handle: FileHandle;

  private constructor(path: string, status: Stats, handle: FileHandle) {
    this.path = path;
    this.status = status;
    this.#handle = handle;
  }

  /** @param followed whether the path may be that of a link to the file. */
  static async open(path: string, followed: boolean): Promise<LocalFile> {
    const { O_NOFOLLOW, O_NONBLOCK, O_RDONLY } = constants;
    // What has become something else meanwhile must neither be followed nor be waited for.
    const flags = O_RDONLY | O_NONBLOCK | (followed ? 0 : O_NOFOLLOW);
    const handle = await attempt(path, () => open(path, flags));
    try {
      const status = await attempt(path, () => handle.stat());
      if (!status.isFile()) throw refusedType(what, path, typeOf(status));
      return new LocalFile(path, status, handle);
    } catch (error) {
      await handle.close();
      throw error;
    }
  }

  /** Reads all of it, unless it is longer than it said when it was opened. */
  async readWhole(): Promise<Buffer | undefined> {
    const { size } = this.status;
    const content = Buffer.allocUnsafe(size + 1);
    let length = 0;
    while (length < content.length) {
      const read = await this.#read(content, length);
      if (read === 0) return content.subarray(0, length);
      length += read;
    }
    return undefined;
  }

  /** Reads it from its beginning, piece by piece. */
  async *pieces(): AsyncGenerator<Uint8Array, void, undefined> {
    for (let position = 0; ;) {
      const piece = Buffer.allocUnsafe(pieceSize);
      const read = await this.#read(piece, 0, position);
      if (read === 0) return;
      position += read;
      yield piece.subarray(0, read);
    }
  }

  async close(): Promise<void> {
    await this.#handle.close();
  }

  async #read(into: Buffer, offset: number, position: number = offset): Promise<number> {
    const length = into.length - offset;
    const reading = (): Promise<{ readonly bytesRead: number }> =>
      this.#handle.read(into, offset, length, position);
    return (await attempt(this.path, reading)).bytesRead;
  }
}

async function attempt<T>(path: string, act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (cause) {
    throw localFailure(what, path, cause);
  }
}
