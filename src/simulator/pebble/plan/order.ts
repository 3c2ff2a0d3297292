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

/** The lanes in which services stop, in order, without those that require them. */
export function stopLanesOf(services: Services, names: readonly string[]): string[][] {
  return lanesOf(services, stopOrder(services, names))
    .map((lane) => lane.filter((name) => names.includes(name)))
    .filter((lane) => lane.length > 0);
}

/**
 * Parts services into lanes, which run at the same time: a service shares one with those that it
 * requires. Lanes and the services within them keep the given order.
 *
 * As in Pebble, a service that nothing binds takes the lane after that of the service before it,
 * which may have others in it.
 */
export function lanesOf(services: Services, order: readonly string[]): string[][] {
  const laneOf = new Map<string, number>();
  let latest = -1;
  for (const name of order) {
    const bound = [name, ...required(services, name)];
    latest = bound.map((each) => laneOf.get(each)).find((lane) => lane !== undefined) ?? latest + 1;
    for (const each of bound) {
      laneOf.set(each, latest);
    }
  }
  const lanes = new Map<number, string[]>();
  for (const name of order) {
    const lane = laneOf.get(name) ?? 0;
    lanes.set(lane, [...(lanes.get(lane) ?? []), name]);
  }
  return [...lanes].sort(([a], [b]) => a - b).map(([, names]) => names);
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
