import { describe, expect } from 'vitest';

import type { PebbleClient, Service } from '../../../src/pebble/index.ts';
import {
  eventually,
  post,
  refusal,
  rejection,
  type PebbleTests,
  matching,
} from './implementation.ts';

const talker: Service = {
  override: 'replace',
  'kill-delay': '500ms',
  command: `sh -c 'trap "echo got hup" HUP; trap "echo got usr1" USR1; trap "exit 0" TERM; echo hello; echo oops >&2; while true; do sleep 0.05; done'`,
};

export function describeLogsAndSignals({ own: test }: PebbleTests): void {
  describe.concurrent('logs', () => {
    test('keeps what a service writes to both outputs', async ({ pebble }) => {
      await pebble.client.addLayer('web', { services: { web: talker } });
      await pebble.client.start(['web']);
      const entries = await pebble.client.logs({ services: ['web'] });
      expect(entries.map((entry) => entry.message)).toEqual(['hello', 'oops']);
      expect(entries[0]).toMatchObject({
        service: 'web',
        time: matching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/),
      });
    });

    test('keeps the order of what a service writes, also to outputs that it opens by name', async ({
      pebble,
    }) => {
      const lines = [
        'one',
        'two >&2',
        'three',
        'four >&2',
        'five >/dev/stdout',
        'six >/dev/stderr',
      ];
      await talk(pebble.client, 'web', lines.map((line) => `echo ${line}`).join('; '));
      const entries = await pebble.client.logs();
      expect(entries.map((entry) => entry.message)).toEqual([
        'one',
        'two',
        'three',
        'four',
        'five',
        'six',
      ]);
    });

    test('keeps what comes before the end of a line, a carriage return included', async ({
      pebble,
    }) => {
      await talk(pebble.client, 'web', String.raw`printf "a\r\n\nb\n"`);
      const entries = await pebble.client.logs();
      expect(entries.map((entry) => entry.message)).toEqual(['a\r', '', 'b']);
    });

    test('cuts a long line where a row of Pebble ends', async ({ pebble }) => {
      await talk(pebble.client, 'web', String.raw`head -c 5000 /dev/zero | tr "\0" x; echo`);
      const entries = await pebble.client.logs();
      expect(entries.map((entry) => entry.message.length)).toEqual([4065, 935]);
    });

    test('gives the last lines, thirty unless told otherwise', async ({ pebble }) => {
      await talk(
        pebble.client,
        'many',
        'i=0; while [ $i -lt 50 ]; do i=$((i+1)); echo line $i; done',
      );
      const count = async (n?: number): Promise<number> => (await pebble.client.logs({ n })).length;
      await expect(count()).resolves.toBe(30);
      await expect(count(-1)).resolves.toBe(50);
      await expect(count(0)).resolves.toBe(0);
      const last = await pebble.client.logs({ n: 2 });
      expect(last.map((entry) => entry.message)).toEqual(['line 49', 'line 50']);
    });

    test('gives the lines of the named services only', async ({ pebble }) => {
      await talk(pebble.client, 'a', 'echo from a');
      await talk(pebble.client, 'b', 'echo from b');
      const messages = async (services?: readonly string[]): Promise<readonly string[]> =>
        (await pebble.client.logs({ services })).map((entry) => entry.message);
      await expect(messages()).resolves.toEqual(['from a', 'from b']);
      await expect(messages(['b'])).resolves.toEqual(['from b']);
      await expect(messages(['nobody'])).resolves.toEqual([]);
    });

    test('keeps the lines of a service over its restart', async ({ pebble }) => {
      await talk(pebble.client, 'web', 'echo started');
      await pebble.client.restart(['web']);
      const entries = await pebble.client.logs();
      expect(entries.map((entry) => entry.message)).toEqual(['started', 'started']);
    });

    test('refuses a number of lines that is none', async ({ pebble }) => {
      const reply = await pebble.raw({ method: 'GET', path: '/v1/logs', query: { n: '-2' } });
      expect(reply.json).toMatchObject(refusal(400, 'n must be -1, 0, or a positive integer'));
    });

    test('is a line of JSON for each line', async ({ pebble }) => {
      await talk(pebble.client, 'web', 'echo hello');
      const reply = await pebble.raw({ method: 'GET', path: '/v1/logs' });
      expect(reply.headers['content-type']).toBe('application/x-ndjson');
      expect(JSON.parse(reply.text)).toMatchObject({ service: 'web', message: 'hello' });
    });

    test('follows what is written later, and lets go when the reader leaves', async ({
      pebble,
    }) => {
      await pebble.client.addLayer('web', { services: { web: talker } });
      await pebble.client.start(['web']);
      const following = (async () => {
        for await (const entry of pebble.client.followLogs({ services: ['web'], n: 1 })) {
          if (entry.message === 'got usr1') return entry;
        }
        return undefined;
      })();
      await pebble.client.sendSignal('SIGUSR1', ['web']);
      await expect(following).resolves.toMatchObject({ service: 'web' });
    });
  });

  describe.concurrent('signals', () => {
    test('sends SIGHUP to a running service', async ({ pebble }) => {
      await pebble.client.addLayer('web', { services: { web: talker } });
      await pebble.client.start(['web']);
      await pebble.client.sendSignal('SIGHUP', ['web']);
      await eventually('the service tells of the signal', async () =>
        (await pebble.client.logs()).some((entry) => entry.message === 'got hup'),
      );
      await expect(pebble.client.services(['web'])).resolves.toMatchObject([{ current: 'active' }]);
    });

    test('answers true', async ({ pebble }) => {
      await pebble.client.addLayer('web', { services: { web: talker } });
      await pebble.client.start(['web']);
      const reply = await pebble.raw(post('/v1/signals', { signal: 'SIGHUP', services: ['web'] }));
      expect(reply.json).toMatchObject({ type: 'sync', result: true });
    });

    test('refuses a service that does not run', async ({ pebble }) => {
      await pebble.client.addLayer('web', { services: { web: talker } });
      const error = await rejection(pebble.client.sendSignal('SIGHUP', ['web']));
      expect(error).toMatchObject({
        status: 500,
        reason: 'cannot send signal to "web": service is not running',
      });
    });

    test('refuses a signal that does not exist', async ({ pebble }) => {
      await pebble.client.addLayer('web', { services: { web: talker } });
      await pebble.client.start(['web']);
      const reply = await pebble.raw(post('/v1/signals', { signal: 'HUP', services: ['web'] }));
      expect(reply.json).toMatchObject(
        refusal(500, 'cannot send signal to "web": invalid signal name "HUP"'),
      );
    });

    test('refuses a signal to nobody', async ({ pebble }) => {
      const error = await rejection(pebble.client.sendSignal('SIGHUP', []));
      expect(error).toMatchObject({ status: 400, reason: 'must specify one or more services' });
    });
  });
}

async function talk(client: PebbleClient, name: string, script: string): Promise<void> {
  await client.addLayer(name, {
    services: {
      [name]: {
        override: 'replace',
        'kill-delay': '200ms',
        command: `sh -c '${script}; exec sleep 1000'`,
      },
    },
  });
  await client.start([name]);
}
