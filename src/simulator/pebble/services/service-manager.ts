import type { ChangePlan } from '../changes/change.ts';
import type { TaskPlan } from '../changes/task.ts';
import { ServiceLog, type LogEntry } from '../logs/service-log.ts';
import { lanesOf, startOrder, stopLanesOf, stopOrder } from '../plan/order.ts';
import { isSameEntry } from '../../../pebble/plan/compare.ts';
import { effectiveService } from '../../../pebble/plan/effective.ts';
import type { Entry, Sections } from '../../../pebble/plan/shape.ts';
import type { ServiceStatus } from '../core.ts';
import { serviceConfig } from './service-config.ts';
import { ServiceError } from './service-error.ts';
import type { ServiceSurroundings } from './service-surroundings.ts';
import { Service } from './service.ts';
import { goQuote } from '../../../pebble/plan/go-quote.ts';

/** A row of `GET /v1/services`. */
export interface ServiceRow {
  readonly name: string;
  readonly startup: 'enabled' | 'disabled';
  readonly current: ServiceStatus;
  readonly currentSince: Date | undefined;
}

interface Started {
  readonly service: Service;
  /** The definition that replan compares with. */
  entry: Entry;
}

/** The services of the plan: which of them run, and what has to be done to change that. */
export class ServiceManager {
  readonly #plan: () => Sections;
  readonly #around: ServiceSurroundings;
  readonly #onLog: (entry: LogEntry) => void;
  readonly #started = new Map<string, Started>();

  constructor(plan: () => Sections, around: ServiceSurroundings, onLog: (entry: LogEntry) => void) {
    this.#plan = plan;
    this.#around = around;
    this.#onLog = onLog;
  }

