import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { ActiveStatus, Charm, type CharmArgs, type StoredState } from 'charmwright';
import {
  Context,
  deferred,
  filesFrom,
  InconsistentStateError,
  Harness,
  layerFromRockcraft,
  relation,
  storage,
  stored,
} from 'charmwright/testing';
import * as z from 'zod/mini';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';

const meta = {
  name: 'scout',
  containers: {
    web: {
      mounts: [
        { storage: 'data', location: '/srv/data' },
        { storage: 'logs', location: '/srv/logs' },
      ],
    },
  },
  peers: {},
  requires: { db: { interface: 'sql' } },
  provides: {},
  storage: {
    data: { type: 'filesystem' },
    logs: { type: 'filesystem', multiple: { range: '0-' } },
  },
  resources: {},
  options: {},
  actions: {},
} as const;

/** Tells of its surroundings in its status. */
class Scout extends Charm<typeof meta> {
  static readonly meta = meta;
  readonly starts: StoredState<number> = this.stored('starts', {
    schema: z.number(),
    initial: () => 0,
  });

  constructor(...args: CharmArgs<typeof meta>) {
    super(...args);
    this.observe(this.on.start, this.onStart);
    this.observe(this.on['db-relation-changed'], this.onDb);
    this.observe(this.on['config-changed'], this.onConfigChanged);
    this.observe(this.on.stop, this.onStop);
    this.observe(this.on['data-storage-attached'], this.onStorage);
  }

  async onStart(): Promise<void> {
    this.starts.value += 1;
    await this.app.setVersion('1.0');
    await this.app.setVersion(`1.${this.starts.value}`);
  }

  async onDb(): Promise<void> {
    const [db] = await this.model.relations('db');
    const { bindAddress, ingressAddresses, egressSubnets } = await this.unit.network('db');
    const shown = [bindAddress, ...ingressAddresses, ...egressSubnets];
    const uuid = await db?.remoteModelUuid();
    await this.unit.setStatus(new ActiveStatus(`${uuid?.slice(0, 8)} ${shown.join(' ')}`));
  }

  async onConfigChanged(): Promise<void> {
    const { availabilityZone, principal } = this.unit;
    await this.unit.setStatus(new ActiveStatus(`${principal} in ${availabilityZone}`));
  }

  async onStorage(): Promise<void> {
    const web = this.unit.container('web');
    await web.push('/srv/data/owner', this.unit.name);
    await web.push('/srv/logs/logs/3/first', 'line');
  }

  onStop(): void {
    throw new Error('not now');
  }

  async greet(): Promise<string> {
    return (await this.unit.isLeader()) ? 'leading' : 'following';
  }
}

const context = new Context(Scout);
const { on } = context;

it('a network has what the state says of it', async () => {
  const db = relation('db');
  const network = {
    address: '10.3.0.7',
    ingressAddresses: ['192.0.2.1'],
    egressSubnets: ['192.0.2.0/24'],
  };
  const state = { leader: true, relations: [db], networks: { db: network } };
  const { state: after } = await context.run(on.relationChanged(db), state);
  expect(after.unitStatus.message).toContain('10.3.0.7 192.0.2.1 192.0.2.0/24');
  expect(after.networks).toEqual({ db: network });
});

it("a relation may be with another model's application", async () => {
  const remoteModel = 'b0d5a1c2-0000-4000-8000-000000000000';
  const db = relation('db', { remoteModel });
  const { state } = await context.run(on.relationChanged(db), { relations: [db] });
  expect(state.unitStatus.message).toMatch(/^b0d5a1c2 /);
});

it('a unit on a machine has a zone and a principal', async () => {
  const machine = new Context(Scout, { availabilityZone: 'north-1', principalUnit: 'web/0' });
  const { state } = await machine.run(on.configChanged(), { model: { type: 'iaas' } });
  expect(state.unitStatus.message).toBe('web/0 in north-1');
  await expect(machine.run(on.configChanged())).rejects.toThrow(InconsistentStateError);
});

it('storage is in the container where the charm mounts it', async () => {
  const storages = [storage('data'), storage('logs', { index: 3 })];
  const [data] = storages;
  const state = context.state({ storages, containers: { web: { canConnect: true } } });
  const { state: after } = await context.run(on.storageAttached(data ?? storage('data')), state);
  expect(after.containers.web.files).toMatchObject({
    '/srv/data/owner': { text: 'scout/0' },
    '/srv/logs/logs/3/first': { text: 'line' },
  });
  const none = { ...state, storages: storages.slice(0, 1) };
  await expect(context.run(on.storageAttached(storage('data')), none)).rejects.toThrow('/srv/logs');
});

