import {
  Charm,
  type CharmArgs,
  type PebbleCheckFailedEvent,
  type PebbleCheckRecoveredEvent,
  type PebbleCustomNoticeEvent,
  type StorageAttachedEvent,
  type StorageDetachingEvent,
} from 'charmwright';
import { PebbleConnectionError, PebbleTransferError } from 'charmwright/pebble';
import { Harness } from 'charmwright/testing';
import { mkdtemp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';

const meta = {
  name: 'watcher',
  containers: { web: {} },
  peers: {},
  requires: {},
  provides: {},
  storage: { logs: { type: 'filesystem', location: '/logs', multiple: { range: '0-3' } } },
  resources: {},
  options: { instances: { type: 'int', default: 0 } },
  actions: {},
} as const;

const heard: string[] = [];

class Watcher extends Charm<typeof meta> {
  static readonly meta: typeof meta = meta;

  constructor(...args: CharmArgs<typeof meta>) {
    super(...args);
    this.observe(this.on['web-pebble-custom-notice'], this.onNotice);
    this.observe(this.on['web-pebble-check-failed'], this.onCheck);
    this.observe(this.on['web-pebble-check-recovered'], this.onCheck);
    this.observe(this.on['logs-storage-attached'], this.onStorage);
    this.observe(this.on['logs-storage-detaching'], this.onStorage);
    this.observe(this.on['config-changed'], this.onConfigChanged);
  }

  async onNotice(event: PebbleCustomNoticeEvent): Promise<void> {
    const details = await event.details();
    heard.push(`${event.notice.key} ${JSON.stringify(details?.lastData)}`);
  }

  onCheck(event: PebbleCheckFailedEvent | PebbleCheckRecoveredEvent): void {
    heard.push(`${event.kind} ${event.check}`);
  }

  async onStorage(event: StorageAttachedEvent | StorageDetachingEvent): Promise<void> {
    heard.push(`${event.kind} ${event.storage.id} ${await event.storage.location()}`);
  }

  async onConfigChanged(): Promise<void> {
    const missing =
      (await this.config.get('instances')) - (await this.model.storages.list('logs')).length;
    if (missing > 0) await this.model.storages.request('logs', missing);
  }
}

let reboots = 0;

/** Boots its machine anew in the first config-changed that asks for an instance. */
class Rebooter extends Charm<typeof meta> {
  static readonly meta: typeof meta = meta;

  constructor(...args: CharmArgs<typeof meta>) {
    super(...args);
    this.observe(this.on['config-changed'], this.onConfigChanged);
  }

  async onConfigChanged(): Promise<void> {
    if ((await this.config.get('instances')) === 0) return;
    reboots += 1;
    await this.unit.openPort(80 + reboots);
    if (reboots === 1) this.unit.reboot({ now: true });
  }
}

let harness: Harness<typeof meta, Watcher>;

beforeEach(async () => {
  heard.length = 0;
  harness = new Harness(Watcher);
  await harness.beginWithInitialHooks();
});

afterEach(async () => {
  await harness.close();
});

it('tells the charm of a notice that its workload gives', async () => {
  await harness.pebbleNotify('web', 'example.com/done', { took: '3s' });
  expect(heard).toEqual(['example.com/done {"took":"3s"}']);
});

it('brings a check down and up when it is told, without time going by', async () => {
  const web = harness.container('web');
  const up = { override: 'replace', threshold: 2, tcp: { port: 80 } } as const;
  await web.pebble.addLayer('checks', { checks: { up } });
  const before = harness.clock.now();
  await harness.failCheck('web', 'up');
  expect(await web.pebble.checks()).toMatchObject([{ name: 'up', status: 'down', failures: 2 }]);
  await harness.recoverCheck('web', 'up');
  expect(await web.pebble.checks()).toMatchObject([{ name: 'up', status: 'up', failures: 0 }]);
  expect(heard).toEqual(['web-pebble-check-failed up', 'web-pebble-check-recovered up']);
  expect(harness.clock.now()).toEqual(before);
});

it('tells the charm that a check failed and that it recovered, as time goes by', async () => {
  const web = harness.container('web');
  web.exitAtStart('/bin/check', 1);
  await web.pebble.addLayer('checks', {
    checks: {
      up: { override: 'replace', period: '10s', threshold: 2, exec: { command: '/bin/check' } },
    },
  });
  await harness.advance(10_000);
  expect(heard).toEqual([]);
  await harness.advance(10_000);
  web.exitAtStart('/bin/check', 0);
  await harness.advance(10_000);
  expect(heard).toEqual(['web-pebble-check-failed up', 'web-pebble-check-recovered up']);
});

it('attaches the storage that the charm asks for, and takes an instance away', async () => {
  await harness.updateConfig({ instances: 2 });
  await harness.updateModel((juju) => {
    juju.unit(harness.unitName).detachStorage('logs/0');
  });
  expect(heard).toEqual([
    'logs-storage-attached logs/0 /logs/logs/0',
    'logs-storage-attached logs/1 /logs/logs/1',
    'logs-storage-detaching logs/0 /logs/logs/0',
  ]);
});

it('sends any of these events by hand, and says what is lacking', async () => {
  await harness.run('web-pebble-check-failed', { check: 'up' });
  await harness.run('web-pebble-custom-notice', { notice: { key: 'example.com/x' } });
  await harness.updateConfig({ instances: 1 });
  await harness.run('logs-storage-detaching', { storageId: 'logs/0' });
  expect(heard).toEqual([
    'web-pebble-check-failed up',
    'example.com/x undefined',
    'logs-storage-attached logs/0 /logs/logs/0',
    'logs-storage-detaching logs/0 /logs/logs/0',
  ]);
  await expect(harness.run('web-pebble-check-failed')).rejects.toThrow(
    /Call run\('web-pebble-check-failed', \{ check: 'up' \}\)/,
  );
  await expect(harness.run('web-pebble-custom-notice')).rejects.toThrow(/notice: \{ key:/);
  await expect(harness.run('logs-storage-attached')).rejects.toThrow(/has none of it/);
});

it('runs a hook again that asked for a reboot at once, and commits nothing of the first run', async () => {
  const rebooting = new Harness(Rebooter);
  await rebooting.beginWithInitialHooks();
  await rebooting.updateConfig({ instances: 1 });
  expect(rebooting.runs.map(({ event }) => event).slice(-3)).toEqual([
    'config-changed',
    'start',
    'config-changed',
  ]);
  expect(rebooting.openedPorts).toEqual(['82/tcp']);
  await rebooting.close();
});

let carried = '';

/** Carries a directory into its container and out of it. */
class Carrier extends Charm<typeof meta> {
  static readonly meta: typeof meta = meta;

  constructor(...args: CharmArgs<typeof meta>) {
    super(...args);
    this.observe(this.on['config-changed'], this.onConfigChanged);
  }

  async onConfigChanged(): Promise<void> {
    if (carried === '') return;
    const web = this.unit.container('web');
    await web.pushPath(join(carried, 'conf'), '/etc/web', { user: 'postgres' });
    await web.pullPath('/etc/web/*', join(carried, 'back'));
    try {
      await web.pullPath('/nowhere', carried);
    } catch (error) {
      if (!(error instanceof PebbleTransferError)) throw error;
      heard.push(...error.failures.map(({ path }) => path));
    }
  }
}

it('carries directories into a container and out of it', async () => {
  const carrying = new Harness(Carrier);
  await carrying.beginWithInitialHooks();
  carried = await mkdtemp(join(tmpdir(), 'charmwright-harness-'));
  try {
    await mkdir(join(carried, 'conf'));
    await writeFile(join(carried, 'conf', 'web.ini'), '[web]', { mode: 0o640 });
    const web = carrying.container('web');
    web.putFile('/etc/web/conf/more.ini', '[more]');
    await carrying.updateConfig({ instances: 1 });
    expect(web.file('/etc/web/conf/web.ini')).toEqual({
      kind: 'file',
      text: '[web]',
      permissions: 0o640,
      user: 'postgres',
      group: 'postgres',
    });
    const more = join(carried, 'back', 'conf', 'more.ini');
    await expect(readFile(more, 'utf8')).resolves.toBe('[more]');
    expect(heard).toEqual(['/nowhere']);
    carrying.setCanConnect('web', false);
    await expect(carrying.updateConfig({ instances: 2 })).rejects.toThrow(PebbleConnectionError);
  } finally {
    await rm(carried, { recursive: true });
    carried = '';
    await carrying.close();
  }
});
