/** Changes to string data: a value to set, or undefined (or empty text) to delete the key. */
export type DataChanges = Readonly<Record<string, string | undefined>>;

/** One side's relation data: flat text, with a version that grows at each real change. */
export class Databag {
  readonly #entries = new Map<string, string>();
  #version = 0;

  /** 0 for a bag that nobody ever changed. */
  get version(): number {
    return this.#version;
  }

  /** A copy of the content. */
  read(): Record<string, string> {
    return Object.fromEntries(this.#entries);
  }

  /** Applies changes; says whether the content is different now. */
  apply(changes: DataChanges): boolean {
    let changed = false;
    for (const [key, value] of Object.entries(changes)) {
      if (value === undefined || value === '') {
        changed = this.#entries.delete(key) || changed;
      } else if (this.#entries.get(key) !== value) {
        this.#entries.set(key, value);
        changed = true;
      }
    }
    if (changed) this.#version += 1;
    return changed;
  }
}

/** What a bag would hold after the changes. */
export function overlaid(
  content: Readonly<Record<string, string>>,
  changes: DataChanges,
): Record<string, string> {
  const result = new Map(Object.entries(content));
  for (const [key, value] of Object.entries(changes)) {
    if (value === undefined || value === '') result.delete(key);
    else result.set(key, value);
  }
  return Object.fromEntries(result);
}
