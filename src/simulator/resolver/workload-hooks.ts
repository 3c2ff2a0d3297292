import type { Hook, PebbleReadyHook } from '../hook.ts';
import { pick } from '../random.ts';
import { isAtLeast, type ModelState } from '../state/model-state.ts';
import type { UnitState, WorkloadNews } from '../state/unit-state.ts';
import { workloadHook, type WorkloadHook, type WorkloadNotice } from '../workload-news.ts';

/** Milliseconds for which Pebble keeps a notice. */
const kept = 7 * 24 * 3_600_000;

/** What is due about workloads: one in which Pebble has booted first, then what their Pebbles say. */
export function nextWorkloadHook(
  model: ModelState,
  unit: UnitState,
): PebbleReadyHook | WorkloadHook | undefined {
  for (const [container, bootId] of unit.boots) {
    if (unit.handledBoots.get(container) !== bootId) {
      return { kind: 'pebble-ready', container, bootId };
    }
  }
  // Those of one container come in order; which container's comes first is left to chance.
  const firsts = [...unit.workloadNews.values()].flatMap(({ due }) => due[0] ?? []);
  return pick(firsts, model.seed, unit.name, 'workload', unit.runs);
}

/** Takes in a notice of a container's Pebble. */
export function hearNotice(
  model: ModelState,
  unit: UnitState,
  container: string,
  notice: WorkloadNotice,
): void {
  const hook = workloadHook(container, notice);
  const since: readonly [number, number] = hook?.kind === 'pebble-custom-notice' ? [3, 4] : [3, 6];
  if (hook === undefined || !isAtLeast(model, ...since)) return;
  const news = newsOf(unit, container);
  const key = `${notice.type} ${notice.id}`;
  // A notice that repeats is read again, and from then on in its new place.
  news.heard.delete(key);
  news.heard.set(key, { hook, at: model.clock.now() });
  news.due.push(hook);
}

/** Notes that a hook about a notice or a check has run. */
export function settleWorkloadHook(unit: UnitState, hook: WorkloadHook): void {
  const due = unit.workloadNews.get(hook.container)?.due ?? [];
  const at = due.findIndex((each) => JSON.stringify(each) === JSON.stringify(hook));
  if (at >= 0) due.splice(at, 1);
}

/**
 * The agent's watch of the notices begins anew, and hears all that Pebble still keeps once more: it
 * remembers only in memory how far it has read.
 */
export function replayNotices(model: ModelState, unit: UnitState): void {
  const oldest = model.clock.now().getTime() - kept;
  for (const news of unit.workloadNews.values()) {
    for (const [key, { at }] of news.heard) {
      if (at.getTime() < oldest) news.heard.delete(key);
    }
    news.due = [...news.heard.values()].map(({ hook }) => hook);
  }
}

/** Whether a hook comes from a container's notices. */
export function isWorkloadHook(hook: Hook): hook is WorkloadHook {
  return (
    hook.kind === 'pebble-custom-notice' ||
    hook.kind === 'pebble-check-failed' ||
    hook.kind === 'pebble-check-recovered'
  );
}

function newsOf(unit: UnitState, container: string): WorkloadNews {
  const known = unit.workloadNews.get(container);
  if (known !== undefined) return known;
  const news: WorkloadNews = { heard: new Map(), due: [] };
  unit.workloadNews.set(container, news);
  return news;
}
