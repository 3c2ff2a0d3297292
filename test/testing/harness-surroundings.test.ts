import { existsSync, readFileSync } from 'node:fs';
import {
  Charm,
  type CharmArgs,
  type ConfigChangedEvent,
  type SecretChangedEvent,
  type SecretExpiredEvent,
  type SecretRemoveEvent,
  type SecretRotateEvent,
} from 'charmwright';
import { Harness } from 'charmwright/testing';
import { afterEach, describe, expect, it } from 'vitest';

const meta = {
  name: 'store',
  containers: { web: { resource: 'web-image' } },
  peers: { cluster: { interface: 'store_peers' } },
  requires: { db: { interface: 'sql' } },
  provides: { site: { interface: 'http' } },
  storage: { data: { type: 'filesystem', location: '/data', multiple: { range: '0-2' } } },
  resources: {
    'web-image': { type: 'oci-image' },
    licence: { type: 'file', filename: 'licence.txt' },
  },
  options: { password: { type: 'secret' } },
  actions: {},
} as const;

const heard: string[] = [];

/** What the next update-status is to look at. */
let look: (charm: Store) => Promise<void> = async () => undefined;

/** Notes which events of secrets it gets, and keeps a secret of its own. */
class Store extends Charm<typeof meta> {
  static readonly meta: typeof meta = meta;

  constructor(...args: CharmArgs<typeof meta>) {
    super(...args);
    this.observe(this.on.start, this.onStart);
    this.observe(this.on['config-changed'], this.onConfigChanged);
    this.observe(this.on['update-status'], this.onUpdateStatus);
    this.observe(this.on['secret-changed'], this.onSecret);
    this.observe(this.on['secret-rotate'], this.onSecret);
    this.observe(this.on['secret-expired'], this.onSecret);
    this.observe(this.on['secret-remove'], this.onSecret);
  }

  async onStart(): Promise<void> {
    const options = { label: 'own', rotate: 'monthly' } as const;
    await this.unit.addSecret({ password: 'first' }, options);
  }

  async onConfigChanged(_event: ConfigChangedEvent): Promise<void> {
    const secret = await this.config.get('password');
    if (secret !== undefined) heard.push(`password ${JSON.stringify(await secret.get())}`);
  }

  async onUpdateStatus(): Promise<void> {
    await look(this);
  }

  onSecret(
    event: SecretChangedEvent | SecretRotateEvent | SecretExpiredEvent | SecretRemoveEvent,
  ): void {
    heard.push(event.kind);
  }
}

let harness: Harness<typeof meta, Store>;

async function begun(leader = true): Promise<void> {
  heard.length = 0;
  harness = new Harness(Store, { leader });
  await harness.beginWithInitialHooks();
}

/** What the charm finds when it looks. */
async function seen<T>(what: (charm: Store) => Promise<T>): Promise<T> {
  const found: T[] = [];
  look = async (charm) => {
    found.push(await what(charm));
  };
  await harness.reemitDeferred();
  const [only] = found;
  if (only === undefined) throw new Error('the charm did not look');
  return only;
}

async function planned(): Promise<number> {
  return (await seen((charm) => charm.app.plannedUnits())).planned;
}

async function output(...command: string[]): Promise<string> {
  const process = await harness.container('web').pebble.exec(command);
  return (await process.waitOutput()).stdout;
}

afterEach(async () => {
  await harness.close();
});

