import { availableParallelism } from 'node:os';
import { setTimeout } from 'node:timers/promises';

import { speaksPostgres } from './postgres-probe.ts';
import type { Endpoint } from './relations/endpoint.ts';

/** What the charm asks of the machine and network around it. */
export interface Machine {
  /** How many PgBouncer processes a unit shall run: the CPU cores that it may use. */
  instances(): number;
  /** Whether a server that speaks PostgreSQL's protocol answers there within a second. */
  answers(endpoint: Endpoint): Promise<boolean>;
  /** Lets time pass, in milliseconds. */
  wait(time: number): Promise<void>;
}

/** The machine that this process runs on. */
export const thisMachine: Machine = {
  instances: availableParallelism,
  answers: (endpoint) => speaksPostgres(endpoint, 1_000),
  wait: async (time) => {
    await setTimeout(time);
  },
};
