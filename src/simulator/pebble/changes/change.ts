import { messageOf } from '../../../errors.ts';
import type { PebbleClock } from '../clock.ts';
import { formatSeconds } from '../time-format.ts';
import { Task, type TaskPlan, type TaskStatus } from './task.ts';

/** The status of a change is the first of these that one of its tasks has. */
const statusOrder: readonly TaskStatus[] = ['Abort', 'Doing', 'Do', 'Error', 'Done', 'Hold'];

export interface ChangePlan {
  readonly kind: string;
  readonly summary: string;
  /** The services that the caller named. */
  readonly services: readonly string[];
  readonly tasks: readonly TaskPlan[];
  /** What its notices carry besides its kind. */
  readonly noticeData?: Readonly<Record<string, string>> | undefined;
}

/** A piece of work that goes on after its request was answered. */
export class Change {
  readonly id: string;
  readonly kind: string;
  readonly summary: string;
  readonly services: readonly string[];
  readonly tasks: readonly Task[];
  readonly noticeData: Readonly<Record<string, string>>;
  readonly spawnTime: Date;
  /** Resolves when every task has ended, however it ended. */
  readonly finished: Promise<void>;
  readonly #clock: PebbleClock;
  /** One for each task that is under way: many listeners on one would look like a leak. */
  readonly #aborts = new Set<AbortController>();
  #readyTime: Date | undefined;

  constructor(id: string, plan: ChangePlan, nextTaskId: () => string, clock: PebbleClock) {
    this.id = id;
    this.kind = plan.kind;
    this.summary = plan.summary;
    this.services = plan.services;
    this.noticeData = { kind: plan.kind, ...plan.noticeData };
    this.#clock = clock;
    this.spawnTime = clock.now();
    this.tasks = plan.tasks.map((task) => new Task(nextTaskId(), task, this.spawnTime));
    this.finished = this.#run(plan.tasks);
    if (this.tasks.length === 0) {
      this.#readyTime = this.spawnTime;
    }
  }

  get ready(): boolean {
    return this.tasks.every((task) => task.ready);
  }

  get readyTime(): Date | undefined {
    return this.#readyTime;
  }

  get status(): TaskStatus {
    return (
      statusOrder.find((status) => this.tasks.some((task) => task.status === status)) ?? 'Done'
    );
  }

  /** What went wrong, one line for each failed task, or `undefined`. */
  get error(): string | undefined {
    const failures = this.tasks
      .filter((task) => task.status === 'Error')
      .flatMap((task) =>
        task.log.flatMap((line) => {
          const text = /^\S+ ERROR ([^]*)$/.exec(line)?.[1];
          return text === undefined ? [] : [`- ${task.summary} (${text})`];
        }),
      );
    return failures.length === 0
      ? undefined
      : ['cannot perform the following tasks:', ...failures].join('\n');
  }

  /** Gives up what is not done yet. */
  abort(): void {
    this.hold();
    for (const task of this.tasks) {
      if (task.status === 'Doing') {
        task.status = 'Abort';
      }
    }
    for (const abort of this.#aborts) abort.abort();
  }

  /** Begins nothing more; what has begun goes on. */
  hold(): void {
    for (const task of this.tasks) {
      if (task.status === 'Do') {
        this.#end(task, 'Hold');
      }
    }
  }

  async #run(plans: readonly TaskPlan[]): Promise<void> {
    const ends: Promise<void>[] = [];
    for (const [index, plan] of plans.entries()) {
      const task = this.tasks[index];
      if (task !== undefined) {
        const before = plan.after.map((other) => ends[other] ?? Promise.resolve());
        ends.push(this.#runTask(task, plan, before));
      }
    }
    await Promise.all(ends);
    this.#readyTime = this.#clock.now();
  }

  async #runTask(task: Task, plan: TaskPlan, before: readonly Promise<void>[]): Promise<void> {
    if (before.length > 0) {
      await Promise.all(before);
    }
    if (task.ready) {
      return;
    }
    if (plan.after.some((other) => this.tasks[other]?.status !== 'Done')) {
      this.#end(task, 'Hold');
      return;
    }
    task.status = 'Doing';
    const abort = new AbortController();
    this.#aborts.add(abort);
    try {
      await plan.run({
        id: task.id,
        signal: abort.signal,
        info: (text) => {
          task.addLog(formatSeconds(this.#clock.now()), 'INFO', text);
        },
        error: (text) => {
          task.addLog(formatSeconds(this.#clock.now()), 'ERROR', text);
        },
        setData: (data) => {
          task.data = data;
        },
      });
      this.#end(task, 'Done');
    } catch (error) {
      task.addLog(formatSeconds(this.#clock.now()), 'ERROR', messageOf(error));
      this.#end(task, 'Error');
    } finally {
      this.#aborts.delete(abort);
    }
  }

  #end(task: Task, status: TaskStatus): void {
    task.status = status;
    task.readyTime = this.#clock.now();
  }
}
