import { describe, expect, test } from 'vitest';

import {
  backendData,
  base,
  everythingShown,
  fileText,
  peerData,
  pgbouncerUnderTest,
  runningUnit,
  type UnderTest,
} from './pgbouncer-under-test.ts';

const setup = { appData: backendData, units: { 'postgresql/0': {} } };

test('the leader asks for a database, and a follower does not', async () => {
  for (const leader of [true, false]) {
    const { harness } = pgbouncerUnderTest({ leader });
    await harness.beginWithInitialHooks();
    const id = await harness.addRelation('backend-database', 'postgresql');
    expect(harness.getRelationData(id, harness.appName)).toEqual(
      leader ? { database: 'pgbouncer' } : {},
    );
  }
});

test('a backend that comes later reaches the files by SIGHUP, and the status', async () => {
  const { harness } = await runningUnit();
  await harness.run('update-status');
  expect(harness.status.unit.status).toBe('blocked');
  await harness.addRelation('backend-database', 'postgresql', setup);
  expect(fileText(harness, 'instance_1/pgbouncer.ini')).toContain(
    'orders = dbname=orders host=10.2.0.1 port=5432\n',
  );
  expect(fileText(harness, 'userlist.txt')).toBe('"relation_7" "sesame-open-7"\n');
  expect(peerData(harness)['cfg_file']).toContain('orders = dbname=orders');
  expect(harness.container('pgbouncer').process('pgbouncer_0')?.signals).toContain('SIGHUP');
  expect(harness.status.unit).toMatchObject({ status: 'active', message: '' });
});

test('a new password changes the file of users alone', async () => {
  const { harness } = await runningUnit();
  const id = await harness.addRelation('backend-database', 'postgresql', setup);
  const ini = fileText(harness, 'instance_0/pgbouncer.ini');
  await harness.updateRelationData(id, 'postgresql', { password: 'sesame-2' });
  expect(fileText(harness, 'userlist.txt')).toBe('"relation_7" "sesame-2"\n');
  expect(fileText(harness, 'instance_0/pgbouncer.ini')).toBe(ini);
  expect(await everythingShown(harness)).not.toContain('sesame');
});

test('several endpoints become several hosts', async () => {
  const { harness } = await runningUnit();
  await harness.addRelation('backend-database', 'postgresql', {
    ...setup,
    appData: { ...backendData, endpoints: 'db-0.example:5433,[fd00::2]:5433' },
  });
  expect(fileText(harness, 'pgbouncer.ini')).toContain('host=db-0.example,fd00::2 port=5433\n');
});

test.each(['pgbouncer', 'my db', "Ann's", 'postgres '])(
  'the database %j, which cannot be a key, is served as backend',
  async (database) => {
    const { harness } = await runningUnit();
    await harness.addRelation('backend-database', 'postgresql', {
      ...setup,
      appData: { ...backendData, database },
    });
    expect(fileText(harness, 'pgbouncer.ini')).toMatch(
      /^backend = dbname=.* host=10.2.0.1 port=5432$/m,
    );
  },
);

test('a backend that goes takes its database and users along', async () => {
  const { harness } = await runningUnit();
  const id = await harness.addRelation('backend-database', 'postgresql', setup);
  await harness.removeRelation(id);
  expect(fileText(harness, 'instance_0/pgbouncer.ini')).not.toMatch(/orders|auth_file/);
  expect(harness.container('pgbouncer').file(`${base}/userlist.txt`)).toBeUndefined();
  expect(harness.status.unit).toMatchObject({
    status: 'blocked',
    message: 'waiting for backend database relation to initialise',
  });
  await harness.addRelation('backend-database', 'postgresql', setup);
  expect(fileText(harness, 'userlist.txt')).toContain('relation_7');
  expect(harness.status.unit.status).toBe('active');
});

test('of two backends, which a suspended relation makes possible, the one related last counts', async () => {
  const { harness } = await runningUnit();
  const old = await harness.addRelation('backend-database', 'postgresql', setup);
  await harness.updateModel((juju) => juju.relation(old).suspend());
  await harness.addRelation('backend-database', 'other-postgresql', {
    appData: { ...backendData, endpoints: '10.2.0.2:5432' },
    units: { 'other-postgresql/0': {} },
  });
  await harness.updateModel((juju) => juju.relation(old).resume());
  expect(fileText(harness, 'pgbouncer.ini')).toContain('host=10.2.0.2 ');
  await harness.removeRelation(old);
  expect(fileText(harness, 'pgbouncer.ini')).toContain('host=10.2.0.2 ');
  expect(harness.status.unit.status).toBe('active');
});

test('what the backend writes while the container is away is there when that is back', async () => {
  const { harness } = await runningUnit();
  harness.setCanConnect('pgbouncer', false);
  await harness.addRelation('backend-database', 'postgresql', setup);
  expect(harness.failedHook).toBeUndefined();
  await harness.restartContainer('pgbouncer');
  expect(fileText(harness, 'userlist.txt')).toContain('relation_7');
});

