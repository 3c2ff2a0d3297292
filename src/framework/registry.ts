import { DuplicatePathError } from './errors.ts';
import type { CharmEvent } from './event.ts';
import type { EventSource } from './event-source.ts';
import type { Emitter, Observer } from './observer.ts';

type AnySource = Pick<EventSource<CharmEvent>, 'redeliver'>;

/** The objects of one dispatch and the events that they emit: what a deferred event is found by. */
export class Registry {
  readonly #objects = new Map<string, object>();
  /** By emitter and kind. */
  readonly #sources = new Map<string, Map<string, AnySource>>();

  /** @throws {DuplicatePathError} where another object has the path */
  addObject(object: Emitter | Observer): void {
    const known = this.#objects.get(object.path);
    if (known !== undefined && known !== object) {
      throw new DuplicatePathError(object.path, 'the object');
    }
    this.#objects.set(object.path, object);
  }

  /** @throws {DuplicatePathError} where the emitter has an event of the kind, or its path is taken */
  addSource<E extends CharmEvent>(emitter: Emitter, source: EventSource<E>): void {
    this.addObject(emitter);
    const { kind } = source;
    let kinds = this.#sources.get(source.emitter);
    if (kinds === undefined) {
      kinds = new Map();
      this.#sources.set(source.emitter, kinds);
    }
    if (kinds.has(kind)) {
      throw new DuplicatePathError(`${source.emitter}/${kind}`, 'the event');
    }
    kinds.set(kind, source);
  }

  source(emitter: string, kind: string): AnySource | undefined {
    return this.#sources.get(emitter)?.get(kind);
  }
}
