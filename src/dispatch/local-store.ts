import type { FileStore } from '../framework/file-store.ts';
import { mergeStates } from '../framework/merge-states.ts';
import { emptyText, parseState, printState } from '../framework/state-format.ts';
import type { Store } from '../framework/store.ts';
import type { HookTools } from '../juju/hook-tool.ts';
import { stateGet, stateSet } from '../juju/tools/state.ts';
import { digestOf, takenOverKey } from './state-digest.ts';
import { controllerPlace, fromPieces, replacing, type KeptState } from './state-pieces.ts';
import type { StateCopy } from './state-copy.ts';

export interface LocalStoreOptions {
  readonly tools: HookTools;
  readonly file: FileStore;
  /** What the charm's directory tells of the controller. */
  readonly copy: StateCopy;
  /**
   * Whether the controller is asked also where nothing in the charm's directory says that it was
   * ever used, as in a new pod.
   */
  readonly asks: boolean;
}

/**
 * A store in a file of the charm's directory, for a unit whose state may have been in the controller.
 *
 * What the controller holds is taken over once. The hook that does so writes the file first, and
 * then has the controller emptied, which Juju does when the hook succeeds. If it fails, the
 * controller holds everything still, and its retry joins the two. The next hook finds the controller
 * empty, and no later one asks.
 */
export class LocalStore implements Store {
  readonly #options: LocalStoreOptions;
  /** What the controller holds, and this hook takes over. */
  #taking: KeptState | undefined;

  constructor(options: LocalStoreOptions) {
    this.#options = options;
  }

  get place(): string {
    return this.#options.file.place;
  }

  get takenFrom(): string | undefined {
    return this.#taking === undefined ? undefined : controllerPlace;
  }

  async load(): Promise<string | undefined> {
    const { file, copy, tools } = this.#options;
    const own = await file.load();
    if (!(await this.#mustAsk())) return own;
    const kept = await stateGet(tools);
    const held = await fromPieces(kept, controllerPlace);
    if (held === undefined) {
      await copy.write(emptyText());
      return own;
    }
    this.#taking = kept;
    // The controller took this very file over, and went on from it.
    if (own === undefined || kept[takenOverKey] === (await digestOf(own))) return held;
    return printState(mergeStates(parseState(held, controllerPlace), parseState(own, this.place)));
  }

  async commit(text: string): Promise<void> {
    const { file, copy, tools } = this.#options;
    await file.commit(text);
    const taken = this.#taking;
    if (taken === undefined) return;
    await copy.retire();
    await stateSet(tools, { ...replacing(taken, {}), [takenOverKey]: '' });
    this.#taking = undefined;
  }

  async #mustAsk(): Promise<boolean> {
    const { copy, asks } = this.#options;
    const known = await copy.read();
    if (known !== undefined) return known !== emptyText();
    return asks || (await copy.isRetired());
  }
}
