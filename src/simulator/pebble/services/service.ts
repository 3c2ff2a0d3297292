import { messageOf } from '../../../errors.ts';
import type { TaskContext } from '../changes/task.ts';
import type { ServiceStatus } from '../core.ts';
import type { ServiceLog } from '../logs/service-log.ts';
import { findOwner, type FoundOwner } from '../owner-lookup.ts';
import type { LaunchedProcess, SignalName } from '../process-launcher.ts';
import { Backoff } from './backoff.ts';
import { checkShutdownCode, shutdownCode, type ExitAction } from './exit-action.ts';
import { launchService, processEnd } from './launch-service.ts';
import { pending, type Pending } from './pending.ts';
import type { ServiceConfig } from './service-config.ts';
import { ServiceError } from './service-error.ts';
import { statuses, type ServiceState } from './service-state.ts';
import type { ServiceSurroundings } from './service-surroundings.ts';
import { goQuote } from '../../../pebble/plan/go-quote.ts';

/** Milliseconds after SIGKILL until a process counts as one that cannot be stopped. */
const killWait = 5000;
/** Output shown when a start has failed. */
const shownLines = 20;

const nothing = (): void => undefined;

/** One service that was started at least once: its process and what becomes of it. */
export class Service {
  readonly log: ServiceLog;
  readonly #around: ServiceSurroundings;
  #config: ServiceConfig;
  #state: ServiceState = 'initial';
  #currentSince: Date;
  #process: LaunchedProcess | undefined;
  #cancelTimer: () => void = nothing;
  #cancelReset: () => void = nothing;
  readonly #backoff = new Backoff();
  #start: Pending | undefined;
  #stop: Pending | undefined;
  /** Its process is being ended only to be started again. */
  #restarting = false;
  #starts = 0;

  constructor(config: ServiceConfig, log: ServiceLog, around: ServiceSurroundings) {
    this.#config = config;
    this.log = log;
    this.#around = around;
    this.#currentSince = around.clock.now();
  }

  get status(): ServiceStatus {
    return statuses[this.#state];
  }

  /** When the status last became what it is. */
  get currentSince(): Date {
    return this.#currentSince;
  }

  /** How often a process was started for it. */
  get starts(): number {
    return this.#starts;
  }

  /** Whether the daemon must stop it before it ends. */
  get live(): boolean {
    return this.#state === 'starting' || this.#state === 'running' || this.#state === 'backoff';
  }

  /**
   * Starts the service and resolves when it has lived for a second.
   *
   * @throws {ServiceError}
   */
  async start(config: ServiceConfig, task: TaskContext): Promise<void> {
    switch (this.#state) {
      case 'starting':
      case 'running':
        task.info(`Service ${goQuote(config.name)} already started.`);
        return;
      case 'terminating':
      case 'killing':
        throw new ServiceError(`cannot start service while ${this.#state}`);
      default:
    }
    this.#config = config;
    this.#cancelTimer();
    this.#backoff.reset();
    const owner = this.#findOwner();
    const started = pending();
    this.#start = started;
    this.#transition('starting');
    const abort = (): void => {
      this.#abortStart();
    };
    task.signal.addEventListener('abort', abort);
    try {
      await this.#launchFirst(owner);
      this.#awaitOkay();
      await this.#awaitStart(started, task);
    } finally {
      task.signal.removeEventListener('abort', abort);
    }
  }

  /**
   * Stops the service and resolves when its process has gone.
   *
   * @throws {ServiceError} when it outlives SIGKILL.
   */
  async stop(task: TaskContext): Promise<void> {
    const name = goQuote(this.#config.name);
    switch (this.#state) {
      case 'initial':
      case 'stopped':
        task.info(`Service ${name} already stopped.`);
        return;
      case 'exited':
        task.info(`Service ${name} had already exited.`);
        this.#transition('stopped');
        return;
      case 'terminating':
      case 'killing':
        this.#restarting = false;
        task.info(`Service ${name} already stopping.`);
        return;
      case 'backoff':
        this.#cancelTimer();
        this.#transition('stopped');
        return;
      case 'starting':
      case 'running':
        this.#startFailed('service start attempt: stopped before the 1s okay delay');
        this.#stop = pending();
        this.#terminate();
        await this.#stop.promise;
    }
  }

  /** A check has gone down: does what the service wants done then, if it runs or is to run. */
  checkFailed(check: string): void {
    const action = this.#config.onCheckFailure.get(check) ?? 'ignore';
    const concerned =
      this.#state === 'running' || this.status === 'backoff' || this.#state === 'exited';
    if (action === 'ignore' || !concerned) {
      return;
    }
    if (action !== 'restart') {
      this.#around.onShutdown(checkShutdownCode(action));
    } else if (this.#state === 'running') {
      this.#restarting = true;
      this.#terminate();
    } else if (this.#state === 'exited') {
      this.#backOff();
    }
  }

  /** @throws {ServiceError} when no process runs or the name is no signal's. */
  signal(name: string, numbers: Readonly<Record<string, number>>): void {
    if (this.#state !== 'starting' && this.#state !== 'running') {
      throw new ServiceError('service is not running');
    }
    if (!isSignal(name, numbers)) {
      throw new ServiceError(`invalid signal name ${goQuote(name)}`);
    }
    this.#process?.signal(name);
  }

  #findOwner(): FoundOwner | undefined {
    try {
      return findOwner(this.#around.accounts, this.#config.owner);
    } catch (error) {
      this.#transition('stopped');
      throw error;
    }
  }

  async #launchFirst(owner: FoundOwner | undefined): Promise<void> {
    try {
      await this.#launch(owner);
    } catch (error) {
      this.#start = undefined;
      this.#gone();
      throw new ServiceError(`cannot start service: ${messageOf(error)}`, { cause: error });
    }
  }

  async #awaitStart(started: Pending, task: TaskContext): Promise<void> {
    try {
      await started.promise;
    } catch (error) {
      if (!task.signal.aborted) {
        task.info(`Most recent service output:\n${this.log.lastLines(shownLines, '    ')}`);
      }
      throw error;
    }
  }

