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
export function workloadRows(name: string, container: () => Container): EventRow<CharmEvent>[] {
  const ready = `${name}-pebble-ready`;
  const custom = `${name}-pebble-custom-notice`;
  return [
    {
      kind: ready,
      fromHook: () => new PebbleReadyEvent(ready, container()),
      restore: (_snapshot, history) => new PebbleReadyEvent(ready, container(), history),
    },
    {
      kind: custom,
      fromHook: (hook) =>
        hook.family === 'workload' && hook.notice !== undefined
          ? new PebbleCustomNoticeEvent(custom, container(), hook.notice)
          : undefined,
      restore: (snapshot, history) => {
        const saved = noticeSchema().safeParse(snapshot);
        return saved.success
          ? new PebbleCustomNoticeEvent(custom, container(), saved.data, history)
          : foreignSnapshot();
      },
    },
    checkRow(`${name}-pebble-check-failed`, PebbleCheckFailedEvent, container),
    checkRow(`${name}-pebble-check-recovered`, PebbleCheckRecoveredEvent, container),
  ];
}

function checkRow(
  kind: string,
  Kind: typeof PebbleCheckFailedEvent | typeof PebbleCheckRecoveredEvent,
  container: () => Container,
): EventRow<CharmEvent> {
  return {
    kind,
    fromHook: (hook) =>
      hook.family === 'workload' && hook.check !== undefined
        ? new Kind(kind, container(), hook.check)
        : undefined,
    restore: (snapshot, history) => {
      const saved = checkSchema().safeParse(snapshot);
      return saved.success
        ? new Kind(kind, container(), saved.data.check, history)
        : foreignSnapshot();
    },
  };
}
