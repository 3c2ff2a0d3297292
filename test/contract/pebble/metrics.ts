import { describe, expect } from 'vitest';

import { eventually, type PebbleTests } from './implementation.ts';

const sleeper = { override: 'replace', command: 'sleep 1000', 'kill-delay': '200ms' } as const;

export function describeMetrics({ own: test }: PebbleTests): void {
  describe.concurrent('metrics', () => {
    test('are nothing without services and checks', async ({ pebble }) => {
      await expect(pebble.client.metrics()).resolves.toEqual([]);
    });

    test('count the starts of services, and tell which are active', async ({ pebble }) => {
      const { client } = pebble;
      await client.addLayer('web', { services: { a: sleeper, b: sleeper, never: sleeper } });
      await client.start(['a', 'b']);
      await client.stop(['b']);
      await client.start(['b']);
      await client.stop(['b']);
      await expect(client.metrics()).resolves.toEqual([
        {
          name: 'pebble_service_active',
          type: 'gauge',
          help: expect.any(String) as unknown,
          samples: [
            { labels: { service: 'a' }, value: 1 },
            { labels: { service: 'b' }, value: 0 },
          ],
        },
        {
          name: 'pebble_service_start_count',
          type: 'counter',
          help: expect.any(String) as unknown,
          samples: [
            { labels: { service: 'a' }, value: 1 },
            { labels: { service: 'b' }, value: 2 },
          ],
        },
      ]);
    });

    test('tell of checks', async ({ pebble }) => {
      const { client } = pebble;
      const quick = { override: 'replace', period: '100ms', threshold: 2 } as const;
      await client.addLayer('web', {
        checks: {
          bad: { ...quick, exec: { command: 'false' } },
          good: { ...quick, exec: { command: 'true' } },
          off: { ...quick, startup: 'disabled', exec: { command: 'true' } },
        },
      });
      const values = async (name: string): Promise<Record<string, number>> => {
        const metric = (await client.metrics()).find((candidate) => candidate.name === name);
        return Object.fromEntries(
          (metric?.samples ?? []).map(({ labels, value }) => [labels['check'] ?? '', value]),
        );
      };
      await eventually('one is down', async () => (await values('pebble_check_up'))['bad'] === 0);
      await expect(values('pebble_check_up')).resolves.toEqual({ bad: 0, good: 1 });
      expect((await values('pebble_check_failure_count'))['bad']).toBeGreaterThanOrEqual(2);
      expect((await values('pebble_check_success_count'))['good']).toBeGreaterThanOrEqual(1);
    });

    test('are text', async ({ pebble }) => {
      const { client } = pebble;
      await client.addLayer('web', { services: { a: sleeper } });
      await client.start(['a']);
      const reply = await pebble.raw({ method: 'GET', path: '/v1/metrics' });
      expect(reply.headers['content-type']).toBe('text/plain; charset=utf-8');
      expect(reply.text).toMatch(
        /^# HELP pebble_service_active .+\n# TYPE pebble_service_active gauge\npebble_service_active\{service="a"\} 1\n/m,
      );
      await expect(client.metricsText()).resolves.toBe(reply.text);
    });
  });
}
