import { describe, expect, it } from 'vitest';
import type { HookToolCall } from '../../src/juju/hook-tool.ts';
import { Model } from '../../src/model/model.ts';
import { Storages } from '../../src/model/storage.ts';
import { Unit } from '../../src/model/unit.ts';
import { ok, refuse } from '../support/canned-hook-tools.ts';
import { buildModel } from './build-model.ts';

function quiet() {
  return ok;
}

const ports = { 'open-port': quiet, 'close-port': quiet };

describe('the ports of a unit', () => {
  it('are numbers for TCP, or ranges, other protocols and endpoints', async () => {
    const { model, tools } = buildModel(ports);
    await model.unit.openPort(80);
    await model.unit.openPort({ protocol: 'udp', port: 8080, toPort: 8088 });
    await model.unit.openPort({ protocol: 'icmp' }, { endpoints: ['greeting'] });
    await model.unit.closePort(81);
    expect(tools.effects).toEqual([
      'open-port 80/tcp',
      'open-port 8080-8088/udp',
      'open-port icmp --endpoints greeting',
      'close-port 81/tcp',
    ]);
  });

  it('become just these, with as few calls as it takes', async () => {
    const { model, tools } = buildModel({
      ...ports,
      'opened-ports': ['80/tcp', '443/tcp', '53/udp', 'icmp'],
    });
    await model.unit.setPorts(443, 8443, { protocol: 'icmp' });
    expect(tools.effects).toEqual([
      'opened-ports --format=json',
      'close-port 80/tcp',
      'close-port 53/udp',
      'open-port 8443/tcp',
    ]);
    await model.unit.setPorts(443, 8443, { protocol: 'icmp' });
    expect(tools.effects).toHaveLength(4);
  });

  it('are known as this dispatch has changed them, on every Juju', async () => {
    const { model, tools } = buildModel({ ...ports, 'opened-ports': ['80/tcp'] });
    await model.unit.openPort(81);
    await model.unit.closePort(80);
    await expect(model.unit.openedPorts()).resolves.toEqual([{ protocol: 'tcp', port: 81 }]);
    await model.unit.openedPorts();
    expect(tools.lines('opened-ports')).toHaveLength(1);
  });

  it('that Juju did not open do not count as open', async () => {
    const { model } = buildModel({ ...ports, 'open-port': refuse('no'), 'opened-ports': [] });
    await expect(model.unit.openPort(80)).rejects.toMatchObject({ code: 'hook-tool-failed' });
    await expect(model.unit.openedPorts()).resolves.toEqual([]);
  });
});

describe('the network of a unit', () => {
  const network = {
    'bind-addresses': [
      { 'interface-name': 'eth0', 'mac-address': '', addresses: [{ value: '10.1.0.1' }] },
    ],
    'ingress-addresses': ['10.152.183.7'],
    'egress-subnets': ['10.152.183.7/32'],
  };

  it('is that of the endpoint for a relation that is gone', async () => {
    const { model, tools } = buildModel({
      'relation-ids': ['greeting:3'],
      'network-get': (call: HookToolCall) =>
        call.args.includes('-r')
          ? refuse('invalid value "greeting:3" for option -r: relation not found', 2)()
          : { ...ok, stdout: JSON.stringify(network) },
    });
    const relation = await model.relation('greeting');
    if (relation === undefined) throw new Error('the relation is there');
    await expect(model.unit.network(relation)).resolves.toMatchObject({ bindAddress: '10.1.0.1' });
    await model.unit.network(relation);
    expect(tools.lines('network-get')).toEqual([
      'network-get greeting --format=json -r greeting:3',
      'network-get greeting --format=json',
    ]);
  });

  it('is asked for once by endpoint, and once by relation', async () => {
    const { model, tools } = buildModel({
      'network-get': network,
      'relation-ids': ['greeting:3'],
    });
    const relation = await model.relation('greeting');
    if (relation === undefined) throw new Error('the relation is there');
    await expect(model.unit.network('greeting')).resolves.toMatchObject({
      bindAddress: '10.1.0.1',
      ingressAddress: '10.152.183.7',
      egressSubnets: ['10.152.183.7/32'],
    });
    await model.unit.network('greeting');
    await model.unit.network(relation);
    await model.unit.network(relation);
    expect(tools.lines('network-get')).toEqual([
      'network-get greeting --format=json',
      'network-get greeting --format=json -r greeting:3',
    ]);
  });

  it('that could not be read is asked for again', async () => {
    let calls = 0;
    const { model } = buildModel({
      'network-get': () => {
        calls += 1;
        return calls === 1
          ? refuse('no address yet')()
          : { ...ok, stdout: JSON.stringify(network) };
      },
    });
    await expect(model.unit.network('friends')).rejects.toMatchObject({ code: 'hook-tool-failed' });
    await expect(model.unit.network('friends')).resolves.toMatchObject({ bindAddress: '10.1.0.1' });
  });

  it('of a binding that nobody declares is refused before Juju is asked', async () => {
    const { model, tools } = buildModel({});
    const untyped: unknown = Reflect.apply(Unit.prototype.network, model.unit, ['greting']);
    await expect(untyped).rejects.toMatchObject({ code: 'undeclared-name', kind: 'binding' });
    expect(tools.effects).toEqual([]);
  });
});

