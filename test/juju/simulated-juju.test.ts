import { describe, expect, it } from 'vitest';
import type { HookToolCall, HookToolReply, HookTools } from '../../src/juju/hook-tool.ts';
import { actionGet } from '../../src/juju/tools/action.ts';
import { configGet, configGetAll, configGetOption } from '../../src/juju/tools/config.ts';
import { credentialGet } from '../../src/juju/tools/credential.ts';
import { goalState } from '../../src/juju/tools/goal-state.ts';
import { k8sRawGet, k8sRawSet, k8sSpecGet, k8sSpecSet } from '../../src/juju/tools/k8s-spec.ts';
import { isLeader } from '../../src/juju/tools/leadership.ts';
import { networkGet } from '../../src/juju/tools/network.ts';
import {
  payloadRegister,
  payloadStatusSet,
  payloadUnregister,
} from '../../src/juju/tools/payload.ts';
import {
  closePort,
  openedEndpointPorts,
  openedPorts,
  openPort,
} from '../../src/juju/tools/ports.ts';
import {
  relationApp,
  relationGet,
  relationGetKey,
  relationIds,
  relationList,
  relationModelGet,
  relationSet,
} from '../../src/juju/tools/relation.ts';
import { resourceGet } from '../../src/juju/tools/resource.ts';
import { secretGet, secretIds, secretInfoGet } from '../../src/juju/tools/secret.ts';
import {
  secretAdd,
  secretGrant,
  secretRemove,
  secretRevoke,
  secretSet,
} from '../../src/juju/tools/secret-write.ts';
import { stateDelete, stateGet, stateGetKey, stateSet } from '../../src/juju/tools/state.ts';
import { statusGet, statusSet } from '../../src/juju/tools/status.ts';
import { storageGet, storageList, storageListAll } from '../../src/juju/tools/storage.ts';
import { unitGet } from '../../src/juju/tools/unit.ts';
import type { HookRun } from '../../src/simulator/hook-run.ts';
import type { SimulatedUnit } from '../../src/simulator/simulated-unit.ts';
import { fixture, meta, settle, settleAll } from '../simulator/fixture.ts';

/** The tools of one run of a hook in the simulated Juju. */
class RunTools implements HookTools {
  readonly #run: HookRun;

  constructor(run: HookRun) {
    this.#run = run;
  }