it('storage is in the container of a harness, too', async () => {
  const harness = new Harness(Scout);
  onTestFinished(() => harness.close());
  harness.begin();
  await harness.hooksDisabled(() => harness.addStorage('logs'));
  await harness.restartContainer('web');
  expect(harness.container('web').paths).toEqual(
    expect.arrayContaining(['/srv/data/', '/srv/logs/logs/1/']),
  );
});

it('every event that comes about is told, and who got it', async () => {
  const { emitted, delivered } = await context.run(on.updateStatus(), {
    deferred: [deferred(on.configChanged(), { handler: 'onConfigChanged' })],
  });
  expect(emitted).toEqual(['update-status']);
  expect(delivered).toMatchObject([{ kind: 'config-changed', attempts: 1 }]);
});

it('every version that the charm reports is told', async () => {
  const { state, workloadVersions } = await context.run(on.start(), { leader: true });
  expect(workloadVersions).toEqual(['1.0', '1.1']);
  expect(state.workloadVersion).toBe('1.1');
});

describe('a visit', () => {
  it('has the charm before and after its handlers, and before anything is kept', async () => {
    const seen: unknown[] = [];
    const state = context.state({
      leader: true,
      stored: { 'charm/starts': stored(4) },
    });
    const result = await context.visit(on.start(), state, async ({ charm, run }) => {
      seen.push(charm.starts.value, await charm.greet());
      await run();
      seen.push(charm.starts.value);
      charm.starts.value = 9;
    });
    expect(seen).toEqual([4, 'leading', 5]);
    expect(result.state.stored['charm/starts']?.value).toBe(9);
    expect(result.delivered).toHaveLength(1);
  });

  it('runs the handlers at its end when the test has not asked for them', async () => {
    const { state } = await context.visit(on.start(), { leader: true }, ({ charm }) => {
      expect(charm.starts.value).toBe(0);
    });
    expect(state.workloadVersion).toBe('1.1');
  });

  it('throws what the test throws, before or after', async () => {
    const wrong = new Error('no such greeting');
    const before = context.visit(on.start(), {}, () => Promise.reject(wrong));
    await expect(before).rejects.toBe(wrong);
    const after = context.visit(on.start(), {}, async ({ run }) => {
      await run();
      throw wrong;
    });
    await expect(after).rejects.toBe(wrong);
  });

  it('throws what a handler throws, to the test as well', async () => {
    const heard: unknown[] = [];
    const visit = context.visit(on.stop(), {}, async ({ run }) => {
      await run().catch((error: unknown) => heard.push(error));
    });
    await expect(visit).rejects.toThrow('not now');
    expect(heard).toMatchObject([{ message: 'not now' }]);
  });

  it('has deferred events run with the event', async () => {
    const waiting = [deferred(on.start(), { handler: 'onStart' })];
    await context.visit(on.configChanged(), { deferred: waiting }, async ({ charm, run }) => {
      expect(charm.starts.value).toBe(0);
      await run();
      expect(charm.starts.value).toBe(1);
    });
  });
});

describe('files of this machine', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'charmwright-files-'));
    mkdirSync(join(folder, 'conf.d'));
    writeFileSync(join(folder, 'web.ini'), 'port = 80\n', { mode: 0o640 });
    writeFileSync(join(folder, 'conf.d', 'logo'), Buffer.from([0xff, 0x00]));
    writeFileSync(
      join(folder, 'rockcraft.yaml'),
      'name: web\nsummary: A server.\nservices:\n  web: {override: replace, command: /bin/web}\n',
    );
  });
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  it('are files of a container, with their permissions', () => {
    const { files } = context.state({ containers: { web: { files: filesFrom('/etc', folder) } } })
      .containers.web;
    expect(files).toMatchObject({
      '/etc/': { kind: 'directory' },
      '/etc/web.ini': { text: 'port = 80\n', permissions: 0o640, user: 'root' },
      '/etc/conf.d/': { kind: 'directory' },
      '/etc/conf.d/logo': { base64: '/wA=' },
    });
  });

  it('say which layer an image brings', () => {
    expect(layerFromRockcraft(join(folder, 'rockcraft.yaml'))).toMatchObject({
      summary: 'A server.',
      services: { web: { command: '/bin/web' } },
    });
  });

  it('that are not there are named', () => {
    expect(() => filesFrom('/etc', join(folder, 'none'))).toThrow(
      /^cannot read .*none for a state/,
    );
    expect(() => layerFromRockcraft(join(folder, 'none'))).toThrow(/ENOENT.*Correct the path/s);
  });
});
