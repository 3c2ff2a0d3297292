import { ActiveStatus, BlockedStatus, WaitingStatus, type Status } from 'charmwright';

import { printProblem, type OptionProblem } from './option-problem.ts';

/** What a status can be about. */
export const concerns = [
  'none',
  'container',
  'configuration',
  'options',
  'backend',
  'services',
] as const;
export type Concern = (typeof concerns)[number];

/** A status and what it is about, so that who mends that can tell whether it still shows. */
export interface Verdict {
  readonly concern: Concern;
  readonly status: Status;
}

/** One PgBouncer process as Pebble sees it. */
export interface PoolerService {
  readonly name: string;
  /** Pebble's word, or `not planned` when the plan does not have it. */
  readonly state: string;
}

export const containerGone: Verdict = {
  concern: 'container',
  status: new WaitingStatus('waiting for the pgbouncer container'),
};

export const leaderNeeded: Verdict = {
  concern: 'configuration',
  status: new WaitingStatus('waiting for the leader to generate config'),
};

export const configNeeded: Verdict = {
  concern: 'configuration',
  status: new WaitingStatus('waiting for the pgbouncer config'),
};

export const backendMissing: Verdict = {
  concern: 'backend',
  status: new BlockedStatus('waiting for backend database relation to initialise'),
};

export const backendNotReady: Verdict = {
  concern: 'backend',
  status: new BlockedStatus('backend database relation not ready'),
};

/** What the processes say: nothing when all of them run. */
export function aboutServices(services: readonly PoolerService[]): Verdict | undefined {
  const down = services.find(({ state }) => state !== 'active');
  return down === undefined
    ? undefined
    : {
        concern: 'services',
        status: new WaitingStatus(`PgBouncer service ${down.name} not running: ${down.state}`),
      };
}

/** What the options say: nothing when all of them can be used. */
export function aboutOptions(problems: readonly OptionProblem[]): Verdict | undefined {
  return problems.length === 0
    ? undefined
    : {
        concern: 'options',
        status: new BlockedStatus(`option ${problems.map(printProblem).join('; ')}`),
      };
}

/** All is well, unless an option is not: the processes then run with its last good value. */
export function running(problems: readonly OptionProblem[]): Verdict {
  return aboutOptions(problems) ?? { concern: 'none', status: new ActiveStatus() };
}
