import type { FileStore } from '../framework/file-store.ts';
import { mergeStates } from '../framework/merge-states.ts';
import { emptyState, parseState, printState } from '../framework/state-format.ts';
import type { Store } from '../framework/store.ts';
import type { HookTools } from '../juju/hook-tool.ts';
import { stateGet, stateSet } from '../juju/tools/state.ts';
import type { StateCopy } from './state-copy.ts';
import { digestOf, takenOverKey } from './state-digest.ts';
import { StateChangedError, StateTooLargeError } from './state-errors.ts';
import {
  controllerPlace,
  fromPieces,
  replacing,
  sizeOf,
  toPieces,
  type KeptState,
} from './state-pieces.ts';

export interface ControllerStoreOptions {
  readonly tools: HookTools;
  /** The file in which an earlier revision, or one that this was rolled back to, kept the state. */
  readonly local: FileStore;
  readonly copy: StateCopy;
  /** Bytes that the controller keeps for a unit. @default 2 MiB, as Juju has it */
  readonly maxSize?: number | undefined;
}

const defaultMaxSize = 2 * 1024 * 1024;

/**
 * A store in Juju's controller: it survives the pod, and Juju applies it together with databags and
 * ports when the hook succeeds, or not at all.
 *
 * It asks at most once and writes at most once. While the copy beside the charm tells what the
 * controller holds, it asks only to make sure before it writes.
 *
 * A local file is taken over in two hooks, since this one may still fail: the first sends its
 * contents, with their digest; the next finds the digest at the controller and removes the file.
 */
export class ControllerStore implements Store {
  readonly place: string = controllerPlace;
  readonly #tools: HookTools;
  readonly #local: FileStore;
  readonly #copy: StateCopy;
  readonly #maxSize: number;
  /** What the controller holds; `undefined` until it was asked. */
  #kept: KeptState | undefined;
  /** The copy that stood in for the controller. */
  #assumed: string | undefined;
  /** The digest of the local file that this hook takes over. */
  #takingOver: string | undefined;

  constructor({ tools, local, copy, maxSize }: ControllerStoreOptions) {
    this.#tools = tools;
    this.#local = local;
    this.#copy = copy;
    this.#maxSize = maxSize ?? defaultMaxSize;
  }

  get takenFrom(): string | undefined {
    return this.#takingOver === undefined ? undefined : this.#local.place;
  }

  async load(): Promise<string | undefined> {
    const local = await this.#local.peek();
    this.#assumed = local === undefined ? await this.#copy.read() : undefined;
    if (this.#assumed !== undefined) return this.#assumed;
    this.#kept = await stateGet(this.#tools);
    const held = await fromPieces(this.#kept, this.place);
    if (local !== undefined && (await this.#isNews(local)))
      return await this.#takeOver(held, local);
    await this.#copy.write(held ?? printState(emptyState));
    return held;
  }

  async commit(text: string): Promise<void> {
    const kept = this.#kept ?? (await this.#verified());
    const pieces = text === printState(emptyState) ? {} : await toPieces(text);
    const size = sizeOf(pieces);
    if (size > this.#maxSize) throw new StateTooLargeError(size, this.#maxSize);
    await this.#copy.retire();
    const changes = {
      ...replacing(kept, pieces),
      ...(this.#takingOver === undefined ? {} : { [takenOverKey]: this.#takingOver }),
    };
    await stateSet(this.#tools, changes);
    this.#kept = { ...kept, ...changes };
    this.#takingOver = undefined;
  }

  /** Whether a local file holds what the controller never got. One that does not is removed. */
  async #isNews(local: string): Promise<boolean> {
    const taken = this.#kept?.[takenOverKey] === (await digestOf(local));
    if (!taken && local !== printState(emptyState)) return true;
    await this.#local.discard();
    return false;
  }

  async #takeOver(held: string | undefined, local: string): Promise<string> {
    const newer = parseState(local, this.#local.place);
    const older = held === undefined ? emptyState : parseState(held, this.place);
    this.#takingOver = await digestOf(local);
    return printState(mergeStates(older, newer));
  }

  /** What the controller holds, if that is what the copy says. */
  async #verified(): Promise<KeptState> {
    const kept = await stateGet(this.#tools);
    const held = (await fromPieces(kept, this.place)) ?? printState(emptyState);
    if (held === this.#assumed) return kept;
    await this.#copy.retire();
    throw new StateChangedError();
  }
}
