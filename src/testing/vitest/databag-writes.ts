import type { AnsweredCall } from '../hook-tool-calls.ts';

/** All that a charm wrote into one of its databags, the last value of each key. */
export interface BagWrites {
  readonly endpoint: string;
  readonly relationId: number;
  /** Whose bag: the unit's own, or its application's. */
  readonly bag: 'unit' | 'app';
  /** Text by key; undefined where the key was removed. */
  readonly changes: Readonly<Record<string, string | undefined>>;
}

/** Reads the writes that Juju took out of the calls of hook tools. */
export function databagWrites(calls: readonly AnsweredCall[]): BagWrites[] {
  const bags = new Map<string, BagWrites>();
  for (const { tool, args, stdin = '{}', reply } of calls) {
    if (tool !== 'relation-set' || reply.code !== 0) continue;
    const relation = args[args.indexOf('-r') + 1] ?? '';
    const bag = args.includes('--app') ? 'app' : 'unit';
    const key = `${relation} ${bag}`;
    const [endpoint = '', id] = relation.split(':', 2);
    bags.set(key, {
      endpoint,
      relationId: Number(id),
      bag,
      changes: { ...bags.get(key)?.changes, ...readChanges(stdin) },
    });
  }
  return [...bags.values()];
}

/** The input of relation-set as the runtime writes it: JSON, in which empty text removes a key. */
function readChanges(stdin: string): Record<string, string | undefined> {
  const values: unknown = JSON.parse(stdin);
  return Object.fromEntries(
    Object.entries(values ?? {}).map(([key, value]) => [
      key,
      value === '' ? undefined : String(value),
    ]),
  );
}
