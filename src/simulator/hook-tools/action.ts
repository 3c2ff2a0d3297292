import type { ActionData } from '../action.ts';
import type { Transaction } from '../transaction.ts';
import { RunFault, UsageFault } from './flags.ts';
import type { Printable } from './go-json.ts';
import type { HookTool } from './hook-tool.ts';
import { formatted, outputFlags } from './output.ts';

const reserved = ['stdout', 'stdout-encoding', 'stderr', 'stderr-encoding'];

export const actionGet: HookTool = {
  name: 'action-get',
  usage: '[options] [<key>[.<key>.<key>...]]',
  summary: 'get action parameters',
  flags: () => outputFlags(),
  run({ transaction }, args) {
    const [key = ''] = args.positionals;
    args.atMost(1);
    let value: unknown = actionOf(transaction).params;
    for (const part of key === '' ? [] : key.split('.')) {
      value = isMap(value) && Object.hasOwn(value, part) ? value[part] : undefined;
    }
    return formatted(printable(value), args);
  },
};

export const actionSet: HookTool = {
  name: 'action-set',
  usage: '<key>=<value> [<key>=<value> ...]',
  summary: 'set action results',
  flags: () => [],
  run({ transaction }, { positionals }) {
    const results = positionals.map(keysAndValue);
    for (const { keys, value } of results) actionOf(transaction).setResult(keys, value);
    return '';
  },
};

export const actionFail: HookTool = {
  name: 'action-fail',
  usage: '["<failure message>"]',
  summary: 'set action fail status with message',
  flags: () => [],
  run({ transaction }, args) {
    const [message = ''] = args.positionals;
    args.atMost(1);
    const action = actionOf(transaction);
    action.failed = true;
    action.message =
      message === '' ? 'action failed without reason given, check action for errors' : message;
    return '';
  },
};

export const actionLog: HookTool = {
  name: 'action-log',
  usage: '<message>',
  summary: 'record a progress message for the current action',
  flags: () => [],
  run({ transaction }, { positionals }) {
    if (positionals.length === 0) throw new UsageFault('no message specified');
    actionOf(transaction).log.push(positionals.join(' '));
    return '';
  },
};

function actionOf({ action }: Transaction): ActionData {
  if (action === undefined) throw new RunFault('not running an action');
  return action;
}

function keysAndValue(arg: string): { readonly keys: readonly string[]; readonly value: string } {
  const at = arg.indexOf('=');
  if (at < 0) {
    throw new UsageFault(`argument ${JSON.stringify(arg)} must be of the form key...=value`);
  }
  const keys = arg.slice(0, at).split('.');
  for (const key of keys) {
    if (!/^[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?$/.test(key)) {
      throw new UsageFault(
        `key ${JSON.stringify(key)} must start and end with lowercase alphanumeric, and contain only lowercase alphanumeric, hyphens and periods`,
      );
    }
    if (reserved.includes(key)) {
      throw new UsageFault(`cannot set reserved action key ${JSON.stringify(key)}`);
    }
  }
  return { keys, value: arg.slice(at + 1) };
}

function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function printable(value: unknown): Printable {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') {
    return value;
  }
  if (Array.isArray(value)) return value.map((item: unknown) => printable(item));
  if (!isMap(value)) return undefined;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, printable(item)]));
}
