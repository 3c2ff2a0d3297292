import type { HookTools } from '../juju/hook-tool.ts';
import { statusGet, statusSet, type StatusReading } from '../juju/tools/status.ts';
import type { Status } from './status.ts';

/**
 * The status of a unit or an application: sent at once, in order, and not again when Juju is known
 * to show it. It is known when this dispatch has set or read it.
 */
export class StatusLine {
  readonly #tools: HookTools;
  readonly #of: 'unit' | 'app';
  #shown: StatusReading | undefined;
  /** Sets and reads wait for one another, so that what is known is what came last. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(tools: HookTools, of: 'unit' | 'app') {
    this.#tools = tools;
    this.#of = of;
  }

  /** Sends a status, without asking Juju what it shows. */
  async set(status: Status): Promise<void> {
    await this.#inTurn(() => this.#send(status));
  }

  /** The status last set in this dispatch, or else what Juju shows. */
  async get(): Promise<StatusReading> {
    return await this.#inTurn(() => this.#read());
  }

  async #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(work, work);
    this.#turn = turn;
    return await turn;
  }

  async #read(): Promise<StatusReading> {
    this.#shown ??= await statusGet(this.#tools, this.#of);
    return this.#shown;
  }

  async #send(status: Status): Promise<void> {
    const { kind, message } = status;
    if (this.#shown?.kind === kind && this.#shown.message === message) return;
    this.#shown = undefined;
    await statusSet(this.#tools, this.#of, kind, message);
    this.#shown = status;
  }
}
