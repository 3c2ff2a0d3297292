/** Where a task or a change stands, in Pebble's words. */
export type TaskStatus = 'Do' | 'Doing' | 'Done' | 'Abort' | 'Hold' | 'Error';

/** What a running task may do besides its work. */
export interface TaskContext {
  /** The id of the task. */
  readonly id: string;
  /** Adds a line to the task's log. */
  info(text: string): void;
  /** Adds a line about something that went wrong. The task goes on. */
  error(text: string): void;
  /** Says what a client may know of the outcome, such as an exit code. */
  setData(data: Readonly<Record<string, unknown>>): void;
  /** Aborts when somebody aborts the change. */
  readonly signal: AbortSignal;
}

/** A task that is to be: its work, and the tasks that must be done before. */
export interface TaskPlan {
  readonly kind: string;
  readonly summary: string;
  /** Indexes of earlier tasks. When one of them fails this task is held. */
  readonly after: readonly number[];
  /** A rejection makes the task an error; its message is shown. */
  run(context: TaskContext): Promise<void>;
}

/** Log lines that are kept. */
const logLimit = 10;

/** One step of a change. */
export class Task {
  readonly id: string;
  readonly kind: string;
  readonly summary: string;
  readonly spawnTime: Date;
  status: TaskStatus = 'Do';
  readyTime: Date | undefined;
  readonly log: string[] = [];
  data: Readonly<Record<string, unknown>> | undefined;

  constructor(id: string, plan: TaskPlan, spawnTime: Date) {
    this.id = id;
    this.kind = plan.kind;
    this.summary = plan.summary;
    this.spawnTime = spawnTime;
  }

  addLog(time: string, level: 'INFO' | 'ERROR', text: string): void {
    this.log.push(`${time} ${level} ${text}`);
    this.log.splice(0, Math.max(0, this.log.length - logLimit));
  }

  get ready(): boolean {
    return this.status === 'Done' || this.status === 'Hold' || this.status === 'Error';
  }
}
