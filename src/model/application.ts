import type { HookTools } from '../juju/hook-tool.ts';
import { applicationVersionSet } from '../juju/tools/application.ts';
import type { StatusReading } from '../juju/tools/status.ts';
import type { Leadership } from './leadership.ts';
import { StatusLine } from './status-line.ts';
import type { Status } from './status.ts';

/** The application that this unit belongs to. */
export class Application {
  readonly name: string;
  readonly #tools: HookTools;
  readonly #leadership: Leadership;
  readonly #status: StatusLine;
  #version: string | undefined;

  constructor(name: string, tools: HookTools, leadership: Leadership) {
    this.name = name;
    this.#tools = tools;
    this.#leadership = leadership;
    this.#status = new StatusLine(tools, 'app');
  }

  /**
   * Shows the application's status at once; it stays also when the hook fails.
   *
   * @throws {NotLeaderError} when this unit is not the leader.
   */
  async setStatus(status: Status): Promise<void> {
    await this.#leadership.need(`set the status of the application ${this.name}`);
    await this.#status.set(status);
  }

  /** Shows a status unless Juju shows it already. Throws as `setStatus()` does. */
  async showStatus(status: Status): Promise<void> {
    await this.#leadership.need(`set the status of the application ${this.name}`);
    await this.#status.show(status);
  }

  /**
   * The status that this dispatch set last, or else what Juju shows.
   *
   * @throws {NotLeaderError} when this unit is not the leader: Juju shows it to no other.
   */
  async status(): Promise<StatusReading> {
    await this.#leadership.need(`read the status of the application ${this.name}`);
    return await this.#status.get();
  }

  /** Shows the workload's version at once. Any unit may. One that was set last is not sent again. */
  async setVersion(version: string): Promise<void> {
    if (this.#version === version) return;
    this.#version = undefined;
    await applicationVersionSet(this.#tools, version);
    this.#version = version;
  }
}
