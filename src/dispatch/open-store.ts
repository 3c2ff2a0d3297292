import { join } from 'node:path';
import { machineFiles } from '../framework/durable-files.ts';
import { FileStore } from '../framework/file-store.ts';
import type { Store } from '../framework/store.ts';
import type { Environment } from '../juju/context.ts';
import type { HookTools } from '../juju/hook-tool.ts';
import { ControllerStore } from './controller-store.ts';
import { LocalStore } from './local-store.ts';
import { StateCopy } from './state-copy.ts';

/** The file in the charm's directory that keeps deferred events and stored state. */
export const stateFileName = '.charmwright-state.json';

/** The file in the charm's directory with what the controller was last seen to keep. */
const copyFileName = '.charmwright-copy';

/** Where a unit's deferred events and stored state are kept. */
export interface StateOptions {
  /**
   * - `'controller'`: in Juju's controller, with `state-set`. It survives the pod.
   * - `'local'`: in a file in the charm's directory. What the controller has is taken over.
   * - `'auto'`: where it survives at the least cost: on Kubernetes, whose pods come and go with the
   *   charm's directory, in the controller; on a machine in the file.
   *
   * @default 'auto'
   */
  readonly state?: 'auto' | 'controller' | 'local';
  /**
   * Bytes of state that the controller takes. To be raised together with the controller's own
   * `max-charm-state-size`.
   *
   * @default 2 MiB, as Juju has it
   */
  readonly maxStateSize?: number;
}

/** Opens the store of the unit that the environment names. Nothing is read before it is loaded. */
export function openStore(
  { state = 'auto', maxStateSize }: StateOptions,
  environment: Environment,
  charmDir: string,
  tools: HookTools,
): Store {
  const local = new FileStore(join(charmDir, stateFileName));
  const inController = state === 'controller' || (state === 'auto' && isKubernetes(environment));
  const copy = new StateCopy(join(charmDir, copyFileName), machineFiles);
  if (inController) return new ControllerStore({ tools, local, copy, maxSize: maxStateSize });
  return new LocalStore({ tools, file: local, copy, asks: state === 'local' });
}

/** Juju gives a unit's machine, and in a pod the empty string. */
function isKubernetes(environment: Environment): boolean {
  return environment['JUJU_MACHINE_ID'] === '';
}
