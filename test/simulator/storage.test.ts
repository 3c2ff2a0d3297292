import { describe, expect, it } from 'vitest';
import { hookName, type Hook } from '../../src/simulator/hook.ts';
import type { HookRun } from '../../src/simulator/hook-run.ts';
import type { SimulatedUnit } from '../../src/simulator/simulated-unit.ts';
import { fixture, meta, settle, step, type Fixture } from './fixture.ts';

const charm = {
  ...meta,
  storage: {
    data: { type: 'filesystem', location: '/data' },
    logs: { type: 'filesystem', location: '/logs', multiple: { range: '0-2' } },
    disks: { type: 'block', multiple: { range: '1+' } },
  },
} as const;

function scene(): Fixture {
  return fixture({}, charm);
}

/** A unit whose first hooks have all run. */
function settled(): Fixture {
  const made = scene();
  settle(made.unit);
  return made;
}

function call(run: HookRun, tool: string, ...args: string[]): string {
  const { code, stdout, stderr } = run.tool({ tool, args });
  return code === 0 ? stdout : `${code} ${stderr.trim()}`;
}

/** What one tool answers in an update-status that then commits. */
function ask(unit: SimulatedUnit, tool: string, ...args: string[]): string {
  const run = unit.begin({ kind: 'update-status' });
  const said = call(run, tool, ...args);
  run.commit();
  return said;
}

describe('the storage of a unit', () => {
  it('begins with as few instances as the charm allows, numbered through the model', () => {
    const { juju, unit } = scene();
    const second = juju.application('proxy').addUnit({ storage: { logs: 2 } });
    expect(unit.storage.map(({ id }) => id)).toEqual(['data/0', 'disks/1']);
    expect(second.storage.map(({ id }) => id)).toEqual(['data/2', 'logs/3', 'logs/4', 'disks/5']);
  });

  it('is mounted where the charm says, several instances in folders of their own', () => {
    const { juju } = scene();
    const unit = juju.application('proxy').addUnit({ storage: { logs: 1 } });
    expect(unit.storage.map(({ location }) => location)).toEqual([
      '/data',
      '/logs/logs/3',
      '/var/lib/juju/storage/disks/4',
    ]);
  });

  it('is announced once for each instance, with its id, kind and location', () => {
    const { unit } = scene();
    const told: (Hook | undefined)[] = [];
    const env: Record<string, string>[] = [];
    for (let hook = unit.nextHook(); hook !== undefined; hook = unit.nextHook()) {
      const run = unit.begin(hook);
      const paths = { charmDir: '', toolsDir: '', agentSocket: '', path: '' };
      if (hook.kind === 'storage-attached') env.push(run.environment(paths));
      run.commit();
      told.push(hook);
    }
    expect(told.map((hook) => hook && hookName(hook)).slice(2, 6)).toEqual([
      'leader-elected',
      'data-storage-attached',
      'disks-storage-attached',
      'config-changed',
    ]);
    expect(env[1]).toMatchObject({
      JUJU_HOOK_NAME: 'disks-storage-attached',
      JUJU_STORAGE_ID: 'disks/1',
      JUJU_STORAGE_KIND: 'block',
      JUJU_STORAGE_LOCATION: '/var/lib/juju/storage/disks/1',
    });
  });

  it('is announced after start where Juju shall do as its documentation says', () => {
    const { unit } = fixture({ storageHooks: 'after-start' }, charm);
    expect(settle(unit).slice(-4)).toEqual([
      'config-changed',
      'start',
      'data-storage-attached',
      'disks-storage-attached',
    ]);
  });

  it('grows by an instance that the operator adds, and shrinks by one that is detached', () => {
    const { juju, unit } = settled();
    expect(unit.addStorage('logs', 2)).toEqual(['logs/2', 'logs/3']);
    expect(settle(unit)).toEqual(['logs-storage-attached', 'logs-storage-attached']);
    unit.detachStorage('logs/2');
    expect(unit.nextHook()).toMatchObject({ kind: 'storage-detaching', storageId: 'logs/2' });
    expect(settle(unit)).toEqual(['logs-storage-detaching']);
    expect(unit.storage.map(({ id }) => id)).toEqual(['data/0', 'disks/1', 'logs/3']);
    expect(juju.storage).toContainEqual({
      id: 'logs/2',
      name: 'logs',
      kind: 'filesystem',
      unit: undefined,
    });
    unit.attachStorage('logs/2');
    expect(unit.nextHook()).toMatchObject({ kind: 'storage-attached', storageId: 'logs/2' });
  });

  it('says nothing of an instance that is detached before it was announced', () => {
    const { unit } = settled();
    const [id = ''] = unit.addStorage('logs');
    unit.detachStorage(id);
    expect(unit.nextHook()).toBeUndefined();
  });

  it('keeps to the range that the charm declares', () => {
    const { juju, unit } = settled();
    expect(() => unit.addStorage('data')).toThrow(/cannot attach, storage is singular/);
    expect(() => unit.addStorage('logs', 3)).toThrow(
      /attaching 3 storage instances brings the total to 3, exceeding the maximum of 2/,
    );
    expect(() => {
      unit.detachStorage('disks/1');
    }).toThrow(
      /detaching 1 storage instance brings the total to 0, which is less than the minimum of 1/,
    );
    expect(() => unit.addStorage('cache')).toThrow(/charm storage "cache" not found/);
    expect(() => {
      juju.removeStorage('data/0');
    }).toThrow(/cannot detach, storage is singular/);
    expect(() => juju.application('proxy').addUnit({ storage: { logs: 3 } })).toThrow(
      /exceeding the maximum of 2/,
    );
    expect(unit.storage).toHaveLength(2);
  });

  it('goes for good when it is removed, after its unit has heard of it', () => {
    const { juju, unit } = settled();
    const [id = ''] = unit.addStorage('disks');
    settle(unit);
    juju.removeStorage(id);
    expect(juju.storage.map((each) => each.id)).toContain(id);
    expect(settle(unit)).toEqual(['disks-storage-detaching']);
    expect(juju.storage.map((each) => each.id)).not.toContain(id);
  });

  it('detaches first when the unit is removed, and can be taken over by another', () => {
    const { juju, unit } = settled();
    const app = juju.application('proxy');
    app.removeUnit(unit.name);
    expect(settle(unit)).toEqual([
      'data-storage-detaching',
      'disks-storage-detaching',
      'stop',
      'remove',
    ]);
    expect(juju.storage.map((each) => each.unit)).toEqual([undefined, undefined]);
    const heir = app.addUnit({ attachStorage: ['data/0'] });
    expect(heir.storage.map(({ id }) => id)).toEqual(['data/0', 'disks/2']);
    expect(() => app.addUnit({ attachStorage: ['data/0'] })).toThrow(/attached to proxy\/1/);
  });

  it('stays attached when the pod is replaced, without a hook', () => {
    const { unit } = settled();
    unit.podReplaced();
    expect(settle(unit)).toEqual(['upgrade-charm', 'config-changed', 'start']);
    expect(unit.storage.every(({ attached }) => attached)).toBe(true);
  });
});