describe('secrets around the unit', () => {
  it('of the user are read by whom they are granted to, and changes are told', async () => {
    await begun();
    const uri = harness.addUserSecret({ token: 'a' });
    await harness.grantSecret(uri, 'store');
    await harness.updateConfig({ password: uri });
    await harness.setSecretContent(uri, { token: 'b' });
    expect(heard).toEqual(['password {"token":"a"}', 'secret-changed']);
    expect(harness.getSecretRevisions(uri)).toEqual([1, 2]);
  });

  it('of another application are granted for as long as a relation lasts', async () => {
    await begun();
    const id = await harness.addRelation('db', 'pg', { units: { 'pg/0': {} } });
    const uri = harness.addModelSecret('pg', { token: 'a' });
    await harness.grantSecret(uri, 'store');
    expect(harness.getSecretGrants(uri, id)).toEqual(['store']);
    await harness.revokeSecret(uri, 'store');
    expect(harness.getSecretGrants(uri, id)).toEqual([]);
  });

  it('rotate, expire and go when the test says so', async () => {
    await begun();
    const [secret] = harness.juju.secrets;
    const { uri = '' } = secret ?? {};
    await harness.triggerSecretRotation(uri);
    await harness.triggerSecretExpiration(uri);
    await harness.updateModel(() => secret?.setContent({ password: 'second' }));
    heard.push('again:');
    await harness.triggerSecretRemoval(uri, 1);
    await harness.run('secret-changed', { secretId: uri });
    expect(heard).toEqual([
      'secret-rotate',
      'secret-expired',
      'secret-remove',
      'again:',
      'secret-remove',
      'secret-changed',
    ]);
  });

  it('are refused where Juju would not have them so, with what to do', async () => {
    await begun(false);
    const own = harness.juju.secrets[0]?.uri ?? '';
    const app = harness.juju.addSecret({ token: 'a' }, { owner: 'store' }).uri;
    const user = harness.addUserSecret({ token: 'a' });
    harness.juju.addRemoteApplication('pg');
    const foreign = harness.addModelSecret('pg', { token: 'a' });
    const code = 'harness-state';
    expect(() => harness.addModelSecret('store', { token: 'a' })).toThrow('which adds its secrets');
    expect(() => harness.addModelSecret('nobody', { token: 'a' })).toThrow('nobody');
    await expect(harness.setSecretContent(own, { a: 'b' })).rejects.toMatchObject({ code });
    await expect(harness.grantSecret(foreign, 'store')).rejects.toThrow('Call addRelation() first');
    await expect(harness.grantSecret(user, 'stroe')).rejects.toThrow('stroe');
    await expect(harness.triggerSecretRotation(user)).rejects.toThrow('the user owns it');
    await expect(harness.triggerSecretRotation(app)).rejects.toThrow('Call setLeader(true) first');
    await harness.setLeader();
    await expect(harness.triggerSecretRotation(app)).rejects.toThrow('no rotation policy');
    await expect(harness.triggerSecretExpiration(own, 7)).rejects.toThrow('it has 1');
    await expect(harness.triggerSecretRemoval(own, 1)).rejects.toThrow('it is the latest');
  });

  it('bring no event before the unit has begun', async () => {
    harness = new Harness(Store);
    const uri = harness.addUserSecret({ token: 'a' });
    await expect(harness.triggerSecretExpiration(uri)).rejects.toThrow('Call begin()');
  });
});

describe('resources', () => {
  it('are files at the path that the charm is given, for as long as the harness is there', async () => {
    await begun();
    harness.addResource('licence', 'for all');
    harness.populateOciResources();
    harness.addOciResource('web-image', { registrypath: 'example.com/web:1' });
    const paths = await seen((charm) =>
      Promise.all([charm.model.resource('licence'), charm.model.resource('web-image')]),
    );
    expect(paths[0]).toMatch(/\/licence\/licence\.txt$/);
    expect(paths.map((path) => readFileSync(path, 'utf8'))).toEqual([
      'for all',
      'registrypath: "example.com/web:1"\nusername: "username"\npassword: "password"\n',
    ]);
    await harness.close();
    expect(paths.filter((path) => existsSync(path))).toEqual([]);
  });

  it('are refused when they are of the other kind, or not declared', async () => {
    await begun();
    expect(() => harness.addResource('web-image', '')).toThrow('Call addOciResource()');
    expect(() => harness.addOciResource('licence')).toThrow('Call addResource()');
    // @ts-expect-error the charm has no such resource
    expect(() => harness.addResource('license', '')).toThrow('declares web-image, licence');
  });
});

it('storage comes and goes, and is refused beyond what the charm declares', async () => {
  await begun();
  expect(await harness.addStorage('data', 2)).toEqual(['data/0', 'data/1']);
  await harness.detachStorage('data/0');
  await harness.attachStorage('data/0');
  await harness.removeStorage('data/1');
  expect(harness.runs.slice(-5).map(({ event }) => event)).toEqual([
    'data-storage-attached',
    'data-storage-attached',
    'data-storage-detaching',
    'data-storage-attached',
    'data-storage-detaching',
  ]);
  await expect(harness.addStorage('data', 2)).rejects.toThrow('exceeding the maximum of 2');
  // @ts-expect-error the charm has no such storage
  await expect(harness.addStorage('date')).rejects.toThrow('declares data');
});