  async call(call: HookToolCall): Promise<HookToolReply> {
    return await Promise.resolve(this.#run.tool(call));
  }

  async close(): Promise<void> {
    await Promise.resolve();
  }
}

interface Scene {
  readonly leader: SimulatedUnit;
  readonly minion: SimulatedUnit;
  readonly reader: SimulatedUnit;
}

const site = { endpoint: 'site', id: 1 };
const gone = { endpoint: 'site', id: 99 };
const noSecret = 'secret:9m4e2mr0ui3e8a215n40';

/** The leader proxy/0, the minion proxy/1, and reader/0 on the other side of relation 1. */
function scene(version: string): Scene {
  const { juju, unit: leader } = fixture({ version });
  const minion = juju.application('proxy').addUnit({ address: '10.1.0.2' });
  const reader = juju
    .addApplication('reader', {
      name: 'reader',
      containers: {},
      peers: {},
      requires: { site: { interface: 'http' } },
      provides: {},
      storage: {},
      resources: {},
      options: {},
      actions: {},
    })
    .addUnit({ address: '10.1.0.3' });
  juju.relate('proxy:site', 'reader:site');
  settleAll([leader, minion, reader]);
  return { leader, minion, reader };
}

function missing(thing: string): object {
  return { code: 'hook-tool-not-found', thing };
}

/** One hook that does this, and succeeds. */
async function inHook<T>(unit: SimulatedUnit, work: (tools: HookTools) => Promise<T>): Promise<T> {
  const run = unit.begin({ kind: 'update-status' });
  const result = await work(new RunTools(run));
  expect(run.commit()).toEqual({ committed: true });
  return result;
}

describe.each(['3.6.9', '4.0.1'])('the functions in the simulated Juju %s', (version) => {
  it('write databags that the other side reads, whatever is in them', async () => {
    const { leader, reader } = scene(version);
    const odd = { lines: 'a\nb', marks: '<&>"\'=: #{[', 'other-scripts': 'é水🦀\u0085\u2028' };
    await inHook(leader, async (tools) => {
      expect(await relationIds(tools, 'site')).toEqual([1]);
      expect(await relationList(tools, site)).toEqual(['reader/0']);
      expect(await relationApp(tools, site)).toBe('reader');
      expect((await relationModelGet(tools, site)).uuid).toMatch(/^[0-9a-f-]{36}$/);
      await relationSet(tools, site, 'unit', { ...odd, gone: 'soon' });
      await relationSet(tools, site, 'app', { '-odd': 'x' });
      await relationSet(tools, site, 'unit', { gone: '' });
    });
    await inHook(reader, async (tools) => {
      expect(await relationGet(tools, site, { unit: 'proxy/0' })).toMatchObject(odd);
      expect(await relationGetKey(tools, site, { unit: 'proxy/0' }, 'gone')).toBeUndefined();
      expect(await relationGetKey(tools, site, { app: 'proxy' }, '-odd')).toBe('x');
    });
  });

  it('keep state from hook to hook', async () => {
    const { leader } = scene(version);
    await inHook(leader, async (tools) => {
      expect(await stateGet(tools)).toEqual({});
      await stateSet(tools, { a: '🦀\u0085', '-odd': '', b: '1' });
    });
    await inHook(leader, async (tools) => {
      expect(await stateGet(tools)).toEqual({ a: '🦀\u0085', '-odd': '', b: '1' });
      expect(await stateGetKey(tools, '-odd')).toBe('');
      await stateDelete(tools, '-odd');
      expect(await stateGetKey(tools, '-odd')).toBeUndefined();
    });
  });

  it('make secrets, let others read them, and end that', async () => {
    const { leader, reader } = scene(version);
    const expire = new Date('2030-01-01T00:00:00Z');
    const uri = await inHook(leader, async (tools) => {
      const added = await secretAdd(
        tools,
        { username: 'admin', password: 'hunter2\n' },
        { label: 'db', description: 'of the database', rotate: 'daily', expire },
      );
      await secretGrant(tools, added, site);
      return added;
    });
    await inHook(reader, async (tools) => {
      const content = { username: 'admin', password: 'hunter2\n' };
      expect(await secretGet(tools, { uri, label: 'mine' })).toEqual(content);
      expect(await secretIds(tools)).toEqual([]);
    });
    await inHook(leader, async (tools) => {
      const content = { password: 'second' };
      await secretSet(tools, uri, { content, rotate: 'never', expire });
      expect(await secretIds(tools)).toEqual([uri]);
    });
    await inHook(leader, async (tools) => {
      const info = await secretInfoGet(tools, { label: 'db' });
      expect(info).toMatchObject({
        uri,
        revision: 2,
        owner: 'application',
        label: 'db',
        description: 'of the database',
        expiry: expire,
      });
      expect(await secretInfoGet(tools, { uri })).toEqual(info);
    });
    await inHook(reader, async (tools) => {
      const label = { label: 'mine' };
      expect(await secretGet(tools, label)).toMatchObject({ username: 'admin' });
      expect(await secretGet(tools, label, { revision: 'peek' })).toEqual({ password: 'second' });
      expect(await secretGet(tools, label)).toMatchObject({ username: 'admin' });
      expect(await secretGet(tools, label, { revision: 'refresh' })).toEqual({
        password: 'second',
      });
    });
    await inHook(leader, async (tools) => {
      await secretRemove(tools, uri, { revision: 1 });
      await secretRevoke(tools, uri, { relation: site });
    });
    await inHook(reader, async (tools) => {
      const read = secretGet(tools, { uri });
      await expect(read).rejects.toMatchObject({ code: 'hook-tool-permission-denied' });
    });
    await inHook(leader, async (tools) => secretRemove(tools, uri));
    await inHook(leader, async (tools) => expect(await secretIds(tools)).toEqual([]));
  });

  it('open and close ports', async () => {
    const { leader } = scene(version);
    await inHook(leader, async (tools) => {
      await openPort(tools, { port: 80, protocol: 'tcp' });
      await openPort(tools, { port: 53, protocol: 'udp' });
      await openPort(tools, { protocol: 'icmp' });
    });
    await inHook(leader, async (tools) => closePort(tools, { port: 53, protocol: 'udp' }));
    await inHook(leader, async (tools) => {
      const icmp = { protocol: 'icmp' };
      const http = { port: 80, protocol: 'tcp' };
      expect(await openedPorts(tools)).toEqual([icmp, http]);
      expect(await openedEndpointPorts(tools)).toEqual([
        { port: icmp, endpoints: ['*'] },
        { port: http, endpoints: ['*'] },
      ]);
      const range = openPort(tools, { port: 80, toPort: 90, protocol: 'tcp' });
      await expect(range).rejects.toMatchObject({ code: 'hook-tool-failed', exitCode: 1 });
    });
  });

  it('read what else there is', async () => {
    const { leader } = scene(version);
    await inHook(leader, async (tools) => {
      expect(await isLeader(tools)).toBe(true);
      expect(await configGet(tools)).toEqual({ port: 80, ratio: 0.5, debug: false });
      expect(await configGetAll(tools)).toMatchObject({ host: null });
      expect(await configGetOption(tools, 'host')).toBeUndefined();
      expect(await configGetOption(tools, 'debug')).toBe(false);
      await statusSet(tools, 'unit', 'blocked', '--help');
      await statusSet(tools, 'app', 'waiting', '');
      expect(await statusGet(tools, 'unit')).toMatchObject({ kind: 'blocked', message: '--help' });
      expect(await statusGet(tools, 'app')).toMatchObject({
        kind: 'waiting',
        units: { 'proxy/0': { kind: 'blocked', message: '--help' } },
      });
      expect(await networkGet(tools, 'site', { relation: site })).toMatchObject({
        bindAddress: '10.1.0.1',
        bindAddresses: [{ addresses: [{ value: '10.1.0.1' }] }],
      });
      expect(await unitGet(tools, 'private-address')).toBe('10.1.0.1');
      expect(Object.keys((await goalState(tools)).units)).toEqual(['proxy/0', 'proxy/1']);
      expect(await storageList(tools, 'data')).toEqual([]);
      expect(await storageListAll(tools)).toEqual([]);
    });
  });

  it('say what they do not find, and what is not theirs', async () => {
    const { leader, minion, reader } = scene(version);
    const uri = await inHook(leader, async (tools) => secretAdd(tools, { password: 'hunter2' }));
    const denied = { code: 'hook-tool-permission-denied' };
    await inHook(leader, async (tools) => {
      await expect(relationList(tools, gone)).rejects.toMatchObject(missing('relation'));
      await expect(relationGet(tools, gone, { app: 'a' })).rejects.toMatchObject(
        missing('relation'),
      );
      await expect(networkGet(tools, 'nowhere')).rejects.toMatchObject(missing('binding'));
      await expect(secretGet(tools, { uri: noSecret })).rejects.toMatchObject(missing('secret'));
      await expect(secretGet(tools, { label: 'x' })).rejects.toMatchObject(missing('secret'));
      await expect(secretGrant(tools, uri, gone)).rejects.toMatchObject(missing('relation'));
      await expect(storageGet(tools, 'data/9')).rejects.toMatchObject(missing('storage'));
      await expect(actionGet(tools)).rejects.toMatchObject({ code: 'hook-tool-wrong-context' });
      await expect(credentialGet(tools)).rejects.toMatchObject({
        code: version === '3.6.9' ? 'hook-tool-unsupported' : 'hook-tool-permission-denied',
      });
      await expect(resourceGet(tools, 'site')).rejects.toMatchObject({
        code: 'hook-tool-not-found',
      });
    });
    await inHook(minion, async (tools) => {
      await expect(secretAdd(tools, { password: 'x' })).rejects.toMatchObject(denied);
      await expect(statusGet(tools, 'app')).rejects.toMatchObject(denied);
      await expect(relationSet(tools, site, 'app', { a: '1' })).rejects.toMatchObject(denied);
      await expect(relationGet(tools, site, { app: 'proxy' })).rejects.toMatchObject(denied);
    });
    await inHook(reader, async (tools) => {
      await expect(secretGet(tools, { uri })).rejects.toMatchObject(denied);
      await expect(secretInfoGet(tools, { uri })).rejects.toMatchObject(missing('secret'));
    });
  });
});

const clouds = [
  ['caas', '3.6.10', 'kubernetes'],
  ['caas', '4.0.1', 'kubernetes'],
  ['iaas', '3.6.9', 'lxd'],
] as const;

describe.each(clouds)('in a model of type %s on Juju %s', (type, version, cloud) => {
  it('a charm that is trusted reads what it may do with its cloud, and only then', async () => {
    const { juju, unit } = fixture({ version, model: { type } });
    settleAll([unit]);
    await inHook(unit, async (tools) => {
      await expect(credentialGet(tools)).rejects.toMatchObject({
        code: 'hook-tool-permission-denied',
      });
    });
    juju.application('proxy').trust();
    expect(settle(unit)).toEqual(['config-changed']);
    await inHook(unit, async (tools) => {
      expect(await credentialGet(tools)).toMatchObject({ type: cloud, isControllerCloud: false });
    });
    const own = {
      type: 'openstack',
      name: 'stack',
      region: 'north',
      identityEndpoint: 'https://id',
      storageEndpoint: 'https://storage',
      credential: { authType: 'userpass', attributes: { user: 'a' }, redacted: ['password'] },
      caCertificates: ['pem'],
      skipTlsVerify: true,
      isControllerCloud: true,
    };
    juju.application('proxy').trust(own);
    await inHook(unit, async (tools) => {
      expect(await credentialGet(tools)).toEqual(own);
    });
  });
});

describe('the tools that Juju 4.0 has given up', () => {
  const older = { ...meta, payloads: { monitor: { type: 'docker' } } };
  const monitor = { type: 'docker', class: 'monitor', id: '0fcgaba' };

  it('register payloads and say how they fare, at once', async () => {
    const { unit } = fixture({}, older);
    settleAll([unit]);
    const run = unit.begin({ kind: 'update-status' });
    const tools = new RunTools(run);
    await payloadRegister(tools, monitor, { tags: ['a', 'b'] });
    await payloadStatusSet(tools, monitor, 'stopping');
    expect(unit.payloads).toEqual([{ ...monitor, tags: ['a', 'b'], status: 'stopping' }]);
    run.fail('exit status 1');
    expect(unit.payloads).toHaveLength(1);
    unit.skipFailedHook();
    await inHook(unit, async (again) => {
      await payloadUnregister(again, monitor);
      await expect(payloadUnregister(again, monitor)).rejects.toMatchObject(missing('payload'));
      await expect(payloadRegister(again, { ...monitor, class: 'nope' })).rejects.toMatchObject(
        missing('payload'),
      );
      await expect(payloadRegister(again, { ...monitor, type: 'kvm' })).rejects.toThrow(
        'incorrect type "kvm" for payload "monitor", expected "docker"',
      );
    });
    expect(unit.payloads).toEqual([]);
  });

  it('set a pod spec when the leader’s hook succeeds', async () => {
    const { juju, unit } = fixture();
    const minion = juju.application('proxy').addUnit();
    settleAll([unit, minion]);
    await inHook(unit, async (tools) => {
      await expect(k8sSpecGet(tools)).rejects.toMatchObject(missing('pod spec'));
      await k8sSpecSet(tools, 'version: 3\n', { resources: 'kubernetesResources: {}\n' });
    });
    await inHook(minion, async (tools) => {
      expect(await k8sSpecGet(tools)).toBe('version: 3\nkubernetesResources: {}\n');
      await expect(k8sSpecSet(tools, 'version: 3')).rejects.toMatchObject({
        code: 'hook-tool-permission-denied',
      });
    });
  });

  it.each([
    ['caas', 'feature flag "raw-k8s-spec" is required for setting raw k8s spec', k8sRawSet],
    ['iaas', 'called CAASModel() on a non-CAAS Model not supported', k8sSpecSet],
  ] as const)('fail the hook in a model of type %s: %s', async (type, reason, set) => {
    const { unit } = fixture({ model: { type } });
    settleAll([unit]);
    const run = unit.begin({ kind: 'update-status' });
    await set(new RunTools(run), 'a: 1');
    expect(run.commit()).toEqual({ committed: false, reason });
  });

  it('are no tools of Juju 4.0', async () => {
    const { unit } = fixture({ version: '4.0.1' }, older);
    settleAll([unit]);
    await inHook(unit, async (tools) => {
      const unsupported = { code: 'hook-tool-unsupported' };
      await expect(payloadRegister(tools, monitor)).rejects.toMatchObject(unsupported);
      await expect(k8sSpecGet(tools)).rejects.toMatchObject(unsupported);
      await expect(k8sRawGet(tools)).rejects.toMatchObject(unsupported);
    });
  });
});

describe('ports of a machine', () => {
  it('are opened in ranges, for all endpoints or for some', async () => {
    const { unit } = fixture({ model: { type: 'iaas' } });
    settleAll([unit]);
    const range = { protocol: 'tcp', port: 8000, toPort: 8100 } as const;
    await inHook(unit, async (tools) => {
      await openPort(tools, range, { endpoints: ['site', 'db'] });
      await openPort(tools, { protocol: 'icmp' });
      await closePort(tools, range, { endpoints: ['db'] });
    });
    expect(unit.ports).toEqual(['icmp', '8000-8100/tcp']);
    await inHook(unit, async (tools) => {
      expect(await openedEndpointPorts(tools)).toEqual([
        { port: { protocol: 'icmp' }, endpoints: ['*'] },
        { port: range, endpoints: ['site'] },
      ]);
      await closePort(tools, range);
      expect(await openedPorts(tools)).toEqual([{ protocol: 'icmp' }]);
    });
    expect(unit.ports).toEqual(['icmp']);
  });
});
