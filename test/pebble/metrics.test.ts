import { expect, test } from 'vitest';

import { PebbleClient } from '../../src/pebble/index.ts';
import { ScriptedTransport } from './scripted-transport.ts';

function clientReading(body: string, contentType = 'text/plain; charset=utf-8'): PebbleClient {
  return new PebbleClient(new ScriptedTransport({ body, contentType }));
}

test('gathers the samples of a metric, however often the daemon describes it', async () => {
  const text = `# HELP b_count How often
# TYPE b_count counter
b_count{service="x"} 3

# HELP a_up Whether
# TYPE a_up gauge
a_up{check="1",kind="a, b=\\"c\\" \\\\ \\n{}"} 0

# HELP b_count How often
# TYPE b_count counter
b_count{service="y"} 1.5e3 1700000000
`;
  await expect(clientReading(text).metrics()).resolves.toEqual([
    {
      name: 'a_up',
      type: 'gauge',
      help: 'Whether',
      samples: [{ labels: { check: '1', kind: 'a, b="c" \\ \n{}' }, value: 0 }],
    },
    {
      name: 'b_count',
      type: 'counter',
      help: 'How often',
      samples: [
        { labels: { service: 'x' }, value: 3 },
        { labels: { service: 'y' }, value: 1500 },
      ],
    },
  ]);
});

test('reads samples without labels, and values that are no numbers', async () => {
  const metrics = await clientReading('a 1\nb +Inf\nc NaN\n# a remark\nd{} -Inf\n').metrics();
  expect(metrics.map(({ name, type, samples }) => [name, type, samples[0]])).toEqual([
    ['a', 'untyped', { labels: {}, value: 1 }],
    ['b', 'untyped', { labels: {}, value: Infinity }],
    ['c', 'untyped', { labels: {}, value: NaN }],
    ['d', 'untyped', { labels: {}, value: -Infinity }],
  ]);
});

test.for(['a', 'a one', 'a{b} 1', 'a{b="c} 1', '{b="c"} 1', '<html>'])(
  'refuses what is no sample: %s',
  async (line) => {
    await expect(clientReading(`${line}\n`).metrics()).rejects.toMatchObject({
      code: 'pebble-protocol',
    });
  },
);

test('refuses a page', async () => {
  await expect(clientReading('<html>', 'text/html').metrics()).rejects.toMatchObject({
    code: 'pebble-protocol',
  });
});
