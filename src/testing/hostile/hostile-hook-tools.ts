import type { HookToolCall, HookToolReply, HookTools } from '../../juju/hook-tool.ts';
import { withFutureFields } from './future-fields.ts';

/**
 * Where tools print objects of Juju's own, to which a later Juju can add. What a charm, an operator
 * or another application wrote has no such place.
 */
const places: Readonly<Record<string, readonly string[]>> = {
  'credential-get': ['', 'credential'],
  'goal-state': ['', 'units.*', 'relations.*.*'],
  'network-get': ['', 'bind-addresses.*', 'bind-addresses.*.addresses.*'],
  'relation-model-get': [''],
  'secret-info-get': ['*', '*.access.*'],
  'status-get': ['', 'application-status', 'application-status.units.*'],
  'storage-get': [''],
};

/** Most turns of the event loop that a call waits, before Juju hears it and before it is answered. */
const turns = 4;

/**
 * Hook tools that are as inconvenient as Juju may be: calls that are made at the same time reach it
 * in another order, their answers come in another order again, and objects have fields that nobody
 * knows yet. Which order it is follows from the calls alone.
 */
export class HostileHookTools implements HookTools {
  readonly #tools: HookTools;
  #calls = 0;

  constructor(tools: HookTools) {
    this.#tools = tools;
  }

  async call(call: HookToolCall): Promise<HookToolReply> {
    this.#calls += 1;
    const number = this.#calls;
    await turnsOfTheLoop((number * 3) % turns);
    const reply = await this.#tools.call(call);
    await turnsOfTheLoop((number * 5 + 2) % turns);
    if (reply.code !== 0 || !call.args.includes('--format=json')) return reply;
    const stdout = withFutureFields(reply.stdout, places[call.tool] ?? []);
    return { ...reply, stdout };
  }

  async close(): Promise<void> {
    await this.#tools.close();
  }
}

async function turnsOfTheLoop(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn += 1) {
    await new Promise<void>((resolve) => {
      setImmediate(resolve);
    });
  }
}
