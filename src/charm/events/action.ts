import { CharmEvent } from '../../framework/event.ts';
import type { Json } from '../../framework/json.ts';
import type { ActionRun } from '../../model/action-run.ts';
import { foreignSnapshot, type EventRow } from './row.ts';

/** Somebody runs an action and waits for its result, so it cannot be deferred. */
export class ActionEvent extends CharmEvent {
  declare readonly kind: `${string}-action`;
  /** Juju's id of this run. */
  readonly id: string;
  readonly #run: ActionRun;

  constructor(kind: string, id: string, run: ActionRun) {
    super(kind);
    this.id = id;
    this.#run = run;
  }

  /** The parameters, with the defaults of actions.yaml filled in. */
  async params(): Promise<Readonly<Record<string, unknown>>> {
    return await this.#run.params();
  }

  /** Adds results. They are visible in the process table of the unit: no secrets. */
  async setResults(results: Readonly<Record<string, string>>): Promise<void> {
    await this.#run.setResults(results);
  }

  /**
   * Marks the action as failed. Return from the handler then, rather than throwing: a thrown error
   * hides the message and discards what the action wrote.
   */
  async fail(message: string): Promise<void> {
    await this.#run.fail(message);
  }

  /** Tells the caller of progress, at once. */
  async log(message: string): Promise<void> {
    await this.#run.log(message);
  }

  snapshot(): Json {
    return null;
  }
}

/** The events of actions: `<action>-action`. */
export type ActionEvents<A extends string> = {
  readonly [K in A as `${K}-action`]: ActionEvent;
};

export function actionRow(name: string, run: ActionRun): EventRow<CharmEvent> {
  const kind = `${name}-action`;
  return {
    kind,
    fromHook: (hook) =>
      hook.family === 'action' ? new ActionEvent(kind, hook.actionId, run) : undefined,
    restore: () => foreignSnapshot(),
  };
}
