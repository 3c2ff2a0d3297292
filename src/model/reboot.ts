import type { Participant } from '../framework/participant.ts';
import type { HookTools } from '../juju/hook-tool.ts';
import { jujuReboot } from '../juju/tools/reboot.ts';

/** The reboot of the machine that a charm has asked for. */
export class Reboot implements Participant {
  readonly #tools: HookTools;
  #wanted: 'no' | 'afterwards' | 'now' = 'no';

  constructor(tools: HookTools) {
    this.#tools = tools;
  }

  /** A reboot at once is not taken back by one that can wait. */
  want(when: 'afterwards' | 'now'): void {
    if (this.#wanted !== 'now') this.#wanted = when;
  }

  get isNow(): boolean {
    return this.#wanted === 'now';
  }

  savepoint(): () => void {
    const wanted = this.#wanted;
    return () => {
      this.#wanted = wanted;
    };
  }

  async flush(): Promise<void> {
    if (this.#wanted === 'afterwards') await jujuReboot(this.#tools);
  }

  /** Juju kills the process in this call. What must survive that has to be committed before. */
  async afterCommit(): Promise<void> {
    if (this.isNow) await jujuReboot(this.#tools, { now: true });
  }
}
