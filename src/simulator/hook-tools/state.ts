import { isJuju4 } from '../state/model-state.ts';
import type { Transaction } from '../transaction.ts';
import { RunFault, UsageFault } from './flags.ts';
import type { HookTool } from './hook-tool.ts';
import { fileValues, keyValues } from './key-values.ts';
import { formatted, outputFlags } from './output.ts';

export const stateGet: HookTool = {
  name: 'state-get',
  usage: '[options] [<key>]',
  summary: 'print server-side-state value',
  flags: () => [{ names: ['strict'], takes: 'nothing' }, ...outputFlags()],
  run({ transaction }, args) {
    const [key = '-'] = args.positionals;
    args.atMost(1);
    const state = stateIn(transaction);
    if (key === '-') {
      const nothing = state.size === 0 && isJuju4(transaction.model);
      return formatted(nothing ? undefined : Object.fromEntries(state), args);
    }
    if (!state.has(key) && args.is('strict')) {
      throw new RunFault(`${JSON.stringify(key)} not found`);
    }
    return formatted(state.get(key) ?? '', args);
  },
};

export const stateSet: HookTool = {
  name: 'state-set',
  usage: '[options] key=value [key=value ...]',
  summary: 'set server-side-state values',
  flags: () => [{ names: ['file'], takes: 'value' }],
  run(context, args) {
    const positional = keyValues(args.positionals);
    const changes = { ...fileValues(context, args.value('file')), ...positional };
    for (const [key, value = ''] of Object.entries(changes)) {
      refuseSize(key, value);
      context.transaction.stateChanges.set(key, value);
    }
    return '';
  },
};

export const stateDelete: HookTool = {
  name: 'state-delete',
  usage: '<key>',
  summary: 'delete server-side-state key value pairs',
  flags: () => [],
  run({ transaction }, args) {
    const [key] = args.positionals;
    if (key === undefined) return '';
    if (key === '') throw new UsageFault('key is empty');
    args.atMost(1);
    transaction.stateChanges.set(key, undefined);
    return '';
  },
};

const keyLimit = 256;
const valueLimit = 65_536;

function refuseSize(key: string, value: string): void {
  const [keySize, valueSize] = [Buffer.byteLength(key), Buffer.byteLength(value)];
  if (keySize > keyLimit) {
    throw new RunFault(`max allowed key length (${keyLimit}) exceeded: ${keySize}`);
  }
  if (valueSize > valueLimit) {
    throw new RunFault(`max allowed value length (${valueLimit}) exceeded: ${valueSize}`);
  }
}

function stateIn({ unit, stateChanges }: Transaction): Map<string, string> {
  const state = new Map(unit.storedState);
  for (const [key, value] of stateChanges) {
    if (value === undefined) state.delete(key);
    else state.set(key, value);
  }
  return state;
}
