import type { HookTools } from '../juju/hook-tool.ts';
import { actionFail, actionGet, actionLog, actionSet } from '../juju/tools/action.ts';
import type { ActionResults } from '../juju/tools/action-results.ts';
import { Remembered } from './remembered.ts';

/** The run of an action: what the caller gave and what the caller gets. */
export class ActionRun {
  readonly #tools: HookTools;
  readonly #params: Remembered<Readonly<Record<string, unknown>>>;

  constructor(tools: HookTools) {
    this.#tools = tools;
    this.#params = new Remembered(() => actionGet(tools));
  }

  /** The parameters as Juju gives them. It is asked once. */
  async params(): Promise<Readonly<Record<string, unknown>>> {
    return await this.#params.get();
  }

  /**
   * Adds results: texts, and maps of them, in which a later value replaces an earlier one of the
   * same dotted key. They are visible in the process table of the unit: no secrets.
   *
   * @throws {HookToolArgumentError} for keys that Juju does not take, before anything is set.
   */
  async setResults(results: ActionResults): Promise<void> {
    await actionSet(this.#tools, results);
  }

  /** Marks the action as failed. The handler should then return: the hook itself succeeds. */
  async fail(message: string): Promise<void> {
    await actionFail(this.#tools, message);
  }

  /** Tells the caller of progress, at once. */
  async log(message: string): Promise<void> {
    await actionLog(this.#tools, message);
  }
}
