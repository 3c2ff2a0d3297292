import { rootOnly } from '../../../src/simulator/pebble/accounts.ts';
import { createPebbleCore } from '../../../src/simulator/pebble/create-pebble-core.ts';
import { manualClock, type ManualClock } from '../../../src/simulator/pebble/manual-clock.ts';
import { memoryFileSystem } from '../../../src/simulator/pebble/memory-file-system.ts';
import { textOf } from './core-fixture.ts';

/** A daemon with the service `web`, whose one process does nothing that a test does not say. */
export interface Stubborn {
  readonly clock: ManualClock;
  readonly process: { signals: string[]; abandoned: boolean; end: (code: number) => void };
  /** Asks for an action on the service and lets time pass, 20 seconds unless told otherwise. */
  readonly act: (action: string, milliseconds?: number) => Promise<void>;
  /** Lets a launch that is held go on. */
  readonly letLaunch: () => void;
  readonly launches: () => number;
  readonly status: () => Promise<string | undefined>;
}

const web = { override: 'replace', command: '/bin/web' };
const nothing = (): void => undefined;

export function stubborn(options: { held?: boolean; outputClosed?: Promise<void> } = {}): Stubborn {
  const clock = manualClock();
  const process = {
    signals: new Array<string>(),
    abandoned: false,
    end: nothing as (code: number) => void,
  };
  const exited = new Promise<number>((resolve) => {
    process.end = resolve;
  });
  let letLaunch = nothing;
  const allowed = new Promise<void>((resolve) => {
    letLaunch = resolve;
  });
  let launches = 0;
  const signal = (name: string): boolean => {
    process.signals.push(name);
    return true;
  };
  const core = createPebbleCore({
    launcher: {
      environment: {},
      async launch() {
        launches += 1;
        if (options.held === true) await allowed;
        return {
          pid: 1,
          exited,
          outputClosed: options.outputClosed ?? Promise.resolve(),
          signal,
          signalGroup: signal,
          abandonOutput: () => {
            process.abandoned = true;
          },
        };
      },
      execute: () => Promise.reject(new Error('no command is executed here')),
      hasProgram: () => Promise.resolve(false),
    },
    files: memoryFileSystem({ clock }),
    clock,
    accounts: rootOnly,
    layers: [{ order: 1, label: 'base', text: JSON.stringify({ services: { web } }) }],
    random: () => 0,
  });
  return {
    clock,
    process,
    letLaunch,
    launches: () => launches,
    async act(action, milliseconds = 20_000) {
      const body = JSON.stringify({ action, services: ['web'] });
      await core.handle({ method: 'POST', path: '/v1/services', body });
      await clock.advance(milliseconds);
    },
    async status() {
      const { body } = await core.handle({ method: 'GET', path: '/v1/services' });
      return /"current":"(\w+)"/.exec(await textOf(body))?.[1];
    },
  };
}
