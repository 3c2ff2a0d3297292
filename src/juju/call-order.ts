import type { HookToolCall } from './hook-tool.ts';

/**
 * - `read`: changes nothing, and may run beside other reads;
 * - `write`: waits for every earlier call, and every later one waits for it;
 * - `log`: keeps its place among log lines, and bothers nobody else.
 */
export type CallKind = 'read' | 'write' | 'log';

/**
 * Tools that only ask. `resource-get` is not among them: it downloads, and the agent runs one tool
 * at a time anyway. A tool that is not known is taken for a write.
 */
const reads: ReadonlySet<string> = new Set([
  'action-get',
  'config-get',
  'credential-get',
  'goal-state',
  'is-leader',
  'k8s-raw-get',
  'k8s-spec-get',
  'leader-get',
  'network-get',
  'opened-ports',
  'relation-get',
  'relation-ids',
  'relation-list',
  'relation-model-get',
  'secret-get',
  'secret-ids',
  'secret-info-get',
  'state-get',
  'status-get',
  'storage-get',
  'storage-list',
  'unit-get',
]);

export function kindOf({ tool, args }: HookToolCall): CallKind {
  if (tool === 'juju-log') return 'log';
  // It moves the revision that this unit tracks.
  if (args.some((word) => word.startsWith('--refresh'))) return 'write';
  return reads.has(tool) ? 'read' : 'write';
}

/**
 * Keeps calls of hook tools in the order that a charm may rely on, although the agent runs requests
 * that are under way at one time in any order.
 */
export class CallOrder {
  #lastWrite: Promise<unknown> = Promise.resolve();
  #lastLog: Promise<unknown> = Promise.resolve();
  readonly #reading = new Set<Promise<unknown>>();

  /** Runs a call when its turn has come; the turn ends when the call does, however that is. */
  run<T>(kind: CallKind, call: () => Promise<T>): Promise<T> {
    if (kind === 'log') {
      const log = this.#lastLog.then(call);
      this.#lastLog = settled(log);
      return log;
    }
    if (kind === 'read') {
      const read = this.#lastWrite.then(call);
      const end: Promise<unknown> = settled(read).then(() => this.#reading.delete(end));
      this.#reading.add(end);
      return read;
    }
    const write = Promise.all([this.#lastWrite, ...this.#reading]).then(call);
    this.#lastWrite = settled(write);
    return write;
  }
}

function settled(promise: Promise<unknown>): Promise<unknown> {
  return promise.catch(() => undefined);
}
