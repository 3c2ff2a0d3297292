import type { PebbleClock } from '../clock.ts';
import { Change, type ChangePlan } from './change.ts';
import type { Task } from './task.ts';

/** How many finished changes are remembered. */
const keepLimit = 1000;

/** Every change of this daemon's life that is still remembered. */
export class ChangeList {
  readonly #clock: PebbleClock;
  readonly #changes = new Map<string, Change>();
  readonly #onUpdate: (change: Change) => void;
  #lastChange = 0;
  #lastTask = 0;

  /** @param onUpdate called when a change is made, when it begins, and when it has ended. */
  constructor(clock: PebbleClock, onUpdate: (change: Change) => void) {
    this.#clock = clock;
    this.#onUpdate = onUpdate;
  }

  /** Begins a change. It runs on its own. */
  begin(plan: ChangePlan): Change {
    this.#lastChange += 1;
    const change = new Change(
      String(this.#lastChange),
      plan,
      () => {
        this.#lastTask += 1;
        return String(this.#lastTask);
      },
      this.#clock,
    );
    this.#changes.set(change.id, change);
    this.#forget();
    this.#onUpdate(change);
    if (change.tasks.length > 0) {
      this.#onUpdate(change);
    }
    void change.finished.then(() => {
      this.#onUpdate(change);
    });
    return change;
  }

  get(id: string): Change | undefined {
    return this.#changes.get(id);
  }

  /** Finds a task, and the change that it belongs to. */
  task(id: string): { readonly task: Task; readonly change: Change } | undefined {
    for (const change of this.#changes.values()) {
      const task = change.tasks.find((each) => each.id === id);
      if (task !== undefined) {
        return { task, change };
      }
    }
    return undefined;
  }

  all(): Change[] {
    return [...this.#changes.values()];
  }

  #forget(): void {
    for (const [id, change] of this.#changes) {
      if (this.#changes.size <= keepLimit) {
        return;
      }
      if (change.ready) {
        this.#changes.delete(id);
      }
    }
  }
}
