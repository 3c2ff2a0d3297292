import type { HookTools } from '../juju/hook-tool.ts';
import { applicationVersionSet } from '../juju/tools/application.ts';
import type { GoalState } from '../juju/tools/goal-state.ts';
import type { SecretContent } from '../juju/tools/secret-content.ts';
import type { StatusReading } from '../juju/tools/status.ts';
import type { Leadership } from './leadership.ts';
import type { Remembered } from './remembered.ts';
import type { SecretOptions } from './secret-settings.ts';
import type { OwnedSecret } from './secret.ts';
import type { OwnedSelection, Secrets } from './secrets.ts';
import { StatusLine } from './status-line.ts';
import type { Status } from './status.ts';

/** What an application is made of. */
export interface ApplicationParts {
  readonly name: string;
  readonly tools: HookTools;
  readonly leadership: Leadership;
  readonly secrets: Secrets;
  readonly goals: Remembered<GoalState>;
}

/** How many units an application is to have. */
export interface PlannedUnits {
  /** Those that stay or are to come, this one included. */
  readonly planned: number;
  /** Those that are on their way out. */
  readonly dying: number;
}

/** The application that this unit belongs to. */
export class Application {
  readonly name: string;
  readonly #tools: HookTools;
  readonly #leadership: Leadership;
  readonly #secrets: Secrets;
  readonly #goals: Remembered<GoalState>;
  readonly #status: StatusLine;
  #version: string | undefined;

  constructor({ name, tools, leadership, secrets, goals }: ApplicationParts) {
    this.name = name;
    this.#secrets = secrets;
    this.#goals = goals;
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
    await this.#leadership.need(`set the status of the application ${this.name}`, 'status-set');
    await this.#status.set(status);
  }

  /**
   * The status that this dispatch set last, or else what Juju shows.
   *
   * @throws {NotLeaderError} when this unit is not the leader: Juju shows it to no other.
   */
  async status(): Promise<StatusReading> {
    await this.#leadership.need(`read the status of the application ${this.name}`, 'status-get');
    return await this.#status.get();
  }

  /** Shows the workload's version at once. Any unit may. One that was set last is not sent again. */
  async setVersion(version: string): Promise<void> {
    if (this.#version === version) return;
    this.#version = undefined;
    await applicationVersionSet(this.#tools, version);
    this.#version = version;
  }

  /**
   * Makes a secret of the application. Its id can be given away at once; Juju keeps the content
   * when the hook succeeds.
   *
   * @throws {NotLeaderError} when this unit is not the leader.
   * @throws {SecretContentError} and {HookToolArgumentError} for what Juju does not take.
   */
  async addSecret(content: SecretContent, options: SecretOptions = {}): Promise<OwnedSecret> {
    return await this.#secrets.add('application', content, options);
  }

  /**
   * A secret of the application. Juju is asked when it is used; what needs the leader throws
   * `NotLeaderError` then.
   */
  getSecret(which: OwnedSelection): OwnedSecret {
    return this.#secrets.owned(which, 'application');
  }

  /** How many units the application is to have, as Juju plans it now. Asked for once. */
  async plannedUnits(): Promise<PlannedUnits> {
    const { units } = await this.#goals.get();
    const all = Object.values(units);
    const dying = all.filter(({ status }) => status === 'dying').length;
    return { planned: all.length - dying, dying };
  }
}
