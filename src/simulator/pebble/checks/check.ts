import type { ChangeList } from '../changes/change-list.ts';
import type { TaskContext } from '../changes/task.ts';
import { pending, type Pending } from '../services/pending.ts';
import type { CheckConfig } from './check-config.ts';
import { CheckFailedError, runCheck, type CheckSurroundings } from './run-check.ts';
import { goQuote } from '../../../pebble/plan/go-quote.ts';

export type CheckStatus = 'up' | 'down' | 'inactive';

/** How a check fared before the daemon began to be observed. */
export interface PastCheck {
  readonly status: CheckStatus;
  readonly successes: number;
  readonly failures: number;
}

/** What a check asks of the daemon that it runs in. */
export interface CheckHost extends CheckSurroundings {
  readonly changes: ChangeList;
  /** A check has failed as often as its threshold. */
  readonly onDown: (name: string) => void;
}

/** The change within which a check runs. */
interface Phase {
  readonly kind: 'perform-check' | 'recover-check';
  readonly task: TaskContext;
  readonly end: Pending;
}

const nothing = (): void => undefined;

/**
 * One check of the plan. While it is up it runs within a change of kind `perform-check`, which ends
 * in an error when the threshold is reached; one of kind `recover-check` follows until the next
 * success.
 */
export class Check {
  readonly #host: CheckHost;
  #config: CheckConfig;
  #status: CheckStatus = 'inactive';
  #successes = 0;
  #failures = 0;
  #changeId: string | undefined;
  #previousChangeId: string | undefined;
  #phase: Phase | undefined;
  #cancelTimer: () => void = nothing;
  #running = new AbortController();
  readonly #totals = { successes: 0, failures: 0 };

  constructor(config: CheckConfig, host: CheckHost) {
    this.#config = config;
    this.#host = host;
  }

  get config(): CheckConfig {
    return this.#config;
  }

  get status(): CheckStatus {
    return this.#status;
  }

  get active(): boolean {
    return this.#status !== 'inactive';
  }

  /** How often it ever succeeded and failed. */
  get totals(): { readonly successes: number; readonly failures: number } {
    return this.#totals;
  }

  /** Begins to run as defined, with counters at zero. */
  start(config: CheckConfig): void {
    this.stop();
    this.#config = config;
    this.#status = 'up';
    this.#successes = 0;
    this.#failures = 0;
    this.#previousChangeId = undefined;
    this.#begin('perform-check');
    this.#schedule();
  }

  /** Goes on from where it stood, whether or not it runs by now. */
  resume({ status, successes, failures }: PastCheck): void {
    if (status === 'inactive') this.stop();
    else if (!this.active) this.start(this.#config);
    if (status === 'down') {
      this.#status = 'down';
      this.#turn('recover-check', new CheckFailedError('it had failed before'));
    }
    this.#successes = successes;
    this.#failures = failures;
  }

  /** Runs no more; the counters stay. @returns whether it ran. */
  stop(): boolean {
    const was = this.active;
    this.#status = 'inactive';
    this.#changeId = undefined;
    this.#cancelTimer();
    this.#running.abort();
    this.#running = new AbortController();
    this.#phase?.end.settle();
    this.#phase = undefined;
    return was;
  }

  /** Takes the definition of a check that does not run, with counters at zero. */
  define(config: CheckConfig): void {
    this.#config = config;
    this.#successes = 0;
    this.#failures = 0;
    this.#previousChangeId = undefined;
  }

  /** Runs now, and then again when its period is over. @returns why it failed, if it did. */
  async refresh(): Promise<string | undefined> {
    const failure = await this.#run();
    if (this.active) {
      this.#cancelTimer();
      this.#count(failure);
      this.#schedule();
    }
    return failure?.message;
  }

  toJson(): object {
    const { name, level, startup, threshold } = this.#config;
    return {
      name,
      ...(level !== '' && { level }),
      startup,
      status: this.#status,
      successes: this.#successes,
      ...(this.#failures > 0 && { failures: this.#failures }),
      threshold,
      ...(this.#changeId !== undefined && { 'change-id': this.#changeId }),
      ...(this.#previousChangeId !== undefined && { 'prev-change-id': this.#previousChangeId }),
    };
  }

  #begin(kind: Phase['kind']): void {
    const verb = kind === 'perform-check' ? 'Perform' : 'Recover';
    const { name, target } = this.#config;
    const summary = `${verb} ${target.kind} check ${goQuote(name)}`;
    const change = this.#host.changes.begin({
      kind,
      summary,
      services: [],
      noticeData: { 'check-name': name },
      tasks: [{ kind, summary, after: [], run: (task) => this.#carry(kind, task) }],
    });
    this.#changeId = change.id;
  }

  /** The work of a change: whatever happens until the check goes down, recovers or stops. */
  async #carry(kind: Phase['kind'], task: TaskContext): Promise<void> {
    const end = pending();
    const phase = { kind, task, end };
    this.#phase = phase;
    const abort = (): void => {
      if (this.#phase === phase) {
        this.stop();
      }
    };
    task.signal.addEventListener('abort', abort);
    try {
      await end.promise;
    } finally {
      task.signal.removeEventListener('abort', abort);
    }
  }

  #schedule(): void {
    this.#cancelTimer = this.#host.clock.after(this.#config.period, () => {
      void this.#tick(this.#running.signal);
    });
  }

  async #tick(stopped: AbortSignal): Promise<void> {
    const failure = await this.#run();
    if (!stopped.aborted) {
      this.#count(failure);
      this.#schedule();
    }
  }

  async #run(): Promise<CheckFailedError | undefined> {
    try {
      await runCheck(this.#config, this.#host, this.#running.signal);
      return undefined;
    } catch (error) {
      if (error instanceof CheckFailedError) {
        return error;
      }
      throw error;
    }
  }

  #count(failure: CheckFailedError | undefined): void {
    if (failure === undefined) {
      this.#succeeded();
    } else {
      this.#failed(failure);
    }
  }

  #succeeded(): void {
    const failures = this.#failures;
    this.#totals.successes += 1;
    this.#failures = 0;
    if (this.#phase?.kind === 'recover-check') {
      this.#successes = 1;
      this.#status = 'up';
      this.#turn('perform-check');
      return;
    }
    this.#successes += 1;
    if (failures > 0) {
      const times = failures === 1 ? '1 failure' : `${failures} failures`;
      this.#phase?.task.info(`succeeded after ${times}`);
    }
  }

  #failed(failure: CheckFailedError): void {
    this.#totals.failures += 1;
    this.#failures += 1;
    if (this.#phase?.kind === 'perform-check' && this.#failures >= this.#config.threshold) {
      this.#status = 'down';
      this.#turn('recover-check', failure);
      this.#host.onDown(this.#config.name);
      return;
    }
    this.#phase?.task.error(failure.message);
  }

  /** Ends the change that runs, with an error if there is one, and begins the other kind. */
  #turn(kind: Phase['kind'], failure?: CheckFailedError): void {
    this.#previousChangeId = this.#changeId;
    this.#phase?.end.settle(failure);
    this.#begin(kind);
  }
}
