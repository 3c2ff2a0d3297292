import * as z from 'zod/mini';
import { describe, expectTypeOf, it } from 'vitest';
import { CharmEvent, DeferrableEvent, type Deferred } from '../../src/framework/event.ts';
import type { EventSource } from '../../src/framework/event-source.ts';
import type { Framework } from '../../src/framework/framework.ts';
import type { HandlerObject } from '../../src/framework/handler.ts';
import type { PayloadSource } from '../../src/framework/payload-event.ts';
import type { StoredState } from '../../src/framework/stored-state.ts';

class ConfigChangedEvent extends DeferrableEvent {
  readonly option = 'port';

  snapshot() {
    return null;
  }
}

class StopEvent extends CharmEvent {
  readonly grace = 30;

  snapshot() {
    return null;
  }
}

declare const framework: Framework;
declare const configChanged: EventSource<ConfigChangedEvent>;
declare const stop: EventSource<StopEvent>;
declare const chart: HandlerObject<{ readonly workload: string }, ConfigChangedEvent>;

class Charm {
  readonly path = 'charm';

  async onConfigChanged(event: ConfigChangedEvent): Promise<void | Deferred> {
    if (event.attempts < 3) return event.defer('not yet');
  }

  onAny(_event: CharmEvent): void {}

  onStop(_event: StopEvent): void {}

  onText(event: ConfigChangedEvent): string {
    return event.option;
  }
}

const charm = new Charm();

describe('observe', () => {
  it('takes a method of the event, of an event above it, or of no event', () => {
    framework.observe(charm, configChanged, charm.onConfigChanged);
    framework.observe(charm, configChanged, charm.onAny);
    framework.observe(charm, stop, charm.onStop);
  });

  it('refuses a method of another event', () => {
    // @ts-expect-error onStop handles a StopEvent
    framework.observe(charm, configChanged, charm.onStop);
  });

  it('refuses a method that returns something else than a deferral', () => {
    // @ts-expect-error a handler returns nothing or what defer() gave
    framework.observe(charm, configChanged, charm.onText);
  });

  it('refuses a chart of another observer', () => {
    // @ts-expect-error a Charm has no workload
    framework.observe(charm, configChanged, chart);
    framework.observe({ path: 'charm', workload: 'web' }, configChanged, chart);
  });

  it('refuses an observer without a path', () => {
    // @ts-expect-error an observer has a path
    framework.observe({ onAny: charm.onAny }, configChanged, charm.onAny);
  });
});

describe('a deferral', () => {
  it('is not to be had of an event that cannot be deferred', () => {
    expectTypeOf<ConfigChangedEvent>().toHaveProperty('defer');
    expectTypeOf<StopEvent>().not.toHaveProperty('defer');
  });

  it('comes from defer() and cannot be made otherwise', () => {
    const event = new ConfigChangedEvent('config-changed');
    expectTypeOf(event.defer('not yet')).toEqualTypeOf<Deferred>();
    // @ts-expect-error only defer() makes a deferral
    const forged: Deferred = { event, reason: 'not yet' };
    expectTypeOf(forged.reason).toEqualTypeOf<string>();
  });
});

describe('a custom event', () => {
  it('is typed by its schema', () => {
    const ready = framework.define(charm, 'ready', z.object({ host: z.string() }));
    expectTypeOf(ready).toEqualTypeOf<PayloadSource<{ host: string }>>();
    // @ts-expect-error the payload has a host
    void ready.emit({ port: 1 });
  });
});

describe('a stored state', () => {
  it('is typed by its schema', () => {
    const state = framework.stored(charm, 'count', { schema: z.number(), initial: () => 0 });
    expectTypeOf(state).toEqualTypeOf<StoredState<number>>();
    // @ts-expect-error the initial value is a number
    framework.stored(charm, 'other', { schema: z.number(), initial: () => 'none' });
    const counts = z.record(z.string(), z.number());
    const byName = framework.stored(charm, 'counts', { schema: counts, initial: () => ({}) });
    expectTypeOf(byName).toEqualTypeOf<StoredState<Record<string, number>>>();
  });
});
