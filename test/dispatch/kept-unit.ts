import * as z from 'zod/mini';
import { ControllerStore } from '../../src/dispatch/controller-store.ts';
import { LocalStore } from '../../src/dispatch/local-store.ts';
import { StateCopy } from '../../src/dispatch/state-copy.ts';
import { FileStore } from '../../src/framework/file-store.ts';
import { Framework } from '../../src/framework/framework.ts';
import type { PayloadEvent, PayloadSource } from '../../src/framework/payload-event.ts';
import type { StoredState } from '../../src/framework/stored-state.ts';
import { SimulatedJuju } from '../../src/simulator/simulated-juju.ts';
import type { SimulatedUnit } from '../../src/simulator/simulated-unit.ts';
import {
  HookToolFaults,
  RunHookTools,
  type AnsweredCall,
} from '../../src/testing/hook-tool-calls.ts';
import { CrashingFiles, type Survival } from '../framework/crashing-files.ts';
import { RecordingLogger } from '../support/recording-logger.ts';
import { meta } from './hello-charm.ts';

export const localPath = '/charm/state.json';
export const copyPath = '/charm/copy';
export const retiredPath = '/charm/copy.retired';

/** What a charm does in one hook. */
export interface Parts {
  readonly framework: Framework;
  /** Its events are deferred, and once more each time they come again. */
  readonly numbered: PayloadSource<number>;
  readonly note: StoredState<string>;
}

export interface HookOptions {
  /**
   * Which store the revision uses that runs this hook: `home` is the file of a unit whose state may
   * be in the controller, `file` that of a revision that knows nothing of the controller.
   *
   * @default 'controller'
   */
  readonly state?: 'controller' | 'home' | 'file';
  /** Of `home`: whether the charm says `state: 'local'`. @default true */
  readonly asks?: boolean;
  /** What becomes of the hook after the charm has committed. @default it succeeds */
  readonly flush?: 'succeeds' | 'fails';
  /** The step on the disk at which the machine dies. @default never */
  readonly crashAt?: number;
  readonly survival?: Survival;
  readonly maxSize?: number;
  readonly handling?: (event: PayloadEvent<number>) => ReturnType<typeof event.defer> | void;
}

export interface HookResult {
  readonly committed: boolean;
  readonly calls: readonly AnsweredCall[];
  readonly log: readonly string[];
  /** The numbers in the queue at the end. */
  readonly numbers: readonly unknown[];
  readonly error?: unknown;
}

/** A unit of Juju with a disk, on which charms of both kinds of store run hooks. */
export class KeptUnit {
  readonly unit: SimulatedUnit;
  readonly faults: HookToolFaults = new HookToolFaults();
  disk: ReadonlyMap<string, string> = new Map();

  constructor(version = '3.6.9') {
    const juju = new SimulatedJuju({ version });
    const app = juju.addApplication('hello', meta, { election: 'manual' });
    this.unit = app.addUnit({ address: '10.1.0.1' });
  }

  async hook(
    act: (parts: Parts) => Promise<void> | void = () => {},
    options: HookOptions = {},
  ): Promise<HookResult> {
    const run = this.unit.begin({ kind: 'update-status' });
    const files = new CrashingFiles(this.disk, options.crashAt, options.survival);
    const tools = new RunHookTools(run, this.faults);
    const local = new FileStore(localPath, { files });
    const logger = new RecordingLogger();
    const copy = new StateCopy(copyPath, files);
    const stores = {
      controller: () => new ControllerStore({ tools, local, copy, maxSize: options.maxSize }),
      home: () => new LocalStore({ tools, file: local, copy, asks: options.asks ?? true }),
      file: () => local,
    };
    const store = stores[options.state ?? 'controller']();
    let numbers: readonly unknown[] = [];
    let error: unknown;
    try {
      const framework = await Framework.open({ store, logger });
      const handling = options.handling ?? ((event) => event.defer('not yet'));
      const owner = {
        path: 'charm',
        onNumbered: (event: PayloadEvent<number>): ReturnType<typeof handling> => handling(event),
      };
      const numbered = framework.define(owner, 'numbered', z.number());
      framework.observe(owner, numbered, owner.onNumbered);
      const note = framework.stored(owner, 'note', { schema: z.string(), initial: () => '' });
      await act({ framework, numbered, note });
      await framework.commit();
      numbers = framework.deferred.map(({ snapshot }) => snapshot);
    } catch (thrown) {
      error = thrown;
    }
    this.disk = files.remains;
    const { calls } = tools;
    const log = logger.lines;
    if (files.dead) run.requeue();
    else if (error !== undefined || options.flush === 'fails') run.fail('the test says so');
    else return { committed: run.commit().committed, calls, log, numbers };
    return { committed: false, calls, log, numbers, error };
  }
}

/** Has events deferred, one for each number. */
export function defer(...numbers: number[]): (parts: Parts) => Promise<void> {
  return async ({ numbered }) => {
    for (const number of numbers) await numbered.emit(number);
  };
}

export async function reemit({ framework }: Parts): Promise<void> {
  await framework.reemit();
}

export function toolsOf({ calls }: HookResult): string[] {
  return calls.map(({ tool }) => tool);
}
