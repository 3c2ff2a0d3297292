import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { queue, renderQueue } from '../../src/cli/queue.ts';

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

  it('names the way to the controller where the charm directory keeps no state', async () => {
    const written = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
    onTestFinished(() => written.mockRestore());
    expect(await queue.run(['--charm-dir', '/nowhere'])).toBe(0);
    expect(String(written.mock.calls[0]?.[0])).toMatch(
      /there is no \/nowhere\/[^]*juju exec --unit APP\/N -- state-get --format=json \| charmwright queue --state -/,
    );
  });
});