it('planned units are counted, and have not come yet', async () => {
  await begun();
  harness.setPlannedUnits(3);
  expect(await planned()).toBe(3);
  harness.setPlannedUnits(2);
  expect(await planned()).toBe(2);
  await harness.addRelationUnit(harness.relationId('cluster'), 'store/7');
  expect(() => {
    harness.setPlannedUnits(1);
  }).toThrow('cannot plan 1 units: 2 are there');
  harness.resetPlannedUnits();
  expect(await planned()).toBe(2);
});

it('a unit can only leave a relation that it is in', async () => {
  await begun();
  const id = await harness.addRelation('db', 'pg', { units: { 'pg/0': {} } });
  await expect(harness.removeRelationUnit(id, 'pg/1')).rejects.toThrow(
    'cannot remove pg/1 from relation 1: its other units are pg/0. Name one of them.',
  );
  await expect(harness.removeRelationUnit(id, 'store/0')).rejects.toThrow('cannot remove store/0');
  await harness.removeRelationUnit(id, 'pg/0');
  expect(harness.runs.at(-1)?.event).toBe('db-relation-departed');
});

it('networks have their details, for one binding or for all', async () => {
  await begun();
  const id = await harness.addRelation('db', 'pg');
  await harness.addNetwork('10.9.0.1', {
    endpoint: 'db',
    cidr: '10.9.0.0/24',
    interface: 'eth1',
    ingressAddresses: ['203.0.113.7'],
  });
  await harness.addNetwork('10.8.0.1');
  const [db, site] = await seen((charm) =>
    Promise.all([charm.unit.network('db'), charm.unit.network('site')]),
  );
  expect(db).toMatchObject({
    bindAddress: '10.9.0.1',
    ingressAddress: '203.0.113.7',
    egressSubnets: ['203.0.113.7/32'],
  });
  expect(db.bindAddresses).toMatchObject([
    { interfaceName: 'eth1', addresses: [{ value: '10.9.0.1', cidr: '10.9.0.0/24' }] },
  ]);
  expect(site).toMatchObject({ bindAddress: '10.8.0.1' });
  expect(harness.getRelationData(id, 'store/0')['ingress-address']).toBe('203.0.113.7');
  const events = harness.runs.map(({ event }) => event);
  expect(events.slice(-3, -1)).toEqual(['config-changed', 'config-changed']);
  await expect(harness.addNetwork('')).rejects.toThrow('its address is empty');
  // @ts-expect-error the charm has no such binding
  await expect(harness.addNetwork('10.7.0.1', { endpoint: 'bd' })).rejects.toThrow('declares');
});

describe('commands', () => {
  it('are played by the handler with the longest prefix', async () => {
    await begun();
    harness.handleExec('web', [], 'anything\n');
    harness.handleExec('web', ['ls'], 2);
    harness.handleExec('web', ['ls', '/etc'], ({ command }) => `${command.join(' ')}\n`);
    expect(await output('whoami')).toBe('anything\n');
    expect(await output('ls', '/etc', '-l')).toBe('ls /etc -l\n');
    await expect(output('ls', '/')).rejects.toMatchObject({ exitCode: 2 });
    harness.handleExec('web', ['ls'], { stdout: 'here\n', stderr: 'and there\n' });
    expect(await output('ls', '/')).toBe('here\n');
  });

  it('are told their input and surroundings, and can fail', async () => {
    await begun();
    harness.handleExec('web', ['wc'], async ({ stdin, environment, user, workingDirectory }) => {
      await Promise.resolve();
      return `${stdin.length} ${environment['LANG']} ${user} ${workingDirectory}`;
    });
    harness.handleExec('web', ['bad'], () => {
      throw new Error('broken handler');
    });
    const { pebble } = harness.container('web');
    const process = await pebble.exec(['wc'], {
      stdin: 'abc',
      environment: { LANG: 'C' },
      user: 'postgres',
      workingDir: '/tmp',
    });
    expect((await process.waitOutput()).stdout).toBe('3 C postgres /tmp');
    await expect(output('bad')).rejects.toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining('broken handler'),
    });
    await expect(output('other')).rejects.toThrow('cannot find executable');
  });
});
