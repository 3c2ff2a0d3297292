import { Charm, type StoredState } from 'charmwright';
import * as z from 'zod/mini';

import { meta } from './charm.types.ts';
import { thisMachine, type Machine } from './machine.ts';
import type { BackendReading } from './relations/backend-data.ts';
import { concerns, type Concern } from './verdict.ts';

/**
 * An answer that is worked out once in a dispatch, when it is first asked for. A failure is not
 * remembered: a deferred event's bad luck is not the next one's.
 */
export class Once<T> {
  #answer: { readonly known: T } | undefined;

  async get(find: () => Promise<T>): Promise<T> {
    this.#answer ??= { known: await find() };
    return this.#answer.known;
  }
}

/** The unit as steps and relations see it. The charm itself adds which event leads to what. */
export class Pooler extends Charm<typeof meta> {
  static readonly meta: typeof meta = meta;

  /** The machine that the charm runs on. A test gives another one. */
  readonly machine: Machine = thisMachine;
  readonly backend: Once<BackendReading> = new Once();
  readonly backendAnswers: Once<boolean> = new Once();
  /** The port that Juju was last asked to open; 0 before the first. */
  readonly exposedPort: StoredState<number> = this.stored('exposedPort', {
    schema: z.int(),
    initial: () => 0,
  });
  /** What the status that the charm set last is about. */
  readonly concern: StoredState<Concern> = this.stored('concern', {
    schema: z.enum(concerns),
    initial: () => 'none',
  });
}
