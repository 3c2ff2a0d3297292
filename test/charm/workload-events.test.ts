import { describe, expect, it } from 'vitest';
import {
  PebbleCheckFailedEvent,
  PebbleCustomNoticeEvent,
} from '../../src/charm/events/workload.ts';
import { Container } from '../../src/model/container.ts';
import { refuse, ScriptedTransport, sync } from '../pebble/scripted-transport.ts';
import { noPebble } from '../dispatch/run-hello.ts';

const named = { id: '7', type: 'custom', key: 'example.com/done' };
const wire = {
  ...named,
  'first-occurred': '2026-11-25T00:00:00Z',
  'last-occurred': '2026-11-25T00:00:00Z',
  'last-repeated': '2026-11-25T00:00:00Z',
  occurrences: 3,
  'last-data': { size: '12' },
};

describe('a custom notice', () => {
  it('is told by Juju, and its details by Pebble when they are asked for, once', async () => {
    const pebble = new ScriptedTransport(sync(wire));
    const event = new PebbleCustomNoticeEvent(
      'web-pebble-custom-notice',
      new Container('web', pebble),
      named,
    );
    expect(event.notice.key).toBe('example.com/done');
    expect(pebble.sent).toEqual([]);
    await expect(event.details()).resolves.toMatchObject({
      occurrences: 3,
      lastData: { size: '12' },
    });
    await event.details();
    expect(pebble.sent).toMatchObject([{ method: 'GET', path: '/v1/notices/7' }]);
  });

  it('has no details when Pebble has forgotten it', async () => {
    const pebble = new ScriptedTransport(refuse(404, 'cannot find notice with ID "7"'));
    const container = new Container('web', pebble);
    const event = new PebbleCustomNoticeEvent('web-pebble-custom-notice', container, named);
    await expect(event.details()).resolves.toBeUndefined();
  });

  it('says that the container is down instead of having no details', async () => {
    const container = new Container('web', noPebble);
    const event = new PebbleCustomNoticeEvent('web-pebble-custom-notice', container, named);
    await expect(event.details()).rejects.toMatchObject({ code: 'pebble-connection' });
  });
});

describe('a failed check', () => {
  it('tells how the check fares now', async () => {
    const up = { name: 'alive', status: 'up', startup: 'enabled', failures: 0, threshold: 3 };
    const pebble = new ScriptedTransport(sync([up]));
    const event = new PebbleCheckFailedEvent(
      'web-pebble-check-failed',
      new Container('web', pebble),
      'alive',
    );
    await expect(event.details()).resolves.toMatchObject({ status: 'up', threshold: 3 });
  });

  it('has no details when the plan has the check no more', async () => {
    const container = new Container('web', new ScriptedTransport(sync([])));
    const event = new PebbleCheckFailedEvent('web-pebble-check-failed', container, 'alive');
    await expect(event.details()).resolves.toBeUndefined();
  });
});