  /** The services of the plan, sorted by name. */
  rows(): ServiceRow[] {
    return [...this.#plan().services]
      .map(([name, entry]): ServiceRow => {
        const service = this.#started.get(name)?.service;
        return {
          name,
          startup: serviceConfig(name, entry).startup,
          current: service?.status ?? 'inactive',
          currentSince: service?.currentSince,
        };
      })
      .sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** The logs of the services that were started at least once. */
  logs(): ServiceLog[] {
    return [...this.#started.values()].map(({ service }) => service.log);
  }

  /** The first name that is not in the plan. */
  firstUnknown(names: readonly string[]): string | undefined {
    return names.find((name) => !this.#services().has(name));
  }

  planStart(names: readonly string[]): ChangePlan {
    return this.#planStart('start', names, startOrder(this.#services(), names));
  }

  /** Starts what is enabled and all that it requires; `undefined` when nothing is. */
  planAutostart(): ChangePlan | undefined {
    const order = startOrder(this.#services(), this.#enabled());
    return order.length === 0 ? undefined : this.#planStart('autostart', order, order);
  }

  planStop(names: readonly string[]): ChangePlan {
    const order = stopOrder(this.#services(), names);
    const tasks = this.#laneTasks('stop', lanesOf(this.#services(), order), [], 0);
    return { kind: 'stop', summary: this.#summary('stop', names, order), services: names, tasks };
  }

  planRestart(names: readonly string[]): ChangePlan {
    const stop = stopLanesOf(this.#services(), names);
    const start = startOrder(this.#services(), names);
    return {
      kind: 'restart',
      summary: this.#summary('restart', names, start),
      services: names,
      tasks: this.#stopThenStart(stop, start),
    };
  }

  planReplan(): ChangePlan {
    const changed: string[] = [];
    for (const [name, started] of this.#started) {
      const entry = this.#effective(name);
      if (entry !== undefined && !isSameEntry(entry, started.entry)) {
        changed.push(name);
        started.entry = entry;
      }
    }
    const stop = lanesOf(this.#services(), stopOrder(this.#services(), changed));
    const start = startOrder(this.#services(), [...changed, ...this.#enabled()]);
    const all = [...new Set([...stop.flat(), ...start])].sort();
    return {
      kind: 'replan',
      summary: all.length === 0 ? 'Replan - no services' : this.#summary('replan', all, all),
      services: all,
      tasks: this.#stopThenStart(stop, start),
    };
  }

  /** Stops everything that runs or would run again; `undefined` when nothing does. */
  planShutdown(): ChangePlan | undefined {
    const names = [...this.#started].flatMap(([name, { service }]) => (service.live ? [name] : []));
    if (names.length === 0) {
      return undefined;
    }
    const tasks = this.#laneTasks('stop', stopLanesOf(this.#services(), names), [], 0);
    return { kind: 'stop', summary: 'Stop all running services', services: names, tasks };
  }

  /** Sends a signal to each service. @returns what went wrong, service by service. */
  signal(
    name: string,
    services: readonly string[],
    numbers: Readonly<Record<string, number>>,
  ): string[] {
    return services.flatMap((each) => {
      try {
        const service = this.#started.get(each)?.service;
        if (service === undefined) {
          throw new ServiceError('service is not running');
        }
        service.signal(name, numbers);
        return [];
      } catch (error) {
        if (error instanceof ServiceError) {
          return [`cannot send signal to ${goQuote(each)}: ${error.message}`];
        }
        throw error;
      }
    });
  }

  /** How often each service was started, by hand or again by itself; sorted by name. */
  startCounts(): { readonly name: string; readonly active: boolean; readonly starts: number }[] {
    return [...this.#started]
      .map(([name, { service }]) => ({
        name,
        active: service.status === 'active',
        starts: service.starts,
      }))
      .sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** A check has gone down: does what services want done then. */
  checkFailed(check: string): void {
    for (const { service } of this.#started.values()) {
      service.checkFailed(check);
    }
  }

  /** The names of the services that shall start with the daemon. */
  #enabled(): string[] {
    return this.rows().flatMap(({ name, startup }) => (startup === 'enabled' ? [name] : []));
  }

  #planStart(
    kind: 'start' | 'autostart',
    names: readonly string[],
    order: readonly string[],
  ): ChangePlan {
    const tasks = this.#laneTasks('start', lanesOf(this.#services(), order), [], 0);
    return { kind, summary: this.#summary(kind, names, order), services: names, tasks };
  }

  /** A service of the plan with its workload. */
  #effective(name: string): Entry | undefined {
    const entry = this.#services().get(name);
    return entry && effectiveService(entry, this.#plan());
  }

  #services(): ReadonlyMap<string, Entry> {
    return this.#plan().services;
  }

  #summary(action: string, names: readonly string[], order: readonly string[]): string {
    const verb = `${action.charAt(0).toUpperCase()}${action.slice(1)}`;
    const more = order.length > 1 ? ` and ${order.length - 1} more` : '';
    return `${verb} service ${goQuote(names[0] ?? '')}${more}`;
  }

  #stopThenStart(stop: readonly (readonly string[])[], start: readonly string[]): TaskPlan[] {
    const stops = this.#laneTasks('stop', stop, [], 0);
    const all = [...stops.keys()];
    return [
      ...stops,
      ...this.#laneTasks('start', lanesOf(this.#services(), start), all, stops.length),
    ];
  }

  /** Tasks lane by lane; each waits for the one before it in its lane. */
  #laneTasks(
    kind: 'start' | 'stop',
    lanes: readonly (readonly string[])[],
    after: readonly number[],
    firstIndex: number,
  ): TaskPlan[] {
    const tasks: TaskPlan[] = [];
    for (const lane of lanes) {
      for (const [position, name] of lane.entries()) {
        const previous = position === 0 ? [] : [firstIndex + tasks.length - 1];
        tasks.push({
          kind,
          summary: `${kind === 'start' ? 'Start' : 'Stop'} service ${goQuote(name)}`,
          after: [...after, ...previous],
          run: (task) => (kind === 'start' ? this.#start(name, task) : this.#stop(name, task)),
        });
      }
    }
    return tasks;
  }

  async #start(name: string, task: Parameters<TaskPlan['run']>[0]): Promise<void> {
    const entry = this.#effective(name);
    if (entry === undefined) {
      throw new ServiceError(`cannot find service ${goQuote(name)} in plan`);
    }
    const config = serviceConfig(name, entry);
    let started = this.#started.get(name);
    if (started === undefined) {
      const log = new ServiceLog(name, () => this.#around.clock.now(), this.#onLog);
      started = { service: new Service(config, log, this.#around), entry };
      this.#started.set(name, started);
    } else if (!started.service.live || started.service.status === 'backoff') {
      started.entry = entry;
    }
    await started.service.start(config, task);
  }

  async #stop(name: string, task: Parameters<TaskPlan['run']>[0]): Promise<void> {
    const started = this.#started.get(name);
    if (started === undefined) {
      task.info(`Service ${goQuote(name)} has never been started.`);
      return;
    }
    await started.service.stop(task);
  }
}
