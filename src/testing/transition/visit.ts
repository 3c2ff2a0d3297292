/** A charm in the middle of a run. */
export interface Visit<C> {
  /** The charm before it gets any event; what it asks of Juju and Pebble, they answer. */
  readonly charm: C;
  /**
   * Has the deferred events and the event run. What the charm wrote has not left when it resolves.
   *
   * @throws whatever the event's handler threw
   */
  readonly run: () => Promise<void>;
}

/** What a test does with a charm in the middle of a run. */
export type Visitor<C> = (visit: Visit<C>) => Promise<void> | void;

interface Gate {
  readonly passed: Promise<void>;
  open(): void;
}

/** Has a dispatch and a test that looks into it take turns. */
export class Visiting<C> {
  readonly #visitor: Visitor<C>;
  readonly #asked = gate();
  readonly #ran = gate();
  #visited: Promise<void> = Promise.resolve();
  #failure: { readonly thrown: unknown } | undefined;
  #failed: { readonly thrown: unknown } | undefined;

  constructor(visitor: Visitor<C>) {
    this.#visitor = visitor;
  }

  /** The charm is there: lets the test have it, and waits until the events are to run. */
  async begin(charm: C): Promise<void> {
    this.#visited = this.#visit(charm);
    await Promise.race([this.#asked.passed, this.#visited]);
    if (this.#failed !== undefined) throw this.#failed.thrown;
  }

  /** The events have run: waits until the test has seen enough. */
  async beforeCommit(): Promise<void> {
    this.#ran.open();
    await this.#visited;
    if (this.#failed !== undefined) throw this.#failed.thrown;
  }

  /** The dispatch is over. What it threw is what the test hears from `run()`. */
  async end(error: unknown): Promise<void> {
    if (error !== undefined) this.#failure = { thrown: error };
    this.#asked.open();
    this.#ran.open();
    await this.#visited;
  }

  async #visit(charm: C): Promise<void> {
    try {
      await this.#visitor({ charm, run: () => this.#run() });
    } catch (thrown) {
      this.#failed = { thrown };
    }
  }

  async #run(): Promise<void> {
    this.#asked.open();
    await this.#ran.passed;
    if (this.#failure !== undefined) throw this.#failure.thrown;
  }
}

function gate(): Gate {
  const openers: (() => void)[] = [];
  const passed = new Promise<void>((resolve) => {
    openers.push(resolve);
  });
  return {
    passed,
    open: () => {
      for (const open of openers) open();
    },
  };
}
