import { mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CharmMeta } from '../../src/charm/metadata.ts';
import { StorageFolders } from '../../src/local/pod-volumes.ts';
import { StorageMounts } from '../../src/local/storage-mounts.ts';
import type { PodVolume } from '../../src/local/pod/pod.ts';
import { fixture, meta, settle, type Fixture } from '../simulator/fixture.ts';

const stored: CharmMeta = {
  ...meta,
  containers: {
    web: {
      mounts: [
        { storage: 'data', location: '/srv/data' },
        { storage: 'spare', location: '/srv/spare' },
      ],
    },
  },
  storage: {
    data: { type: 'filesystem', location: '/data', multiple: { range: '1+' } },
    spare: { type: 'filesystem', location: '/spare', multiple: { range: '0-1' } },
    plain: { type: 'filesystem' },
    disk: { type: 'block' },
  },
};

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'volumes-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

/** Where a path of a container is on this machine, by its volumes. */
function onMachine(volumes: readonly PodVolume[] = [], path: string): string {
  const volume = volumes.find((each) => path === each.path || path.startsWith(`${each.path}/`));
  if (volume === undefined) throw new Error(`${path} is in no volume`);
  return join(volume.source, path.slice(volume.path.length));
}

describe('the directories of a unit’s storage', () => {
  it('are where the charm is told, and where the workload mounts them', async () => {
    const { unit } = fixture({}, stored);
    const { charm, containers } = await new StorageFolders(folder, stored).open(unit.storage);
    writeFileSync(join(onMachine(charm, '/data/data/0'), 'file'), 'text');
    expect(
      readFileSync(join(onMachine(containers['web'], '/srv/data/data/0'), 'file'), 'utf8'),
    ).toBe('text');
    writeFileSync(join(onMachine(charm, '/var/lib/juju/storage/plain/1'), 'file'), 'text');
  });

  it('have what is added while the pod runs, and still in the next pod', async () => {
    const { unit } = fixture({}, stored);
    const folders = new StorageFolders(folder, stored);
    const { charm, containers } = await folders.open(unit.storage);
    unit.addStorage('data', 2);
    unit.addStorage('spare');
    for (const each of unit.storage) await folders.provide(each);
    writeFileSync(join(onMachine(charm, '/data/data/4'), 'file'), 'more');
    writeFileSync(join(onMachine(containers['web'], '/srv/spare'), 'file'), 'spare');
    expect(readFileSync(join(onMachine(charm, '/spare'), 'file'), 'utf8')).toBe('spare');
    const next = await folders.open(unit.storage);
    expect(readFileSync(join(onMachine(next.charm, '/spare'), 'file'), 'utf8')).toBe('spare');
    expect(
      readFileSync(join(onMachine(next.containers['web'], '/srv/data/data/4'), 'file'), 'utf8'),
    ).toBe('more');
  });
});

describe('a pod whose paths are elsewhere', () => {
  const pod = { charmPath: (path: string): string => `/pod${path}` };

  async function mounted(): Promise<Fixture & { readonly mounts: StorageMounts }> {
    const made = fixture({}, stored);
    const folders = new StorageFolders(folder, stored);
    const mounts = new StorageMounts(made.unit, folders);
    await folders.open(mounts.located);
    await mounts.moveTo(pod);
    return { ...made, mounts };
  }

  it('has its charm told where that is, of the storage of then and of later', async () => {
    const { unit, mounts } = await mounted();
    settle(unit);
    unit.addStorage('data');
    await mounts.mount();
    await mounts.mount();
    const places = unit.storage.map(({ id, location }) => `${id} ${location}`);
    expect(places).toEqual([
      'data/0 /pod/data/data/0',
      'plain/1 /pod/var/lib/juju/storage/plain/1',
      'disk/2 /var/lib/juju/storage/disk/2',
      'data/3 /pod/data/data/3',
    ]);
    expect(realpathSync(join(folder, 'data/3'))).toBe(join(realpathSync(folder), 'data/3'));
    await mounts.moveTo({ charmPath: (path) => `/next${path}` });
    expect(unit.storage.at(-1)?.location).toBe('/next/data/data/3');
  });

  it('has an instance that went and came again at its place', async () => {
    const { unit, mounts } = await mounted();
    settle(unit);
    unit.addStorage('data');
    await mounts.mount();
    settle(unit);
    unit.detachStorage('data/3');
    settle(unit);
    unit.attachStorage('data/3');
    await mounts.mount();
    expect(unit.storage.at(-1)?.location).toBe('/pod/data/data/3');
  });
});
