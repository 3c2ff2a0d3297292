import { readParams } from '../../charm/action-params.ts';
import type { CharmMeta } from '../../charm/metadata.ts';
import type { Hook } from '../../simulator/hook.ts';
import { plannedIn, thresholdOf, type StateContainer } from '../state/container.ts';
import type { State } from '../state/state.ts';

/** An event and a state with what each of them leaves to the other. */
export interface SettledEvent {
  readonly hook: Hook;
  readonly state: State;
}

/**
 * Fills in what follows from event and state together: defaults of an action's parameters, the id of
 * a notice, and that a check which is told to have failed is down where the state does not say.
 */
export function settle(meta: CharmMeta, hook: Hook, state: State): SettledEvent {
  if (hook.kind === 'action') {
    const declared = meta.actions[hook.action];
    if (declared === undefined) return { hook, state };
    return { hook: { ...hook, params: readParams(declared, hook.params).params }, state };
  }
  if (!('container' in hook)) return { hook, state };
  const container = state.containers[hook.container];
  if (container === undefined) return { hook, state };
  if (hook.kind === 'pebble-custom-notice' && hook.noticeId === '') {
    const notice = container.notices.findLast(({ key }) => key === hook.noticeKey);
    return { hook: { ...hook, noticeId: notice?.id ?? '1' }, state };
  }
  if (
    hook.kind === 'pebble-check-failed' &&
    !(hook.check in container.checks) &&
    plannedIn(container.layers, 'checks').has(hook.check)
  ) {
    return { hook, state: withFailedCheck(state, hook.container, container, hook.check) };
  }
  return { hook, state };
}

function withFailedCheck(
  state: State,
  name: string,
  container: StateContainer,
  check: string,
): State {
  const failures = thresholdOf(container.layers, check);
  const checks = {
    ...container.checks,
    [check]: { status: 'down', failures, successes: 0 } as const,
  };
  return { ...state, containers: { ...state.containers, [name]: { ...container, checks } } };
}
