import * as z from 'zod/mini';
import { DeferrableEvent, type EventHistory } from '../../src/framework/event.ts';
import { gone } from '../../src/framework/event-kind.ts';
import type { EventSource } from '../../src/framework/event-source.ts';
import { Framework, type FrameworkOptions } from '../../src/framework/framework.ts';
import type { FrameworkListener } from '../../src/framework/framework-listener.ts';
import type { HandlerResult } from '../../src/framework/handler.ts';
import type { Json } from '../../src/framework/json.ts';
import type { Store } from '../../src/framework/store.ts';
import { MemoryStore } from '../support/memory-store.ts';
import { RecordingLogger } from '../support/recording-logger.ts';

/** An event about something that can be gone later. */
export class ThingEvent extends DeferrableEvent {
  readonly thing: string;

  constructor(thing: string, history?: EventHistory) {
    super('thing-changed', history);
    this.thing = thing;
  }

  snapshot(): Json {
    return { thing: this.thing };
  }
}

export type Handling = (event: ThingEvent) => HandlerResult | Promise<HandlerResult>;

const snapshotSchema = z.object({ thing: z.string() });

/** A charm with one event and one handler, which does what the test says. */
export class Unit {
  readonly path: string;
  readonly changed: EventSource<ThingEvent>;
  readonly handled: string[] = [];
  readonly #handling: Handling;

  constructor(framework: Framework, handling: Handling, options: UnitOptions = {}) {
    this.path = options.path ?? 'charm';
    this.#handling = handling;
    this.changed = framework.source(this, {
      kind: 'thing-changed',
      restore: (snapshot, history) => {
        const { thing } = z.parse(snapshotSchema, snapshot);
        if (options.unavailable?.includes(thing)) throw new Error('the hook tool failed');
        return options.goneThings?.includes(thing)
          ? gone(`${thing} is gone`)
          : new ThingEvent(thing, history);
      },
    });
    if (options.observes !== false) framework.observe(this, this.changed, this.onChanged);
  }

  onChanged(event: ThingEvent): ReturnType<Handling> {
    this.handled.push(event.thing);
    return this.#handling(event);
  }
}

/** Makes a unit; it observes at once, so it need not be kept. */
export function createUnit(framework: Framework, handling: Handling, options?: UnitOptions): Unit {
  return new Unit(framework, handling, options);
}

export interface UnitOptions {
  readonly path?: string;
  readonly observes?: boolean;
  readonly goneThings?: readonly string[];
  readonly unavailable?: readonly string[];
}

export interface DispatchOptions extends UnitOptions {
  readonly store?: Store;
  readonly handling?: Handling;
  /** The thing of the event to emit. */
  readonly thing?: string;
  readonly now?: string;
  readonly listener?: FrameworkListener;
}

/** Opens a framework with everything in memory. */
export function open(options: Partial<FrameworkOptions> = {}): Promise<Framework> {
  return Framework.open({ store: new MemoryStore(), logger: new RecordingLogger(), ...options });
}

/** One dispatch of a unit: re-emit, emit if there is a thing, commit. */
export async function dispatch(
  options: DispatchOptions,
): Promise<{ unit: Unit; framework: Framework; logger: RecordingLogger }> {
  const { store = new MemoryStore(), handling = () => {}, thing, now, listener } = options;
  const logger = new RecordingLogger();
  const framework = await open({
    store,
    logger,
    clock: { now: () => new Date(now ?? '2026-11-24T10:00:00Z') },
    ...(listener && { listener }),
  });
  const unit = createUnit(framework, handling, options);
  await framework.reemit();
  if (thing !== undefined) await framework.emit(unit.changed, new ThingEvent(thing));
  await framework.commit();
  return { unit, framework, logger };
}
