import { listOf, type Entry } from './shape.ts';

/** A circle among services that must run before or after one another, sorted, if there is one. */
export function findLoop(services: ReadonlyMap<string, Entry>): string[] | undefined {
  const components = stronglyConnected([...services.keys()], predecessors(services, 'start'));
  return components.find((names) => names.length > 1)?.sort();
}

/** For each service those that come before it, sorted; the other way round for stopping. */
export function predecessors(
  services: ReadonlyMap<string, Entry>,
  way: 'start' | 'stop',
): Map<string, string[]> {
  const before = new Map<string, string[]>([...services.keys()].map((name) => [name, []]));
  const bind = (first: string, second: string): void => {
    const [from, to] = way === 'start' ? [first, second] : [second, first];
    if (before.has(from)) {
      before.get(to)?.push(from);
    }
  };
  for (const [name, entry] of services) {
    for (const other of listOf(entry, 'after')) {
      bind(other, name);
    }
    for (const other of listOf(entry, 'before')) {
      bind(name, other);
    }
  }
  return new Map([...before].map(([name, others]) => [name, others.sort()]));
}

/** Tarjan's algorithm over sorted names: components, each after those it points to. */
export function stronglyConnected(
  names: readonly string[],
  edges: ReadonlyMap<string, readonly string[]>,
): string[][] {
  const components: string[][] = [];
  const index = new Map<string, number>();
  const stack: string[] = [];
  const visit = (name: string): number => {
    const own = index.size;
    index.set(name, own);
    let lowest = own;
    stack.push(name);
    for (const next of edges.get(name) ?? []) {
      if (!index.has(next)) {
        lowest = Math.min(lowest, visit(next));
      } else if (stack.includes(next)) {
        lowest = Math.min(lowest, index.get(next) ?? lowest);
      }
    }
    if (lowest === own) {
      components.push(stack.splice(stack.lastIndexOf(name)));
    }
    return lowest;
  };
  for (const name of [...names].sort()) {
    if (!index.has(name)) {
      visit(name);
    }
  }
  return components;
}
