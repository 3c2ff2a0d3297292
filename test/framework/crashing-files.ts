import type { DurableFiles } from '../../src/framework/durable-files.ts';

/** The machine died. Nothing of the process lives on, so nothing may catch this. */
export class Crash extends Error {}

/** How much of what was not synced is on the disk after the crash. */
export interface Survival {
  /** The share of an unsynced file's bytes that is there, from 0 to 1. */
  readonly written: number;
  /** Whether a rename that was not synced is there. */
  readonly renamed: boolean;
}

type Directory = ReadonlyMap<string, string>;

/**
 * A disk under a machine that dies at a chosen step. What was synced is there afterwards; of the
 * rest, as much as the test says.
 */
export class CrashingFiles implements DurableFiles {
  /** What a reader sees now. */
  #seen: Directory;
  /** What is there after a crash, if nothing else survives. */
  #synced: Directory;
  #steps = 0;
  #dead = false;
  readonly #crashAt: number;
  readonly #survival: Survival;

  constructor(
    disk: Directory = new Map(),
    crashAt: number = Number.POSITIVE_INFINITY,
    survival: Survival = { written: 1, renamed: true },
  ) {
    this.#seen = disk;
    this.#synced = disk;
    this.#crashAt = crashAt;
    this.#survival = survival;
  }

  get steps(): number {
    return this.#steps;
  }

  /** Whether the machine died, whoever caught the crash. */
  get dead(): boolean {
    return this.#dead;
  }

  /** What is on the disk when the machine comes up again. */
  get remains(): Directory {
    return this.#survival.renamed ? this.#seen : this.#synced;
  }

  async read(path: string): Promise<Uint8Array | undefined> {
    this.#live();
    const text = this.#seen.get(path);
    return text === undefined ? undefined : Buffer.from(text, 'latin1');
  }

  async create(path: string, text: string): Promise<void> {
    this.#live();
    if (this.#seen.has(path)) throw new Error(`${path} exists`);
    const bytes = Buffer.from(text).toString('latin1');
    const part = bytes.slice(0, Math.floor(bytes.length * this.#survival.written));
    this.#step(() => this.#change(path, part));
    this.#change(path, bytes);
    this.#step(() => {});
  }

  async rename(from: string, to: string): Promise<void> {
    this.#step(() => {});
    const text = this.#seen.get(from);
    if (text === undefined) throw new Error(`${from} does not exist`);
    const next = new Map(this.#seen).set(to, text);
    next.delete(from);
    this.#seen = next;
    this.#step(() => {});
  }

  async remove(path: string): Promise<void> {
    this.#live();
    const next = new Map(this.#seen);
    next.delete(path);
    this.#seen = next;
    this.#step(() => {});
  }

  async syncDirectory(): Promise<void> {
    this.#step(() => {});
    this.#synced = this.#seen;
    this.#step(() => {});
  }

  #live(): void {
    if (this.#dead) throw new Crash();
  }

  #change(path: string, text: string): void {
    this.#seen = new Map(this.#seen).set(path, text);
  }

  #step(dying: () => void): void {
    this.#live();
    this.#steps += 1;
    if (this.#steps < this.#crashAt) return;
    this.#dead = true;
    dying();
    throw new Crash();
  }
}
