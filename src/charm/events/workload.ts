import * as z from 'zod/mini';
import { DeferrableEvent, type CharmEvent, type EventHistory } from '../../framework/event.ts';
import type { Json } from '../../framework/json.ts';
import { lazy } from '../../lazy.ts';
import type { CheckDetails, Container, NoticeDetails } from '../../model/container.ts';
import { Remembered } from '../../model/remembered.ts';
import { foreignSnapshot, type EventRow } from './row.ts';

/** Something happened in a workload container. */
export abstract class WorkloadEvent extends DeferrableEvent {
  readonly container: Container;

  constructor(kind: string, container: Container, history?: EventHistory) {
    super(kind, history);
    this.container = container;
  }

  snapshot(): Json {
    return null;
  }
}

/** The container's Pebble answers: it has started, or started anew with an empty plan. */
export class PebbleReadyEvent extends WorkloadEvent {
  declare readonly kind: `${string}-pebble-ready`;
}

/** A notice that the workload gave, as `pebble notify` does. */
export interface Notice {
  readonly id: string;
  readonly type: string;
  readonly key: string;
}

/** The workload told Pebble something. May repeat after the agent has restarted. Juju 3.4. */
export class PebbleCustomNoticeEvent extends WorkloadEvent {
  declare readonly kind: `${string}-pebble-custom-notice`;
  readonly notice: Notice;

  readonly #details: Remembered<NoticeDetails | undefined>;

  constructor(kind: string, container: Container, notice: Notice, history?: EventHistory) {
    super(kind, container, history);
    this.notice = notice;
    this.#details = new Remembered(() => container.findNotice(notice.id));
  }

  /**
   * The notice as Pebble has it now, with its data and how often it occurred; `undefined` when it
   * has expired or the container was replaced. Asked for once.
   *
   * @throws {PebbleConnectionError} when the container is down.
   */
  async details(): Promise<NoticeDetails | undefined> {
    return await this.#details.get();
  }

  override snapshot(): Json {
    return { ...this.notice };
  }
}

/** A health check concerns. */
abstract class PebbleCheckEvent extends WorkloadEvent {
  /** The check's name in the plan. */
  readonly check: string;
  readonly #details: Remembered<CheckDetails | undefined>;

  constructor(kind: string, container: Container, check: string, history?: EventHistory) {
    super(kind, container, history);
    this.check = check;
    this.#details = new Remembered(() => container.check(check));
  }

  /**
   * How the check fares now, which may be better or worse than when this event was made;
   * `undefined` when the plan has it no more. Asked for once.
   *
   * @throws {PebbleConnectionError} when the container is down.
   */
  async details(): Promise<CheckDetails | undefined> {
    return await this.#details.get();
  }

  override snapshot(): Json {
    return { check: this.check };
  }
}

/** A health check has failed as often as its threshold says. Juju 3.6. */
export class PebbleCheckFailedEvent extends PebbleCheckEvent {
  declare readonly kind: `${string}-pebble-check-failed`;
}

/** A health check that had failed succeeds again. Juju 3.6. */
export class PebbleCheckRecoveredEvent extends PebbleCheckEvent {
  declare readonly kind: `${string}-pebble-check-recovered`;
}

/** The events of containers, by their names. */
export type WorkloadEvents<C extends string> = {
  readonly [K in C as `${K}-pebble-ready`]: PebbleReadyEvent;
} & { readonly [K in C as `${K}-pebble-custom-notice`]: PebbleCustomNoticeEvent } & {
  readonly [K in C as `${K}-pebble-check-failed`]: PebbleCheckFailedEvent;
} & { readonly [K in C as `${K}-pebble-check-recovered`]: PebbleCheckRecoveredEvent };

const noticeSchema = lazy(() => z.object({ id: z.string(), type: z.string(), key: z.string() }));
const checkSchema = lazy(() => z.object({ check: z.string() }));

/** The rows of one container. */
export function workloadRows(name: string): EventRow<CharmEvent>[] {
  const ready = `${name}-pebble-ready`;
  const custom = `${name}-pebble-custom-notice`;
  return [
    {
      kind: ready,
      fromHook: (_hook, { unit }) => new PebbleReadyEvent(ready, unit.container(name)),
      restore: (_snapshot, history, { unit }) =>
        new PebbleReadyEvent(ready, unit.container(name), history),
    },
    {
      kind: custom,
      fromHook: (hook, { unit }) =>
        hook.family === 'workload' && hook.notice !== undefined
          ? new PebbleCustomNoticeEvent(custom, unit.container(name), hook.notice)
          : undefined,
      restore: (snapshot, history, { unit }) => {
        const saved = noticeSchema().safeParse(snapshot);
        return saved.success
          ? new PebbleCustomNoticeEvent(custom, unit.container(name), saved.data, history)
          : foreignSnapshot();
      },
    },
    checkRow(name, `${name}-pebble-check-failed`, PebbleCheckFailedEvent),
    checkRow(name, `${name}-pebble-check-recovered`, PebbleCheckRecoveredEvent),
  ];
}

function checkRow(
  container: string,
  kind: string,
  Kind: typeof PebbleCheckFailedEvent | typeof PebbleCheckRecoveredEvent,
): EventRow<CharmEvent> {
  return {
    kind,
    fromHook: (hook, { unit }) =>
      hook.family === 'workload' && hook.check !== undefined
        ? new Kind(kind, unit.container(container), hook.check)
        : undefined,
    restore: (snapshot, history, { unit }) => {
      const saved = checkSchema().safeParse(snapshot);
      return saved.success
        ? new Kind(kind, unit.container(container), saved.data.check, history)
        : foreignSnapshot();
    },
  };
}
