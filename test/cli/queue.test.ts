import { describe, expect, it } from 'vitest';
import { renderQueue } from '../../src/cli/queue.ts';

describe('charmwright queue', () => {
  it('prints each deferred event with its reason, age, attempts and last error', () => {
    const text = renderQueue(
      [
        {
          emitter: 'charm',
          kind: 'database-relation-changed',
          observer: 'charm',
          handler: 'onDatabaseChanged',
          snapshot: { relation: 3, unit: 'client/0' },
          deferredSince: new Date('2026-11-24T10:00:00Z'),
          attempts: 1,
          reason: 'the database is not ready',
          lastError: 'the socket is closed',
        },
        {
          emitter: 'charm',
          kind: 'start',
          observer: 'charm',
          handler: 'start',
          snapshot: null,
          deferredSince: new Date('2026-11-24T11:59:59.500Z'),
          attempts: 0,
          reason: 'the container is not up yet',
        },
      ],
      new Date('2026-11-24T12:00:00Z'),
    );
    expect(text).toBe(`1. database-relation-changed of charm, for charm.onDatabaseChanged
   reason      the database is not ready
   deferred    2026-11-24T10:00:00.000Z, 2 hours ago
   re-emitted  once
   snapshot    {"relation":3,"unit":"client/0"}
   last error  the socket is closed

2. start of charm, for charm.start
   reason      the container is not up yet
   deferred    2026-11-24T11:59:59.500Z, less than a second ago
   re-emitted  0 times
`);
  });

  it('says so when nothing is deferred', () => {
    expect(renderQueue([], new Date())).toBe('no event is deferred\n');
  });
});
