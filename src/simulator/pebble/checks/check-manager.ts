import { isSameEntry } from '../../../pebble/plan/compare.ts';
import { effectiveCheck } from '../../../pebble/plan/effective.ts';
import type { Entry, Sections } from '../../../pebble/plan/shape.ts';
import { checkConfig } from './check-config.ts';
import { Check, type CheckHost } from './check.ts';

/** Which checks count for a question about health. */
export interface HealthQuestion {
  readonly level: '' | 'alive' | 'ready';
  /** Only these; empty for all. */
  readonly names: readonly string[];
}

interface Defined {
  readonly check: Check;
  entry: Entry;
}

/** The checks of the plan. */
export class CheckManager {
  readonly #plan: () => Sections;
  readonly #host: CheckHost;
  readonly #checks = new Map<string, Defined>();

  constructor(plan: () => Sections, host: CheckHost) {
    this.#plan = plan;
    this.#host = host;
  }

  /** Sorted by name. */
  all(): Check[] {
    return [...this.#checks].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, { check }]) => check);
  }

  get(name: string): Check | undefined {
    return this.#checks.get(name)?.check;
  }

  /**
   * Follows the plan: starts checks that are new or changed, and those that were stopped although
   * they are to run. One that runs and is disabled now goes on as it is, as in Pebble.
   */
  planChanged(): void {
    for (const [name, planned] of this.#plan().checks) {
      const entry = effectiveCheck(planned, this.#plan());
      const config = checkConfig(name, entry);
      const known = this.#checks.get(name);
      if (known === undefined) {
        const check = new Check(config, this.#host);
        this.#checks.set(name, { check, entry });
        if (config.startup === 'enabled') {
          check.start(config);
        }
        continue;
      }
      if (known.check.active) {
        const isDisabledNow =
          config.startup === 'disabled' && known.check.config.startup === 'enabled';
        if (isDisabledNow || isSameEntry(known.entry, entry)) {
          continue;
        }
        known.entry = entry;
        known.check.start(config);
      } else {
        known.entry = entry;
        if (config.startup === 'enabled') {
          known.check.start(config);
        } else {
          known.check.define(config);
        }
      }
    }
  }

  /** The names that are not in the plan, sorted. */
  unknown(names: readonly string[]): string[] {
    return names.filter((name) => !this.#checks.has(name)).sort();
  }

  /** @returns the names of those that did not run, sorted. */
  start(names: readonly string[]): string[] {
    return this.#each(names, (check) => {
      if (check.active) {
        return false;
      }
      check.start(check.config);
      return true;
    });
  }

  /** @returns the names of those that ran, sorted. */
  stop(names: readonly string[]): string[] {
    return this.#each(names, (check) => check.stop());
  }

  /** Whether no check is down that counts. Alive checks count for `ready`, too. */
  healthy({ level, names }: HealthQuestion): boolean {
    return this.all().every(
      ({ status, config }) =>
        status !== 'down' ||
        (names.length > 0 && !names.includes(config.name)) ||
        !(
          level === '' ||
          config.level === level ||
          (level === 'ready' && config.level === 'alive')
        ),
    );
  }

  close(): void {
    for (const { check } of this.#checks.values()) {
      check.stop();
    }
  }

  #each(names: readonly string[], act: (check: Check) => boolean): string[] {
    return [...new Set(names)].sort().filter((name) => {
      const check = this.get(name);
      return check !== undefined && act(check);
    });
  }
}
