import { HookToolUnavailableError } from '../juju/hook-tool.ts';
import type { HookToolCall, HookToolReply, HookTools } from '../juju/hook-tool.ts';
import { hookToolNames } from '../simulator/hook-tools/catalogue.ts';
import type { HookRun } from '../simulator/hook-run.ts';
import { HarnessStateError } from './errors.ts';

/** A call of a hook tool with the answer that it got. */
export interface AnsweredCall extends HookToolCall {
  readonly reply: HookToolReply;
}

/** When a hook tool shall fail, and how. */
export interface HookToolFault {
  /** Only calls for which this holds. Default: all calls of the tool. */
  readonly when?: (call: HookToolCall) => boolean;
  /** What it prints on stderr, after `ERROR `. Default: `permission denied`. */
  readonly message?: string;
  /** Its exit code. Default 1. With `unavailable` the tool cannot be run at all. */
  readonly code?: 1 | 2 | 'unavailable';
  /** How often it fails before it works again. Default: always. */
  readonly times?: number;
}

interface ArmedFault extends HookToolFault {
  readonly tool: string;
  left: number;
}

/** The failures that a test has ordered for hook tools. */
export class HookToolFaults {
  readonly #armed = new Set<ArmedFault>();

  /**
   * @returns a function that takes the fault back
   * @throws {HarnessStateError} when Juju has no such tool
   */
  add(tool: string, fault: HookToolFault): () => void {
    if (!hookToolNames.includes(tool)) {
      throw new HarnessStateError(
        `cannot have ${tool} fail: Juju has no hook tool of that name. It has ${hookToolNames.join(', ')}.`,
      );
    }
    const armed = { ...fault, tool, left: fault.times ?? Infinity };
    this.#armed.add(armed);
    return () => {
      this.#armed.delete(armed);
    };
  }

  /**
   * The failure that is due for a call, if any; it counts as used.
   *
   * @throws {HookToolUnavailableError}
   */
  answer(call: HookToolCall): HookToolReply | undefined {
    for (const fault of this.#armed) {
      if (fault.tool !== call.tool || fault.left === 0 || fault.when?.(call) === false) continue;
      fault.left -= 1;
      if (fault.code === 'unavailable') {
        throw new HookToolUnavailableError(call.tool, fault.message ?? 'the test says so');
      }
      const stderr = `ERROR ${fault.message ?? 'permission denied'}\n`;
      return { code: fault.code ?? 1, stdout: '', stderr };
    }
    return undefined;
  }
}

/** The hook tools of one run, in this process, with a record of what was asked. */
export class RunHookTools implements HookTools {
  readonly calls: AnsweredCall[] = [];
  readonly #run: HookRun;
  readonly #faults: HookToolFaults;

  constructor(run: HookRun, faults: HookToolFaults) {
    this.#run = run;
    this.#faults = faults;
  }

  async call(call: HookToolCall): Promise<HookToolReply> {
    const reply = this.#faults.answer(call) ?? this.#answer(call);
    this.calls.push({ ...call, reply });
    return reply;
  }

  async close(): Promise<void> {
    // Nothing is held: the run ends with its commit.
  }

  #answer({ tool, args, stdin = '' }: HookToolCall): HookToolReply {
    const { code, stdout, stderr } = this.#run.tool({ tool, args, stdin });
    return { code, stdout, stderr };
  }
}
