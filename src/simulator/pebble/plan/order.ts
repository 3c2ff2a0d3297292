import { predecessors, stronglyConnected } from '../../../pebble/plan/precedence.ts';
import { listOf, type Entry } from '../../../pebble/plan/shape.ts';

type Services = ReadonlyMap<string, Entry>;

/**
 * The services to start for those that were asked for: themselves and all they require, each
 * after what it must come after.
 */
export function startOrder(services: Services, names: readonly string[]): string[] {
  return ordered(
    services,
    closure(names, (name) => required(services, name)),
    'start',
  );
}

/** The services to stop for those that were asked for: themselves and all that require them. */
export function stopOrder(services: Services, names: readonly string[]): string[] {
  return ordered(
    services,
    closure(names, (name) => dependants(services, name)),
    'stop',
  );
}

/** Services to stop, in order, without those that require them. */
export function stopOrderOf(services: Services, names: readonly string[]): string[] {
  return ordered(services, new Set(names), 'stop');
}

/**
 * Parts services into lanes: those that are bound by `requires`, at any distance, share one.
 * Lanes and the services within them keep the given order.
 */
export function lanesOf(services: Services, order: readonly string[]): string[][] {
  const lanes: string[][] = [];
  const laneOf = new Map<string, string[]>();
  const chosen = new Set(order);
  for (const name of order) {
    if (laneOf.has(name)) {
      continue;
    }
    const bound = closure([name], (each) =>
      [...required(services, each), ...dependants(services, each)].filter((other) =>
        chosen.has(other),
      ),
    );
    const lane = order.filter((each) => bound.has(each));
    for (const member of lane) {
      laneOf.set(member, lane);
    }
    lanes.push(lane);
  }
  return lanes;
}

function required(services: Services, name: string): readonly string[] {
  const entry = services.get(name);
  return entry === undefined ? [] : listOf(entry, 'requires');
}

function dependants(services: Services, name: string): string[] {
  return [...services].flatMap(([other, entry]) =>
    listOf(entry, 'requires').includes(name) ? [other] : [],
  );
}

function closure(
  names: readonly string[],
  next: (name: string) => readonly string[],
): ReadonlySet<string> {
  const reached = new Set<string>();
  const visit = (name: string): void => {
    if (!reached.has(name)) {
      reached.add(name);
      next(name).forEach(visit);
    }
  };
  names.forEach(visit);
  return reached;
}

function ordered(services: Services, names: ReadonlySet<string>, way: 'start' | 'stop'): string[] {
  const before = predecessors(services, way);
  const chosen = new Map(
    [...names].map((name) => [name, (before.get(name) ?? []).filter((other) => names.has(other))]),
  );
  return stronglyConnected([...names], chosen).flat();
}
