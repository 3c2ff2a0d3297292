import type { HookTools } from '../juju/hook-tool.ts';
import { isLeader } from '../juju/tools/leadership.ts';
import { NotLeaderError } from './errors.ts';
import { Remembered } from './remembered.ts';

/**
 * Whether this unit leads its application. Juju is asked once in a dispatch; a leadership that is
 * lost meanwhile makes Juju refuse the hook's writes at its end.
 */
export class Leadership {
  readonly #answer: Remembered<boolean>;

  constructor(tools: HookTools) {
    this.#answer = new Remembered(() => isLeader(tools));
  }

  async isLeader(): Promise<boolean> {
    return await this.#answer.get();
  }

  /** @throws {NotLeaderError} when this unit is not the leader. */
  async need(what: string): Promise<void> {
    if (!(await this.isLeader())) throw new NotLeaderError(what);
  }
}
