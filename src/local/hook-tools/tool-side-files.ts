import type { ToolFiles } from '../../simulator/tool-files.ts';

/** A file that the agent does not have, or that the tool could not read. */
class NoSuchFileError extends Error {
  readonly code = 'ENOENT';

  constructor(path: string) {
    super(`open ${path}: no such file or directory`);
  }
}

/**
 * The file system as the tool's process sees it. A first read fails and is noted in
 * {@link needed}; once the tool has handed the file over, the call is made again and the read
 * succeeds. Writes are kept for the tool to do when it is answered.
 */
export class ToolSideFiles implements ToolFiles {
  readonly writes: Map<string, string> = new Map();
  readonly #contents = new Map<string, string | undefined>();
  #needed: string | undefined;

  /** The path whose content the last read lacked. */
  get needed(): string | undefined {
    return this.#needed;
  }

  read(path: string): string {
    const content = this.#contents.get(path);
    if (content !== undefined) return content;
    if (!this.#contents.has(path)) this.#needed = path;
    throw new NoSuchFileError(path);
  }

  write(path: string, text: string): void {
    this.writes.set(path, text);
  }

  /** Takes the needed file's content; undefined when the tool could not read it. */
  supply(content: string | undefined): void {
    if (this.#needed !== undefined) this.#contents.set(this.#needed, content);
    this.#needed = undefined;
  }
}
