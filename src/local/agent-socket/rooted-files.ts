import { readFileSync, readlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ToolFiles } from '../../simulator/tool-files.ts';

const mostLinks = 40;

/**
 * A container's files, as its own processes see them. Symbolic links are followed below the
 * container's root: for this process they could lead out of it.
 */
export class RootedFiles implements ToolFiles {
  readonly #root: string;

  /** @param root the container's root directory, as this process sees it. */
  constructor(root: string) {
    this.#root = root;
  }

  read(path: string): string {
    return readFileSync(this.#place(path), 'utf8');
  }

  write(path: string, text: string): void {
    writeFileSync(this.#place(path), text);
  }

  #place(path: string): string {
    let names = path.split('/');
    let place: string[] = [];
    let links = 0;
    while (names.length > 0) {
      const [name = '', ...rest] = names;
      names = rest;
      if (name === '' || name === '.') continue;
      if (name === '..') {
        place = place.slice(0, -1);
        continue;
      }
      const target = linkTarget(join(this.#root, ...place, name));
      if (target === undefined) {
        place.push(name);
        continue;
      }
      links += 1;
      if (links > mostLinks) throw new Error(`open ${path}: too many levels of symbolic links`);
      if (target.startsWith('/')) place = [];
      names = [...target.split('/'), ...names];
    }
    return join(this.#root, ...place);
  }
}

/** Undefined where there is no link, or nothing at all. */
function linkTarget(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'EINVAL' || code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw error;
  }
}