describe('storage-list and storage-get', () => {
  it('tell of the instances that the unit has, by name if one is given', () => {
    const { unit } = settled();
    unit.addStorage('logs', 2);
    expect(ask(unit, 'storage-list', '--format=json')).toBe(
      '["data/0","disks/1","logs/2","logs/3"]\n',
    );
    expect(ask(unit, 'storage-list', 'logs')).toBe('logs/2\nlogs/3\n');
    expect(ask(unit, 'storage-list', 'cache', '--format=json')).toBe('[]\n');
  });

  it.each<[string[], string]>([
    [['-s', 'data/0'], 'kind: filesystem\nlocation: /data\n'],
    [['-s', 'data/0', 'location'], '/data\n'],
    [['-s', 'disks/1', 'kind', '--format=json'], '"block"\n'],
    [['-s', 'data/0', 'size'], '1 ERROR invalid storage attribute "size"'],
    [['kind'], '2 ERROR no storage instance specified'],
    [['-s', 'x'], '2 ERROR invalid value "x" for option -s: invalid storage ID "x"'],
    [['-s', 'data/9'], '2 ERROR invalid value "data/9" for option -s: storage "data/9" not found'],
  ])('storage-get %j', (args, said) => {
    expect(ask(settled().unit, 'storage-get', ...args)).toBe(said);
  });

  it('mean the instance of their own hook where none is named', () => {
    const { unit } = settled();
    unit.addStorage('logs');
    let said = '';
    step(unit, (run) => {
      said = call(run, 'storage-get', 'location');
    });
    expect(said).toBe('/logs/logs/2\n');
  });
});

describe('storage-add', () => {
  it.each<[string[], string]>([
    [[], '2 ERROR storage add requires a storage directive'],
    [['logs=1G'], '2 ERROR only count can be specified for "logs"'],
    [['logs=fast,1'], '2 ERROR only count can be specified for "logs"'],
    [
      ['logs=0'],
      '2 ERROR cannot parse directive for storage "logs": cannot parse count: count must be greater than zero, got "0"',
    ],
    [
      ['logs='],
      '2 ERROR cannot parse directive for storage "logs": storage directives require at least one field to be specified',
    ],
    [['=1'], '2 ERROR expected "name=directive" or "name", got "=1"'],
    [['logs', 'logs=2'], '2 ERROR storage "logs" specified more than once'],
    [['logs=2', 'disks'], ''],
  ])('%j', (args, said) => {
    const run = settled().unit.begin({ kind: 'update-status' });
    expect(call(run, 'storage-add', ...args)).toBe(said);
  });

  it('adds instances when the hook commits, each with its storage-attached', () => {
    const { unit } = settled();
    const run = unit.begin({ kind: 'update-status' });
    call(run, 'storage-add', 'logs');
    call(run, 'storage-add', 'logs', 'disks=2');
    expect(call(run, 'storage-list', 'logs')).toBe('');
    expect(run.commit()).toEqual({ committed: true });
    expect(settle(unit).sort()).toEqual([
      'disks-storage-attached',
      'disks-storage-attached',
      'logs-storage-attached',
      'logs-storage-attached',
    ]);
  });

  it('adds nothing when the hook fails', () => {
    const { unit } = settled();
    const run = unit.begin({ kind: 'update-status' });
    call(run, 'storage-add', 'logs');
    run.fail('exit status 1');
    expect(unit.storage).toHaveLength(2);
  });

  it.each([
    ['data', /storage is singular/],
    ['logs=3', /exceeding the maximum of 2/],
    ['cache', /charm storage "cache" not found/],
  ])('of %s is refused at the commit, which fails the hook', (directive, reason) => {
    const { unit } = settled();
    const run = unit.begin({ kind: 'update-status' });
    call(run, 'state-set', 'a=1');
    expect(call(run, 'storage-add', directive)).toBe('');
    const outcome = run.commit();
    expect(outcome).toMatchObject({ committed: false });
    expect('reason' in outcome && outcome.reason).toMatch(reason);
    expect([unit.storedState, unit.storage.length]).toEqual([{}, 2]);
  });
});
