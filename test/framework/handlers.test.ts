import { describe, expect, it } from 'vitest';
import { Abort } from '../../src/framework/abort.ts';
import {
  AnonymousHandlerError,
  DuplicateHandlerError,
  DuplicatePathError,
  ForeignDeferralError,
  ForeignEventError,
  ForeignHandlerError,
} from '../../src/framework/errors.ts';
import { CharmEvent } from '../../src/framework/event.ts';
import type { HandlerObject } from '../../src/framework/handler.ts';
import { createUnit, open, ThingEvent, type Unit } from './unit.ts';

class ActionEvent extends CharmEvent {
  constructor() {
    super('backup-action');
  }

  snapshot(): null {
    return null;
  }
}

const helper = function onHelped(): void {};

describe('observing', () => {
  it('calls the handlers of an event in the order in which they observe it', async () => {
    const framework = await open();
    const calls: string[] = [];
    const unit = createUnit(framework, () => void calls.push('method'));
    const chart: HandlerObject<Unit, ThingEvent> = {
      name: 'changed',
      handle: async (observer, event) => void calls.push(`${observer.path} ${event.thing}`),
    };
    framework.observe(unit, unit.changed, chart);
    await framework.emit(unit.changed, new ThingEvent('a'));
    expect(calls).toEqual(['method', 'charm a']);
  });

  it('takes the methods of an object other than the emitter', async () => {
    const framework = await open();
    const unit = createUnit(framework, () => {}, { path: 'charm' });
    const library = createUnit(framework, () => {}, { path: 'charm/library' });
    framework.observe(library, unit.changed, library.onChanged);
    await framework.emit(unit.changed, new ThingEvent('a'));
    expect(library.handled).toEqual(['a']);
  });

  it('refuses a handler that could not be found again by name', async () => {
    const framework = await open();
    const unit = createUnit(framework, () => {}, { observes: false });
    const { changed } = unit;
    expect(() => framework.observe(unit, changed, () => {})).toThrow(AnonymousHandlerError);
    const bound = unit.onChanged.bind(unit);
    expect(() => framework.observe(unit, changed, bound)).toThrow(AnonymousHandlerError);
    expect(() => framework.observe(unit, changed, helper)).toThrow(ForeignHandlerError);
  });

  it('says how to make a private method a handler', async () => {
    const framework = await open();
    class Hidden {
      readonly path = 'hidden';

      observe(source: Unit['changed']): void {
        framework.observe(this, source, this.#onChanged);
      }

      #onChanged(): void {
        void this.path;
      }
    }
    const { changed } = createUnit(framework, () => {});
    expect(() => new Hidden().observe(changed)).toThrow('write `private onChanged` instead of');
  });

  it('refuses the same handler twice for one event', async () => {
    const framework = await open();
    const unit = createUnit(framework, () => {});
    expect(() => framework.observe(unit, unit.changed, unit.onChanged)).toThrow(
      DuplicateHandlerError,
    );
  });

  it('refuses two objects with one path, and one event declared twice', async () => {
    const framework = await open();
    const unit = createUnit(framework, () => {});
    expect(() => createUnit(framework, () => {})).toThrow(DuplicatePathError);
    const kind = { kind: 'thing-changed', restore: () => new ThingEvent('a') };
    expect(() => framework.source(unit, kind)).toThrow(DuplicatePathError);
  });
});

describe('emitting', () => {
  it('lets out what a handler throws, and calls no further handler', async () => {
    const framework = await open();
    const abort = new Abort('the configuration is wrong');
    const unit = createUnit(framework, () => {
      throw abort;
    });
    const later = createUnit(framework, () => {}, { path: 'later' });
    framework.observe(later, unit.changed, later.onChanged);
    await expect(framework.emit(unit.changed, new ThingEvent('a'))).rejects.toBe(abort);
    expect(later.handled).toEqual([]);
  });

  it('delivers an event that cannot be deferred', async () => {
    const framework = await open();
    const seen: string[] = [];
    const unit = {
      path: 'charm',
      onBackup(event: ActionEvent): void {
        seen.push(event.kind);
      },
    };
    const source = framework.source<ActionEvent>(unit, {
      kind: 'backup-action',
      restore: () => new ActionEvent(),
    });
    framework.observe(unit, source, unit.onBackup);
    await framework.emit(source, new ActionEvent());
    expect(seen).toEqual(['backup-action']);
  });

  it('refuses an event of another kind and a source of another framework', async () => {
    const framework = await open();
    const unit = createUnit(framework, () => {});
    const stranger = createUnit(await open(), () => {});
    await expect(framework.emit(stranger.changed, new ThingEvent('a'))).rejects.toThrow(
      ForeignEventError,
    );
    const source = framework.source<CharmEvent>(unit, {
      kind: 'other',
      restore: () => new ThingEvent('a'),
    });
    await expect(framework.emit(source, new ThingEvent('a'))).rejects.toThrow(ForeignEventError);
  });

  it('refuses the deferral of another event', async () => {
    const framework = await open();
    const other = new ThingEvent('other');
    const unit = createUnit(framework, () => other.defer('not yet'));
    await expect(framework.emit(unit.changed, new ThingEvent('a'))).rejects.toThrow(
      ForeignDeferralError,
    );
  });
});
