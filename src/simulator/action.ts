/** What an action's tools have gathered. It is kept even if the action fails. */
export class ActionData {
  readonly params: Readonly<Record<string, unknown>>;
  readonly results: Record<string, ActionValue> = {};
  readonly log: string[] = [];
  failed = false;
  message = '';

  constructor(params: Readonly<Record<string, unknown>>) {
    this.params = params;
  }

  /** Sets a result below nested keys; text takes the place of a map, and a map that of text. */
  setResult(keys: readonly string[], value: string): void {
    let map = this.results;
    for (const key of keys.slice(0, -1)) {
      const below = map[key];
      const next = typeof below === 'object' ? below : {};
      map[key] = next;
      map = next;
    }
    const last = keys.at(-1);
    if (last !== undefined) map[last] = value;
  }
}

/** A result: text, or results by key. */
export type ActionValue = string | { [key: string]: ActionValue };

/** How an action's process ended. */
export interface ActionEnd {
  readonly exitCode: number;
  /** Why it failed, where its exit code does not say so: it was killed, or could not be run. */
  readonly failure?: string;
  readonly stdout?: string;
  readonly stderr?: string;
}

/** What `juju run` shows of an action that is over. */
export interface ActionReport {
  readonly id: string;
  readonly action: string;
  readonly status: 'completed' | 'failed';
  /** Why it failed. */
  readonly message: string;
  readonly returnCode: number;
  /** What the charm set, besides what its process printed. */
  readonly results: Readonly<Record<string, ActionValue>>;
  readonly stdout: string;
  readonly stderr: string;
  /** What the charm said while it ran. */
  readonly log: readonly string[];
}
