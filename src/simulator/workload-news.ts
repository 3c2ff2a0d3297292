import type { CheckHook, CustomNoticeHook } from './hook.ts';

/** What Juju tells a charm of a notice. */
export type WorkloadHook = CustomNoticeHook | CheckHook;

/** A notice of a container's Pebble, as its API shows it. */
export interface WorkloadNotice {
  readonly id: string;
  readonly type: string;
  readonly key: string;
  readonly data?: Readonly<Record<string, string>>;
  /** Of the change that a change-update is about; undefined when Pebble has it no more. */
  readonly changeStatus?: string | undefined;
}

/**
 * The hook that a notice brings, if it brings one. Of changes Juju tells only those that say how a
 * check fares: a `perform-check` that ended in an error, and a `recover-check` that is done.
 */
export function workloadHook(container: string, notice: WorkloadNotice): WorkloadHook | undefined {
  const { id, type, key, data = {}, changeStatus } = notice;
  if (type === 'custom') {
    return { kind: 'pebble-custom-notice', container, noticeId: id, noticeKey: key };
  }
  if (type !== 'change-update') return undefined;
  const check = data['check-name'] ?? '';
  const endsAs = (status: string): boolean => (changeStatus ?? status) === status;
  if (data['kind'] === 'perform-check' && endsAs('Error')) {
    return { kind: 'pebble-check-failed', container, check };
  }
  if (data['kind'] === 'recover-check' && endsAs('Done')) {
    return { kind: 'pebble-check-recovered', container, check };
  }
  return undefined;
}