describe('hostile data', () => {
  const hostile: Record<string, Readonly<Record<string, string>>> = {
    'a line break in an endpoint': { endpoints: 'db:5432\nauth_type = any' },
    'a parameter in an endpoint': { endpoints: 'db user=postgres:5432' },
    'a quote in an endpoint': { endpoints: "d'b:5432" },
    'an endpoint without a port': { endpoints: 'db' },
    'a port that is none': { endpoints: 'db:99999' },
    'two ports': { endpoints: 'a:1,b:2' },
    'an include for a database': { database: 'x\n%include /etc/passwd' },
    'a NUL in the database': { database: 'x\0y' },
    'a comment in the database': { database: 'x ; y' },
    'a database of 64 bytes': { database: 'x'.repeat(64) },
    'a line break in the user': { username: 'x"\n"admin' },
    'a NUL in the user': { username: 'x\0y' },
    'a user of a megabyte': { username: 'x'.repeat(1024 * 1024) },
    'a line break in the password': { password: 'x"\n"admin" "y' },
    'a password that looks like a hash': { password: `md5${'0'.repeat(32)}` },
    'a password of megabytes': { password: 'x'.repeat(1024 * 1024) },
    'endpoints of megabytes': { endpoints: 'a:1,'.repeat(1024 * 256) },
  };

  test.each(Object.entries(hostile))('%s is warned about and reaches no file', async (_, data) => {
    const { harness } = await runningUnit();
    const before = fileText(harness, 'instance_0/pgbouncer.ini');
    await harness.addRelation('backend-database', 'postgresql', {
      ...setup,
      appData: { ...backendData, ...data },
    });
    const [key = ''] = Object.keys(data);
    expect(harness.logs).toContainEqual({
      level: 'WARNING',
      message: expect.stringMatching(
        new RegExp(`backend database is not usable yet: in its data, ${key} [a-z]`),
      ),
    });
    expect(harness.logs.every(({ message }) => message.length < 1000)).toBe(true);
    expect(fileText(harness, 'instance_0/pgbouncer.ini')).toBe(before);
    expect(fileText(harness, 'userlist.txt')).toBe('');
    expect(harness.status.unit.status).not.toBe('error');
    await harness.run('update-status');
    expect(harness.status.unit.status).toBe('blocked');
  });

  test('from a backend that worked leaves what worked', async () => {
    const { harness } = await runningUnit();
    const id = await harness.addRelation('backend-database', 'postgresql', setup);
    const before = [fileText(harness, 'pgbouncer.ini'), fileText(harness, 'userlist.txt')];
    await harness.updateRelationData(id, 'postgresql', { endpoints: 'evil\n:1' });
    expect([fileText(harness, 'pgbouncer.ini'), fileText(harness, 'userlist.txt')]).toEqual(before);
  });

  test('from keys that nobody reads, or a version that is none, goes nowhere', async () => {
    const { harness } = await runningUnit();
    const client = await harness.addRelation('database', 'webshop');
    await harness.addRelation('backend-database', 'postgresql', {
      ...setup,
      appData: { ...backendData, junk: 'x'.repeat(1024 * 1024), version: '15\nevil' },
    });
    expect(fileText(harness, 'userlist.txt')).toContain('relation_7');
    expect(Object.keys(harness.getRelationData(client, harness.appName))).toEqual(['endpoints']);
  });
});

describe('peers', () => {
  test('say where they are, and again if that is lost', async () => {
    const { harness } = await runningUnit();
    const id = harness.relationId('pgb-peers');
    const said = () => harness.getRelationData(id, harness.unitName)['private-address'];
    const hostname = 'pgbouncer-k8s-0.pgbouncer-k8s-endpoints.shop.svc.cluster.local';
    expect(said()).toBe(hostname);
    await harness.hooksDisabled(() =>
      harness.updateRelationData(id, harness.unitName, { 'private-address': undefined }),
    );
    await harness.run('pgb-peers-relation-changed');
    expect(said()).toBe(hostname);
  });

  test('follow what the leader publishes, once', async () => {
    const { harness } = await runningUnit();
    await harness.setLeader(false);
    const id = harness.relationId('pgb-peers');
    const changed = (peerData(harness)['cfg_file'] ?? '').replace('session', 'transaction');
    const process = () => harness.container('pgbouncer').process('pgbouncer_0');
    await harness.updateRelationData(id, harness.appName, { cfg_file: changed });
    expect(fileText(harness, 'instance_0/pgbouncer.ini')).toContain('pool_mode = transaction\n');
    expect(process()?.signals).toEqual(['SIGHUP']);
    await harness.updateRelationData(id, harness.appName, { other: 'x' });
    expect(process()?.signals).toEqual(['SIGHUP']);
  });

  test('keep what they have when the databag is hostile', async () => {
    const { harness } = await runningUnit();
    await harness.setLeader(false);
    const before = fileText(harness, 'instance_0/pgbouncer.ini');
    await harness.updateRelationData(harness.relationId('pgb-peers'), harness.appName, {
      cfg_file: `${peerData(harness)['cfg_file']}%include /etc/passwd\n`,
    });
    expect(fileText(harness, 'instance_0/pgbouncer.ini')).toBe(before);
    expect(harness.status.unit.status).not.toBe('error');
  });

  test('of a leader that is lost hear from the next one where it is', async () => {
    const under: UnderTest = await runningUnit({ leader: false });
    const { harness } = under;
    await harness.setLeader(true);
    expect(peerData(harness)['leader_hostname']).toMatch(/^pgbouncer-k8s-0\./);
    expect(peerData(harness)['cfg_file']).toContain('[pgbouncer]\n');
  });

  test('lose no option that changed while another unit led, or nobody', async () => {
    const { harness } = await runningUnit();
    await harness.setLeader(false);
    await harness.updateConfig({ pool_mode: 'statement', max_db_connections: -1 });
    expect(fileText(harness, 'pgbouncer.ini')).toContain('pool_mode = session\n');
    await harness.setLeader(true);
    const taken = 'pool_mode = statement\nmax_db_connections = 100\n';
    expect(fileText(harness, 'instance_0/pgbouncer.ini')).toContain(taken);
    expect(peerData(harness)['cfg_file']).toContain(taken);
  });
});