describe('the storage of a unit', () => {
  it('is listed once, and found once', async () => {
    const { model, tools } = buildModel({
      'storage-list': ['data/0', 'data/12'],
      'storage-get': ({ args }: HookToolCall) => ({
        ...ok,
        stdout: args.includes('location')
          ? `"/srv/${args.find((arg) => arg.startsWith('data/'))}"`
          : '{"kind":"filesystem","location":"/srv/data/12"}',
      }),
    });
    const [first, second] = await model.storages.list('data');
    expect([first?.name, first?.number, second?.number]).toEqual(['data', 0, 12]);
    await expect(first?.location()).resolves.toBe('/srv/data/0');
    await first?.location();
    await expect(second?.kind()).resolves.toBe('filesystem');
    await expect(second?.location()).resolves.toBe('/srv/data/12');
    expect((await model.storages.list('data'))[0]).toBe(first);
    expect(tools.lines('storage-list')).toHaveLength(1);
    expect(tools.lines('storage-get')).toHaveLength(2);
  });

  it('is requested by name and count, in one call when the handlers are done', async () => {
    const { model, tools, flush } = buildModel({ 'storage-add': quiet });
    await model.storages.request('data');
    await model.storages.request('data', 2);
    expect(tools.effects).toEqual([]);
    await flush();
    expect(tools.effects).toEqual(['storage-add data=3']);
    await expect(model.storages.request('data', 0)).rejects.toMatchObject({
      code: 'hook-tool-argument',
    });
  });

  it('that nobody declares is refused before Juju is asked', async () => {
    const { model, tools } = buildModel({});
    for (const method of [Storages.prototype.list, Storages.prototype.request]) {
      const untyped: unknown = Reflect.apply(method, model.storages, ['dta']);
      await expect(untyped).rejects.toMatchObject({ code: 'undeclared-name', kind: 'storage' });
    }
    expect(tools.effects).toEqual([]);
  });

  it('whose list could not be read is not taken for none', async () => {
    let calls = 0;
    const { model } = buildModel({
      'storage-list': () => {
        calls += 1;
        return calls === 1 ? refuse('no')() : { ...ok, stdout: '["data/0"]' };
      },
    });
    await expect(model.storages.list('data')).rejects.toMatchObject({ code: 'hook-tool-failed' });
    await expect(model.storages.list('data')).resolves.toHaveLength(1);
  });
});

describe('a resource', () => {
  it('is a path, asked for once, again after a failure', async () => {
    let calls = 0;
    const { model } = buildModel({
      'resource-get': () => {
        calls += 1;
        return calls === 1
          ? refuse('could not download resource: later')()
          : { ...ok, stdout: '/seed.sql' };
      },
    });
    await expect(model.resource('seed')).rejects.toMatchObject({ code: 'hook-tool-failed' });
    await expect(model.resource('seed')).resolves.toBe('/seed.sql');
    await model.resource('seed');
    expect(calls).toBe(2);
  });

  it('that nobody declares is refused before Juju is asked', async () => {
    const { model } = buildModel({});
    const untyped: unknown = Reflect.apply(Model.prototype.resource, model, ['sed']);
    await expect(untyped).rejects.toMatchObject({ code: 'undeclared-name', kind: 'resource' });
  });
});

describe('what Juju plans', () => {
  it('is told without counting those that go', async () => {
    const { model, tools } = buildModel({
      'goal-state': {
        units: {
          'hello/0': { status: 'active' },
          'hello/1': { status: 'dying' },
          'hello/2': { status: 'waiting' },
        },
        relations: { greeting: { world: { status: 'joined' } } },
      },
    });
    await expect(model.app.plannedUnits()).resolves.toEqual({ planned: 2, dying: 1 });
    await expect(model.goalState()).resolves.toMatchObject({
      relations: { greeting: { world: { status: 'joined' } } },
    });
    expect(tools.lines('goal-state')).toHaveLength(1);
  });
});

describe('the cloud', () => {
  it('is told to a trusted application, once', async () => {
    const { model, tools } = buildModel({ 'credential-get': { type: 'lxd', name: 'local' } });
    await expect(model.cloudSpec()).resolves.toMatchObject({ type: 'lxd', name: 'local' });
    await model.cloudSpec();
    expect(tools.lines('credential-get')).toHaveLength(1);
  });

  it('is not told to others', async () => {
    const { model } = buildModel({
      'credential-get': refuse('cannot access cloud credentials: permission denied'),
    });
    await expect(model.cloudSpec()).rejects.toMatchObject({ code: 'hook-tool-permission-denied' });
  });
});

describe('the model of the other side', () => {
  it('is asked for once', async () => {
    const { model, tools } = buildModel({
      'relation-ids': ['greeting:3'],
      'relation-model-get': { uuid: 'far-away' },
    });
    const relation = await model.relation('greeting');
    await expect(relation?.remoteModelUuid()).resolves.toBe('far-away');
    await relation?.remoteModelUuid();
    expect(tools.lines('relation-model-get')).toHaveLength(1);
  });

  it('is the own one for peers', async () => {
    const { model, tools } = buildModel({ 'relation-ids': ['friends:4'] });
    const peers = await model.relation('friends');
    await expect(peers?.remoteModelUuid()).resolves.toBe(model.uuid);
    expect(tools.lines('relation-model-get')).toEqual([]);
  });
});

describe('where a unit runs', () => {
  it('is told by the environment, and empty is nowhere', () => {
    const there = buildModel({}, 'hooks/start', {
      JUJU_MACHINE_ID: '3',
      JUJU_AVAILABILITY_ZONE: 'eu-1a',
      JUJU_PRINCIPAL_UNIT: 'postgresql/0',
    });
    expect(there.model.unit).toMatchObject({
      machineId: '3',
      availabilityZone: 'eu-1a',
      principal: 'postgresql/0',
    });
    const pod = buildModel({}, 'hooks/start', { JUJU_MACHINE_ID: '', JUJU_PRINCIPAL_UNIT: '' });
    expect(pod.model.unit.machineId).toBeUndefined();
    expect(pod.model.unit.principal).toBeUndefined();
    expect(pod.model).toMatchObject({ name: 'dev', jujuVersion: { text: '3.6.9' } });
  });
});
