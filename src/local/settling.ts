import { setTimeout as delay } from 'node:timers/promises';
import { hookName } from '../simulator/hook.ts';
import type { SimulatedUnit } from '../simulator/simulated-unit.ts';
import { HookFailedError } from './agent/errors.ts';
import { retryDelay, type RetryDelayOptions } from './agent/retry-delay.ts';
import type { HookReport, UnitAgent } from './agent/unit-agent.ts';
import type { LocalEvent } from './local-event.ts';

export interface SettleOptions {
  /** How often one hook may fail, or be killed, in a row. Default: 3. */
  readonly attempts?: number;
}

/** The deployment around it. */
interface Surroundings {
  /** Aborted when no more hooks are to run. */
  readonly stopped: AbortSignal;
  readonly on: (listener: (event: LocalEvent) => void) => () => void;
  readonly tell: (event: LocalEvent) => void;
}

/** Runs the hooks of a unit until none is due. */
export class Settling {
  readonly #agent: UnitAgent;
  readonly #unit: SimulatedUnit;
  readonly #retry: RetryDelayOptions;
  readonly #around: Surroundings;

  constructor(
    agent: UnitAgent,
    unit: SimulatedUnit,
    retry: RetryDelayOptions,
    around: Surroundings,
  ) {
    this.#agent = agent;
    this.#unit = unit;
    this.#retry = retry;
    this.#around = around;
  }

  /**
   * @param attempts how often one hook may fail, or be killed, in a row
   * @throws {HookFailedError} when one has
   */
  async run(attempts: number): Promise<HookReport[]> {
    const { stopped, on, tell } = this.#around;
    const reports: HookReport[] = [];
    const lines: string[] = [];
    const forget = on((event) => {
      if (event.type === 'hook-begun') lines.length = 0;
      if (event.type === 'log') lines.push(`${event.level} ${event.message}`);
    });
    let misses = 0;
    try {
      while (!stopped.aborted) {
        const report = await this.#agent.runNextHook();
        if (report === undefined) break;
        reports.push(report);
        tell({ type: 'hook', at: new Date(), report });
        if (report.outcome === 'committed' || report.outcome === 'skipped') {
          misses = 0;
          continue;
        }
        if (stopped.aborted) break;
        misses += 1;
        if (misses >= attempts) throw this.#failure(report, misses, lines);
        if (report.outcome !== 'failed') continue;
        const wait = retryDelay(misses, this.#retry);
        await delay(wait, undefined, { signal: stopped }).catch(() => undefined);
      }
    } finally {
      forget();
    }
    return reports;
  }

  #failure(report: HookReport, attempts: number, lines: readonly string[]): HookFailedError {
    const hook = this.#unit.failed?.hook;
    const name = hook === undefined ? report.hook : hookName(hook);
    return new HookFailedError(this.#unit.name, name, {
      attempts,
      why: report.reason ?? report.outcome,
      lines: lines.slice(-10),
    });
  }
}
