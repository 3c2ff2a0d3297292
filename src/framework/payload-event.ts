import * as z from 'zod/mini';
import { InvalidPayloadError } from './errors.ts';
import { DeferrableEvent, type EventHistory } from './event.ts';
import { gone, type EventKind } from './event-kind.ts';
import { EventSource } from './event-source.ts';
import { toJson, type Json } from './json.ts';
import { issuesOf } from './schema-issues.ts';

/** The schema of a payload, made with `zod` or `zod/mini`. What it gives must be plain JSON. */
export type PayloadSchema<T> = z.core.$ZodType<T>;

/** A custom event: a name and a payload. */
export class PayloadEvent<out T> extends DeferrableEvent {
  readonly payload: T;

  constructor(kind: string, payload: T, history?: EventHistory) {
    super(kind, history);
    this.payload = payload;
  }

  snapshot(): Json {
    return toJson(this.payload, `the payload of ${this.kind}`);
  }
}

/** The source of a custom event, which its owner emits from. `Framework.define()` makes it. */
export class PayloadSource<T> extends EventSource<PayloadEvent<T>> {
  /**
   * Calls the observers of this event, in order, and waits for them.
   *
   * @throws {InvalidPayloadError} when the payload does not fit the schema; nobody is called
   */
  readonly emit: (payload: T) => Promise<void>;

  constructor(
    emitter: string,
    kind: string,
    schema: PayloadSchema<T>,
    emit: (source: PayloadSource<T>, event: PayloadEvent<T>) => Promise<void>,
  ) {
    super(emitter, payloadKind(kind, schema));
    this.emit = async (payload) => {
      const parsed = z.safeParse(schema, payload);
      if (!parsed.success) throw new InvalidPayloadError(kind, issuesOf(parsed.error));
      await emit(this, new PayloadEvent(kind, parsed.data));
    };
  }
}

function payloadKind<T>(kind: string, schema: PayloadSchema<T>): EventKind<PayloadEvent<T>> {
  return {
    kind,
    restore: (snapshot, history) => {
      const parsed = z.safeParse(schema, snapshot);
      return parsed.success
        ? new PayloadEvent(kind, parsed.data, history)
        : gone(`its payload no longer fits its schema: ${issuesOf(parsed.error)}`);
    },
  };
}