  /** No process is left, and none is to come. */
  #gone(): void {
    this.#cancelTimer();
    this.#transition('stopped');
    this.#stop?.settle();
    this.#stop = undefined;
  }

  async #launch(owner: FoundOwner | undefined): Promise<void> {
    const process = await launchService(this.#config, owner, this.#around.launcher, this.log);
    this.#process = process;
    this.#starts += 1;
    void this.#watch(process, this.#config.killDelay);
    // Somebody may have stopped the service or aborted its start in the meantime.
    if (this.#state === 'terminating' || this.#state === 'killing') {
      process.signalGroup(this.#state === 'terminating' ? 'SIGTERM' : 'SIGKILL');
    }
  }

  async #watch(process: LaunchedProcess, killDelay: number): Promise<void> {
    const code = await processEnd(process, killDelay, this.#around.clock);
    this.log.flush();
    if (this.#process === process) {
      this.#process = undefined;
      this.#exited(code);
    }
  }

  #awaitOkay(): void {
    if (this.#state !== 'starting') {
      return;
    }
    const okay = (): void => {
      if (this.#state === 'starting') {
        this.#running();
        this.#start?.settle();
        this.#start = undefined;
      }
    };
    if (this.#around.okayDelay === 0) {
      okay();
    } else {
      this.#cancelTimer = this.#around.clock.after(this.#around.okayDelay, okay);
    }
  }

  #running(): void {
    this.#transition('running');
    this.#cancelReset = this.#around.clock.after(this.#config.backoffLimit, () => {
      this.#backoff.reset();
    });
  }

  #exited(code: number): void {
    this.#cancelTimer();
    this.#cancelReset();
    if (this.#state === 'terminating' || this.#state === 'killing') {
      if (this.#restarting) {
        this.#restarting = false;
        this.#backOff();
      } else {
        this.#gone();
      }
      return;
    }
    if (this.#state !== 'starting' && this.#state !== 'running') {
      // It was given up on as one that cannot be killed, and has ended after all.
      return;
    }
    const action = code === 0 ? this.#config.onSuccess : this.#config.onFailure;
    this.#startFailed(`service start attempt: exited quickly with code ${code}, will ${action}`);
    this.#act(action, code);
  }

  #act(action: ExitAction, code: number): void {
    switch (action) {
      case 'restart':
        this.#backOff();
        return;
      case 'ignore':
        this.#transition(code === 0 ? 'stopped' : 'exited');
        return;
      default:
        this.#transition('exited');
        this.#around.onShutdown(shutdownCode(action, code));
    }
  }

  #backOff(): void {
    const delay = this.#backoff.next(this.#config, this.#around.random());
    this.#transition('backoff');
    this.#cancelTimer = this.#around.clock.after(delay, () => {
      void this.#restart();
    });
  }

  async #restart(): Promise<void> {
    try {
      const owner = findOwner(this.#around.accounts, this.#config.owner);
      this.#running();
      await this.#launch(owner);
    } catch {
      // As with Pebble, a service whose program has gone stays in backoff until it is started.
      this.#cancelReset();
      if (this.#state === 'running') {
        this.#transition('backoff');
      } else {
        this.#gone();
      }
    }
  }

  #terminate(): void {
    this.#cancelTimer();
    this.#cancelReset();
    this.#process?.signalGroup('SIGTERM');
    this.#transition('terminating');
    this.#cancelTimer = this.#around.clock.after(this.#config.killDelay, () => {
      this.#kill();
    });
  }

  #kill(): void {
    this.#process?.signalGroup('SIGKILL');
    this.#transition('killing');
    this.#cancelTimer = this.#around.clock.after(killWait, () => {
      this.#transition('stopped');
      this.#stop?.settle(
        new ServiceError('cannot stop service: process still running after SIGTERM and SIGKILL'),
      );
      this.#stop = undefined;
    });
  }

  #abortStart(): void {
    if (this.#state === 'starting') {
      this.#cancelTimer();
      this.#transition('killing');
      this.#process?.signalGroup('SIGKILL');
      this.#startFailed('start aborted, sent SIGKILL to process');
    }
  }

  #startFailed(message: string): void {
    this.#start?.settle(new ServiceError(message));
    this.#start = undefined;
  }

  #transition(state: ServiceState): void {
    const before = this.status;
    const first = this.#state === 'initial';
    this.#state = state;
    if (first || this.status !== before) {
      this.#currentSince = this.#around.clock.now();
      this.#around.onStatus(this.#config.name, this.status);
    }
  }
}

function isSignal(name: string, numbers: Readonly<Record<string, number>>): name is SignalName {
  return Object.hasOwn(numbers, name);
}
