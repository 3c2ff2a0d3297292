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

  /** @throws {NotLeaderError} when this unit is not the leader. */
  async status(): Promise<StatusReading> {
    await this.#leadership.need(`read the status of the application ${this.name}`);
    return await this.#status.get();
  }

  /** Shows the workload's version at once. Any unit may. */
  async setVersion(version: string): Promise<void> {
    await applicationVersionSet(this.#tools, version);
  }
}
