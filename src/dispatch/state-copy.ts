import { dirname } from 'node:path';
import { messageOf } from '../errors.ts';
import type { DurableFiles } from '../framework/durable-files.ts';
import { StateFileError } from '../framework/errors.ts';

/** Before the text, so that a file of another form is not taken for a copy. */
const heading = 'charmwright copy 1\n';

/**
 * A copy in the charm's directory of what the controller keeps, so that a hook that changes nothing
 * need not ask for it.
 *
 * It is only ever written by a hook that found the controller holding just that, and is retired for
 * good before a hook sends anything else. A missing copy costs a question, and nothing more. A
 * retired one stays: it tells a charm that keeps its state in a file that the controller was used.
 */
export class StateCopy {
  readonly #path: string;
  readonly #files: DurableFiles;

  constructor(path: string, files: DurableFiles) {
    this.#path = path;
    this.#files = files;
  }

  get #retired(): string {
    return `${this.#path}.retired`;
  }

  /** Whether there was a copy once: something was, or was to be, sent to the controller. */
  async isRetired(): Promise<boolean> {
    return (await this.#files.read(this.#retired)) !== undefined;
  }

  /** The text of the copy; `undefined` when there is none that can be read. */
  async read(): Promise<string | undefined> {
    const bytes = await this.#files.read(this.#path).catch(() => undefined);
    const text = bytes && Buffer.from(bytes).toString('utf8');
    return text?.startsWith(heading) === true ? text.slice(heading.length) : undefined;
  }

  /** Keeps a text. Where that is not possible, there is no copy. */
  async write(text: string): Promise<void> {
    const draft = `${this.#path}.draft`;
    try {
      await this.#files.remove(draft);
      await this.#files.create(draft, heading + text);
      await this.#files.rename(draft, this.#path);
    } catch {
      await this.#files.remove(draft).catch(() => undefined);
    }
  }

  /**
   * Takes the copy out of use, and returns when no crash can bring it back.
   *
   * @throws {StateFileError} when it would stay: nothing may be sent to the controller then
   */
  async retire(): Promise<void> {
    try {
      if ((await this.#files.read(this.#path)) !== undefined) {
        await this.#files.rename(this.#path, this.#retired);
      } else if (await this.isRetired()) {
        return;
      } else {
        await this.#files.create(this.#retired, heading);
      }
      await this.#files.syncDirectory(dirname(this.#path));
    } catch (error) {
      throw new StateFileError('write', this.#path, messageOf(error), { cause: error });
    }
  }
}
