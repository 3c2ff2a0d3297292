import { Harness, type HarnessOptions, type PretendProgram } from 'charmwright/testing';
import { onTestFinished } from 'vitest';

import { PgBouncerCharm } from '../../src/pgbouncer/charm.ts';
import type { meta } from '../../src/pgbouncer/charm.types.ts';
import type { Machine } from '../../src/pgbouncer/machine.ts';
import type { Endpoint } from '../../src/pgbouncer/relations/endpoint.ts';

export const base = '/var/lib/postgresql/pgbouncer';

/** What a backend charm writes when its database is there. The password is recognisable. */
export const backendData = {
  database: 'orders',
  endpoints: '10.2.0.1:5432',
  username: 'relation_7',
  password: 'sesame-open-7',
  version: '15.8',
};

/** A machine whose cores and servers a test decides about. No time passes on it. */
export class FakeMachine implements Machine {
  cores: number;
  answering: (endpoint: Endpoint) => boolean;
  readonly asked: Endpoint[] = [];

  /** With two cores, and every server answering, unless said otherwise. */
  constructor(parts: Partial<Pick<FakeMachine, 'cores' | 'answering'>> = {}) {
    const { cores = 2, answering = () => true } = parts;
    this.cores = cores;
    this.answering = answering;
  }

  instances(): number {
    return this.cores;
  }

  async answers(endpoint: Endpoint): Promise<boolean> {
    this.asked.push(endpoint);
    return this.answering(endpoint);
  }

  async wait(): Promise<void> {}
}

/**
 * PgBouncer as far as signals go: it reloads on SIGHUP and says so. What else it says then is up to
 * the test. As in reality no line is said twice, for each begins with the time.
 */
export function sayingOnReload(...complaints: readonly string[]): PretendProgram {
  return (process) => {
    let time = 0;
    const say = (line: string) => {
      time += 1;
      process.write(`2026-03-01 12:00:00.${String(time).padStart(3, '0')} UTC [7] ${line}\n`);
    };
    say('LOG process up: PgBouncer 1.18.0');
    return (signal) => {
      if (signal === 'SIGHUP') {
        for (const line of ['LOG got SIGHUP, re-reading config', ...complaints]) {
          say(line);
        }
      } else {
        process.exit(0);
      }
    };
  };
}

export const pretendPgbouncer: PretendProgram = sayingOnReload();

export interface UnderTest {
  readonly harness: Harness<typeof meta>;
  readonly machine: FakeMachine;
}

/** The charm in a harness, with its own machine. Nothing has begun. */
export function pgbouncerUnderTest(options: HarnessOptions<typeof meta> = {}): UnderTest {
  const machine = new FakeMachine();
  class PgBouncerUnderTest extends PgBouncerCharm {
    override readonly machine = machine;
  }
  const harness = new Harness(PgBouncerUnderTest, {
    leader: true,
    model: { name: 'shop' },
    containers: { pgbouncer: { programs: { pgbouncer: pretendPgbouncer } } },
    ...options,
  });
  onTestFinished(() => harness.close());
  return { harness, machine };
}

/** A unit that has gone through all its initial hooks. */
export async function runningUnit(options: HarnessOptions<typeof meta> = {}): Promise<UnderTest> {
  const under = pgbouncerUnderTest(options);
  await under.harness.beginWithInitialHooks();
  return under;
}

/** The text of a file in the workload container; empty when it is not there. */
export function fileText(harness: Harness<typeof meta>, path: string): string {
  return harness.container('pgbouncer').file(`${base}/${path}`)?.text ?? '';
}

/** What the leader has published to its peers. */
export function peerData(harness: Harness<typeof meta>): Readonly<Record<string, string>> {
  return harness.getRelationData(harness.relationId('pgb-peers'), harness.appName);
}
