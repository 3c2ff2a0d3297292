import 'charmwright/testing/vitest';

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import {
  ActiveStatus,
  Charm,
  type CharmArgs,
  type Deferred,
  type PebbleReadyEvent,
} from 'charmwright';
import { PebbleClient, UnixSocketTransport } from 'charmwright/pebble';
import { Harness } from 'charmwright/testing';
import { describe, expect, onTestFinished, test } from 'vitest';

import type { RunningPebble } from '../contract/pebble/implementation.ts';
import { realPebble } from '../contract/real-pebble.ts';
import { supervisor } from '../contract/supervisor.ts';

const meta = {
  name: 'sleeper',
  containers: { web: { resource: 'web-image' } },
  peers: {},
  requires: {},
  provides: {},
  storage: {},
  resources: {},
  options: { folder: { type: 'string' } },
  actions: {},
} as const;

/** Has a shell write its process id into a folder, and sleep. */
class Sleeper extends Charm<typeof meta> {
  static readonly meta: typeof meta = meta;

  constructor(...args: CharmArgs<typeof meta>) {
    super(...args);
    this.observe(this.on['web-pebble-ready'], this.onReady);
  }

  async onReady(event: PebbleReadyEvent): Promise<Deferred | void> {
    const web = this.unit.container('web');
    if (!(await web.canConnect())) return event.defer('no Pebble answers');
    const folder = (await this.config.get('folder')) ?? '/';
    const command = `sh -c 'echo $$ > ${folder}/pid; exec sleep 1000'`;
    const sleeper = { override: 'replace', command, startup: 'enabled' } as const;
    await web.addLayer('sleeper', { services: { sleeper } }, { combine: true });
    await web.replan();
    const shouting = await web.exec(['tr', 'a-z', 'A-Z'], { stdin: 'it runs' });
    await this.unit.setStatus(new ActiveStatus((await shouting.waitOutput()).stdout));
  }
}

describe.for([realPebble(), supervisor()])('over $name', ({ missing, name, start }) => {
  if (missing !== undefined) {
    process.stderr.write(`Skipped: a harness over ${name} is not tested: ${missing}.\n`);
  }

  async function begun(): Promise<{ pebble: RunningPebble; harness: Harness<typeof meta> }> {
    const pebble = await start();
    onTestFinished(pebble.stop);
    const harness = new Harness(Sleeper, {
      config: { folder: pebble.dir },
      pebbles: { web: pebble.socketPath },
    });
    onTestFinished(async () => await harness.close());
    return { pebble, harness };
  }

  test.skipIf(missing !== undefined)('a charm starts real processes', async () => {
    const { pebble, harness } = await begun();
    await harness.beginWithInitialHooks();
    expect(harness.status.unit).toMatchObject({ status: 'active', message: 'IT RUNS' });

    const pid = Number(await readFile(join(pebble.dir, 'pid'), 'utf8'));
    expect(() => process.kill(pid, 0)).not.toThrow();
    const client = new PebbleClient(new UnixSocketTransport(pebble.socketPath));
    await client.stop(['sleeper']);
    await client.close();
    expect(() => process.kill(pid, 0)).toThrow('ESRCH');
  });

  test.skipIf(missing !== undefined)('a container is out of reach until it is ready', async () => {
    const { harness } = await begun();
    await harness.beginWithInitialHooks({ pebbleReady: 'never' });
    const ready = await harness.run('web-pebble-ready');
    expect(ready).toHaveDeferred('web-pebble-ready');
    await harness.containerPebbleReady('web');
    expect(harness.status.unit.status).toBe('active');
    expect(harness.deferred).toEqual([]);
  });
});

describe('a container whose Pebble is real', () => {
  const pebbles = { web: '/nowhere/pebble.socket' };

  test('has nothing that could be pretended', async () => {
    const harness = new Harness(Sleeper, { pebbles });
    await harness.beginWithInitialHooks({ pebbleReady: 'never' });
    const real =
      'the Pebble of web is a real one. Speak to it with a PebbleClient at /nowhere/pebble.socket';
    expect(() => harness.container('web')).toThrow(real);
    await expect(harness.failCheck('web', 'up')).rejects.toThrow(real);
    await expect(harness.podChurn()).rejects.toThrow(`cannot replace the pod: ${real}`);
    await harness.close();
  });

  test('is one that the charm declares, and has no image', () => {
    expect(() => new Harness(Sleeper, { pebbles, containers: { web: {} } })).toThrow(
      'cannot give web an image: the Pebble of web is a real one',
    );
    // @ts-expect-error -- there is no such container
    expect(() => new Harness(Sleeper, { pebbles: { wbe: '/s' } })).toThrow(
      'the charm declares web',
    );
  });
});
