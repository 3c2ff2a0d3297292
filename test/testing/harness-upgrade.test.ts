import type { Deferred } from 'charmwright';
import { Harness } from 'charmwright/testing';
import { expect, onTestFinished, test } from 'vitest';

import { Hello, type meta } from './fixture-charm.ts';

/** The next revision: it hears of its arrival, and says so. */
class NextHello extends Hello {
  constructor(...args: ConstructorParameters<typeof Hello>) {
    super(...args);
    this.observe(this.on['upgrade-charm'], this.onUpgradeCharm);
  }

  async onUpgradeCharm(): Promise<void> {
    await this.app.setVersion('2.0');
  }

  override async onConfigChanged(): Promise<Deferred | void> {
    this.logger.info('the next revision has it');
  }
}

function harnessOf(): Harness<typeof meta, Hello> {
  const harness = new Harness<typeof meta, Hello>(Hello);
  onTestFinished(() => harness.close());
  return harness;
}

test('an upgrade has the old revision stop, and the new one begin in a new pod', async () => {
  const harness = harnessOf();
  await harness.beginWithInitialHooks();
  harness.container('web').putFile('/srv/left-behind', 'x');
  const before = harness.runs.length;
  await harness.upgradeCharm(NextHello);
  const since = harness.runs.slice(before);
  expect(since.map(({ event }) => event)).toEqual([
    'stop',
    'upgrade-charm',
    'config-changed',
    'start',
    'web-pebble-ready',
  ]);
  expect(harness.workloadVersion).toBe('2.0');
  expect(harness.container('web').file('/srv/left-behind')).toBeUndefined();
});

test('what the old revision deferred comes to the new one', async () => {
  const harness = harnessOf();
  harness.begin();
  await harness.run('config-changed');
  expect(harness.deferred.map(({ handler }) => handler)).toEqual(['onConfigChanged']);
  await harness.hooksDisabled(() => harness.upgradeCharm(NextHello));
  const { logs, deferred } = await harness.run('update-status');
  expect(logs.map(({ message }) => message)).toContain('the next revision has it');
  expect(deferred).toEqual([]);
});
