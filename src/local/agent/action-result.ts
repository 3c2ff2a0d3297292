import { isUtf8 } from 'node:buffer';
import type { ActionReport, ActionValue } from '../../simulator/action.ts';

/** What `juju run --format=json` shows of an action that is over. */
export interface ActionResult {
  /** The operation's number, which is the charm's JUJU_ACTION_UUID. */
  readonly id: string;
  readonly action: string;
  readonly status: 'completed' | 'failed';
  /** Why it failed; what the charm said, or what happened to its process. */
  readonly message: string;
  /**
   * What the charm set, and besides it `return-code`, and `stdout` and `stderr` where something was
   * printed. What is not UTF-8 is in base64, as `stdout-encoding` or `stderr-encoding` then says.
   */
  readonly results: Readonly<Record<string, ActionValue | number>>;
  /** What the charm said with action-log. */
  readonly log: readonly string[];
  /** Milliseconds from the process's start to its end. */
  readonly duration: number;
  /** How many times hook tools were called. */
  readonly toolCalls: number;
}

/** What an action's process has printed. */
export class ActionOutput {
  readonly #pieces = { stdout: [] as Uint8Array[], stderr: [] as Uint8Array[] };

  add(stream: 'stdout' | 'stderr', bytes: Uint8Array): void {
    this.#pieces[stream].push(bytes);
  }

  /**
   * The action's results in Juju's form.
   *
   * @param report how the action ended; its own stderr is what Juju has to add to the process's
   */
  results({ results, returnCode, stderr }: ActionReport): ActionResult['results'] {
    return {
      ...results,
      'return-code': returnCode,
      ...printed('stdout', Buffer.concat(this.#pieces.stdout)),
      ...printed('stderr', Buffer.concat([...this.#pieces.stderr, Buffer.from(stderr)])),
    };
  }
}

function printed(stream: 'stdout' | 'stderr', bytes: Buffer): Record<string, string> {
  if (bytes.length === 0) return {};
  if (isUtf8(bytes)) return { [stream]: bytes.toString('utf8') };
  return { [stream]: bytes.toString('base64'), [`${stream}-encoding`]: 'base64' };
}
