import type { ModelState } from '../state/model-state.ts';
import type { UnitState } from '../state/unit-state.ts';
import { forgetSecretNews } from './secret-hooks.ts';
import { replayNotices } from './workload-hooks.ts';

/** What is due when the agent restarted: on a machine that still runs, nothing. */
export function agentRestarted(model: ModelState, unit: UnitState): void {
  replayNotices(model, unit);
  forgetSecretNews(model, unit);
  unit.handledBoots.clear();
  if (unit.started && model.type === 'caas') queue(unit, 'start');
}

/** A pod that is about to go runs a stop hook where it had started, and then no other. */
export function podStopping(unit: UnitState): void {
  unit.pod = unit.started || unit.life === 'dying' ? 'stopping' : 'gone';
  if (unit.started) queue(unit, 'stop');
}

/** What is due in a new pod, which knows of no Pebble and of no secret's change. */
export function podReplaced(model: ModelState, unit: UnitState): void {
  unit.pod = 'up';
  unit.boots.clear();
  unit.handledBoots.clear();
  unit.workloadNews.clear();
  forgetSecretNews(model, unit);
  if (!unit.installed) return;
  unit.started = false;
  unit.queue.length = 0;
  unit.queue.push('upgrade-charm', 'config-changed', 'start');
}

function queue(unit: UnitState, kind: 'start' | 'stop'): void {
  if (!unit.queue.includes(kind)) unit.queue.push(kind);
}
