import type { ToolFiles } from '../../simulator/tool-files.ts';

/** The agent must have this file's content before the tool can be answered. */
export class FileNeeded extends Error {
  readonly path: string;

  constructor(path: string) {
    super(`the content of ${path} is needed`);
    this.path = path;
  }
}

/** A file that the tool could not read, in the words that Go has for it. */
class UnreadableFileError extends Error {
  readonly code = 'ENOENT';

  constructor(path: string) {
    super(`open ${path}: no such file or directory`);
  }
}

/**
 * The file system as the tool's process sees it. A first read throws {@link FileNeeded}; once the
 * tool has handed the file over, the call is made again and the read succeeds. Writes are kept
 * for the tool to do when it is answered.
 */
export class ToolSideFiles implements ToolFiles {
  readonly writes: Map<string, string> = new Map();
  readonly #read = new Map<string, string | undefined>();

  read(path: string): string {
    if (!this.#read.has(path)) throw new FileNeeded(path);
    const content = this.#read.get(path);
    if (content === undefined) throw new UnreadableFileError(path);
    return content;
  }

  write(path: string, text: string): void {
    this.writes.set(path, text);
  }

  /** Notes what the tool has handed over; undefined when it could not read the file. */
  supply(path: string, content: string | undefined): void {
    this.#read.set(path, content);
  }
}
