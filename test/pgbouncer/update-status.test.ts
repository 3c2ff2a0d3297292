import { describe, expect, test } from 'vitest';

import { pathsOf } from '../../src/flowchart/paths.ts';
import { updateStatusChart } from '../../src/pgbouncer/charts/update-status.ts';
import {
  backendData,
  peerData,
  pgbouncerUnderTest,
  runningUnit,
  type UnderTest,
} from './pgbouncer-under-test.ts';

interface Scene extends UnderTest {
  readonly clientData: () => Readonly<Record<string, string>>;
}

/** A leader with a backend and a client, all of it up. */
async function serving(appData: Readonly<Record<string, string>> = backendData): Promise<Scene> {
  const under = pgbouncerUnderTest();
  const { harness } = under;
  await harness.addRelation('backend-database', 'postgresql', {
    appData,
    units: { 'postgresql/0': {} },
  });
  const id = await harness.addRelation('database', 'webshop', { units: { 'webshop/0': {} } });
  await harness.beginWithInitialHooks();
  return { ...under, clientData: () => harness.getRelationData(id, harness.appName) };
}

async function stopOne({ harness }: UnderTest): Promise<void> {
  await harness.container('pgbouncer').pebble.stop(['pgbouncer_1']);
}

const tail = 'update_leader update_relations return';

describe('every way through the chart', () => {
  const scenes: Record<string, () => Promise<UnderTest>> = {
    [`update-status: is_backend_ready=no set_blocked ${tail}`]: () => runningUnit(),
    [`update-status: is_backend_ready=yes is_running=yes set_active ${tail}`]: () => serving(),
    [`update-status: is_backend_ready=yes is_running=no set_waiting ${tail}`]: async () => {
      const scene = await serving();
      await stopOne(scene);
      return scene;
    },
  };

  test('is tried here', () => {
    const lines = pathsOf(updateStatusChart).map(({ line }) => line.replace('Return', 'return'));
    expect(Object.keys(scenes).toSorted()).toEqual(lines.toSorted());
  });

  test.each(Object.entries(scenes))('%s', async (line, scene) => {
    const { harness } = await scene();
    const { paths, deferred } = await harness.run('update-status');
    expect([paths.at(-1)?.replace('Return', 'return'), deferred]).toEqual([line, []]);
  });
});

describe('the status', () => {
  test('is Blocked without a backend', async () => {
    const { harness } = await runningUnit();
    await harness.run('update-status');
    expect(harness.status.unit).toMatchObject({
      status: 'blocked',
      message: 'waiting for backend database relation to initialise',
    });
  });

  test.each(['endpoints', 'username', 'password'])(
    'is Blocked while the backend has not written its %s',
    async (key) => {
      const { harness } = await serving({ ...backendData, [key]: '' });
      await harness.run('update-status');
      expect(harness.status.unit).toMatchObject({
        status: 'blocked',
        message: 'waiting for backend database relation to initialise',
      });
    },
  );

  test('is Blocked while the backend does not answer, which is asked once', async () => {
    const { harness, machine } = await serving();
    machine.answering = () => false;
    machine.asked.length = 0;
    await harness.run('update-status');
    expect(harness.status.unit).toMatchObject({
      status: 'blocked',
      message: 'backend database relation not ready',
    });
    expect(machine.asked).toEqual([{ host: '10.2.0.1', port: 5432 }]);
    machine.answering = () => true;
    await harness.run('update-status');
    expect(harness.status.unit).toMatchObject({ status: 'active', message: '' });
  });

  test('is Active while one of several endpoints answers', async () => {
    const { harness, machine } = await serving({
      ...backendData,
      endpoints: '10.2.0.1:5432,10.2.0.2:5432',
    });
    machine.answering = ({ host }) => host === '10.2.0.2';
    await harness.run('update-status');
    expect(harness.status.unit).toMatchObject({ status: 'active', message: '' });
  });

  test('is Blocked while PgBouncer does not know the backend user', async () => {
    const { harness } = await serving();
    await harness
      .container('pgbouncer')
      .pebble.removePath('/var/lib/postgresql/pgbouncer/userlist.txt');
    await harness.run('update-status');
    expect(harness.status.unit.message).toBe('backend database relation not ready');
  });

  test('is Waiting while a service is down, and names it', async () => {
    const scene = await serving();
    await stopOne(scene);
    await scene.harness.run('update-status');
    expect(scene.harness.status.unit).toMatchObject({
      status: 'waiting',
      message: 'PgBouncer service pgbouncer_1 not running: inactive',
    });
  });

  test('is Waiting before the services are planned', async () => {
    const { harness } = pgbouncerUnderTest();
    await harness.addRelation('backend-database', 'postgresql', { appData: backendData });
    harness.begin();
    harness.setCanConnect('pgbouncer', true);
    await harness.run('start');
    await harness.run('update-status');
    expect(harness.status.unit).toMatchObject({
      status: 'waiting',
      message: 'PgBouncer service pgbouncer_0 not running: not planned',
    });
  });

  test('is Waiting while the container is away', async () => {
    const { harness } = await serving();
    harness.setCanConnect('pgbouncer', false);
    await harness.run('update-status');
    expect(harness.status.unit).toMatchObject({
      status: 'waiting',
      message: 'waiting for the pgbouncer container',
    });
  });

  test('is what it was after relations are refreshed', async () => {
    const scene = await serving();
    await stopOne(scene);
    await scene.harness.updateConfig({ listen_port: 7000 });
    await stopOne(scene);
    const { hookToolCalls } = await scene.harness.run('update-status');
    expect(scene.harness.status.unit.status).toBe('waiting');
    expect(hookToolCalls.filter(({ tool }) => tool === 'status-set')).toHaveLength(1);
  });
});

