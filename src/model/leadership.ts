import type { HookTools } from '../juju/hook-tool.ts';
import { isLeader } from '../juju/tools/leadership.ts';
import { NotLeaderError } from './errors.ts';
import { Remembered } from './remembered.ts';
import type { SecurityLog } from './security-log.ts';

/**
 * Whether this unit leads its application. Juju is asked once in a dispatch; a leadership that is
 * lost meanwhile makes Juju refuse the hook's writes at its end.
 */
export class Leadership {
  readonly #answer: Remembered<boolean>;
  readonly #security: SecurityLog | undefined;

  constructor(tools: HookTools, security?: SecurityLog) {
    this.#security = security;
    this.#answer = new Remembered(() => isLeader(tools));
  }

  async isLeader(): Promise<boolean> {
    return await this.#answer.get();
  }

  /**
   * @param tool the hook tool that Juju would deny, where the security log is to have that
   * @throws {NotLeaderError} when this unit is not the leader.
   */
  async need(what: string, tool?: string): Promise<void> {
    if (await this.isLeader()) return;
    if (tool !== undefined)
      this.#security?.denied(tool, 'it is the leader’s, and this unit is none');
    throw new NotLeaderError(what);
  }
}
