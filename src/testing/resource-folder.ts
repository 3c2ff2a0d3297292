import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** Resources of a charm as files of this machine, which a charm in this process opens. */
export class ResourceFolder {
  #folder: string | undefined;

  /** Writes a resource's file. @returns its path */
  write(resource: string, filename: string, content: string | Uint8Array): string {
    this.#folder ??= mkdtempSync(join(tmpdir(), 'charmwright-resources-'));
    const path = join(this.#folder, resource, filename);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
    return path;
  }

  remove(): void {
    if (this.#folder !== undefined) rmSync(this.#folder, { recursive: true, force: true });
    this.#folder = undefined;
  }
}
