import type { HookTools } from '../juju/hook-tool.ts';
import { statusGet, statusSet, type StatusReading } from '../juju/tools/status.ts';
import type { Status } from './status.ts';

/** The status of a unit or an application: sent at once, in order, and not again when equal. */
export class StatusLine {
  readonly #tools: HookTools;
  readonly #of: 'unit' | 'app';
  #shown: Status | undefined;
  #sending: Promise<void> = Promise.resolve();

  constructor(tools: HookTools, of: 'unit' | 'app') {
    this.#tools = tools;
    this.#of = of;
  }

  async set(status: Status): Promise<void> {
    const send = (): Promise<void> => this.#send(status);
    this.#sending = this.#sending.then(send, send);
    await this.#sending;
  }

  /** The status last set in this dispatch, or else what Juju shows. */
  async get(): Promise<StatusReading> {
    await this.#sending.catch(() => undefined);
    return this.#shown ?? statusGet(this.#tools, this.#of);
  }

  async #send(status: Status): Promise<void> {
    if (this.#shown?.equals(status) === true) return;
    this.#shown = undefined;
    await statusSet(this.#tools, this.#of, status.kind, status.message);
    this.#shown = status;
  }
}