describe('relations are refreshed', () => {
  test('at once for a client that comes, and when a unit comes or goes', async () => {
    const { harness } = await serving();
    const id = await harness.addRelation('database', 'warehouse');
    const told = () => harness.getRelationData(id, harness.appName);
    expect(told()).toEqual({
      endpoints: 'pgbouncer-k8s-0.pgbouncer-k8s-endpoints.shop.svc.cluster.local:6432',
      version: '15.8',
    });
    const peers = harness.relationId('pgb-peers');
    const other = `${harness.appName}/1`;
    await harness.addRelationUnit(peers, other, { 'private-address': 'other.example' });
    expect(told()).toMatchObject({ 'read-only-endpoints': 'other.example:6432' });
    await harness.removeRelationUnit(peers, other);
    expect(told()).not.toHaveProperty('read-only-endpoints');
  });

  test.each([
    ['Blocked', async ({ machine }: Scene) => void (machine.answering = () => false)],
    ['Waiting', stopOne],
    ['Active', async () => undefined],
  ])('when the status is %s', async (status, disturb) => {
    const scene = await serving();
    const { harness, clientData } = scene;
    const peers = harness.relationId('pgb-peers');
    const port = clientData()['endpoints'];
    await harness.hooksDisabled(() =>
      harness.addRelationUnit(peers, `${harness.appName}/1`, {
        'private-address': 'other.example',
      }),
    );
    await harness.hooksDisabled(() =>
      harness.updateRelationData(peers, harness.appName, { leader_hostname: 'gone.example' }),
    );
    await disturb(scene);
    await harness.run('update-status');
    expect(harness.status.unit.status).toBe(status.toLowerCase());
    expect(peerData(harness)['leader_hostname']).toBe(
      'pgbouncer-k8s-0.pgbouncer-k8s-endpoints.shop.svc.cluster.local',
    );
    expect(clientData()).toEqual({
      endpoints: port,
      'read-only-endpoints': 'other.example:6432',
      version: '15.8',
    });
  });

  test('by what the leader has published, while the container is away', async () => {
    const { harness, clientData } = await serving();
    const peers = harness.relationId('pgb-peers');
    await harness.hooksDisabled(async () => {
      await harness.addRelationUnit(peers, `${harness.appName}/1`, { 'private-address': 'b.test' });
      await harness.addRelationUnit(peers, `${harness.appName}/2`, { 'private-address': 'a.test' });
      await harness.addRelationUnit(peers, `${harness.appName}/3`, { 'private-address': 'fd::3' });
    });
    harness.setCanConnect('pgbouncer', false);
    await harness.run('update-status');
    expect(clientData()).toMatchObject({
      'read-only-endpoints': 'a.test:6432,b.test:6432,[fd::3]:6432',
    });
  });

  test('and stay as they are while the backend cannot be used', async () => {
    const { harness, clientData } = await serving();
    const before = clientData();
    const backend = harness.relationId('backend-database');
    await harness.updateRelationData(backend, 'postgresql', { endpoints: 'evil\n:1' });
    const { logs } = await harness.run('update-status');
    expect(logs.filter(({ level }) => level === 'WARNING')).toHaveLength(1);
    expect(harness.status.unit.status).toBe('blocked');
    expect(clientData()).toEqual(before);
  });

  test('and unchanged ones are not written', async () => {
    const { harness } = await serving();
    await harness.run('update-status');
    const { hookToolCalls } = await harness.run('update-status');
    expect(hookToolCalls.map(({ tool }) => tool)).not.toContain('relation-set');
  });

  test('by the leader alone', async () => {
    const { harness, clientData } = await serving();
    await harness.hooksDisabled(() => harness.setLeader(false));
    const before = [peerData(harness), clientData()];
    await harness.hooksDisabled(() =>
      harness.addRelationUnit(harness.relationId('pgb-peers'), `${harness.appName}/1`, {
        'private-address': 'other.example',
      }),
    );
    const { hookToolCalls } = await harness.run('update-status');
    expect([peerData(harness), clientData()]).toEqual(before);
    expect(hookToolCalls.map(({ tool }) => tool)).not.toContain('relation-set');
  });

  test('without what a peer says about itself, when that is no host', async () => {
    const { harness, clientData } = await serving();
    await harness.hooksDisabled(() =>
      harness.addRelationUnit(harness.relationId('pgb-peers'), `${harness.appName}/1`, {
        'private-address': 'x,evil:1\nendpoints=evil',
      }),
    );
    await harness.run('update-status');
    expect(clientData()).not.toHaveProperty('read-only-endpoints');
  });
});
