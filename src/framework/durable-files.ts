import * as fs from 'node:fs';
import { promisify } from 'node:util';
import { isMissingFile } from '../errors.ts';

/**
 * The few things that a durable store asks of a file system. Each promise resolves when its effect
 * is ordered as it says; a test puts a file system in its place that crashes between any two.
 */
export interface DurableFiles {
  /** The bytes of a file, or `undefined` when there is no such file. */
  read(path: string): Promise<Uint8Array | undefined>;
  /** Creates a file that must not exist, readable by its owner only, and syncs its contents. */
  create(path: string, text: string): Promise<void>;
  /** Puts a file in another's place, atomically. */
  rename(from: string, to: string): Promise<void>;
  /** Removes a file if there is one. */
  remove(path: string): Promise<void>;
  /** Syncs a directory, so that a rename in it survives a crash. */
  syncDirectory(path: string): Promise<void>;
}

const ownerOnly = 0o600;

// Not `node:fs/promises`, which takes longer to load than the state to read.
const close = promisify(fs.close);
const fsync = promisify(fs.fsync);
const open = promisify(fs.open);
const readFile = promisify(fs.readFile);
const rename = promisify(fs.rename);
const unlink = promisify(fs.unlink);
const writeFile = promisify(fs.writeFile);

/** The file system of this machine. */
export const machineFiles: DurableFiles = {
  async read(path) {
    try {
      return await readFile(path);
    } catch (error) {
      if (isMissingFile(error)) return undefined;
      throw error;
    }
  },
  async create(path, text) {
    const file = await open(path, 'wx', ownerOnly);
    try {
      await writeFile(file, text);
      await fsync(file);
    } finally {
      await close(file);
    }
  },
  rename,
  async remove(path) {
    try {
      await unlink(path);
    } catch (error) {
      if (!isMissingFile(error)) throw error;
    }
  },
  async syncDirectory(path) {
    const directory = await open(path, 'r');
    try {
      await fsync(directory);
    } finally {
      await close(directory);
    }
  },
};
