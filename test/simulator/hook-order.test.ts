import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hookName, type Hook } from '../../src/simulator/hook.ts';
import { fixture, meta, settle, settleAll, step } from './fixture.ts';

/** The hooks of a unit that is added beside a leader. */
function hooksOfMinion(version: string): string[] {
  const { juju, unit } = fixture({ version });
  settle(unit);
  return settle(juju.application('proxy').addUnit());
}

/** The order in which three relations are created. */
function orderFor(seed: number): string {
  const { juju, unit } = fixture({ seed });
  juju.addRemoteApplication('pg');
  juju.addRemoteApplication('web');
  juju.relate('proxy:db', 'pg:database');
  juju.relate('proxy:site', 'web:url');
  return settle(unit)
    .filter((name) => name.endsWith('created'))
    .join(' ');
}

/** The keys that Juju itself puts in a unit's bag. */
function keysOfJuju(version: string): string[] {
  const { juju, unit } = fixture({ version });
  settle(unit);
  return Object.keys(juju.relation(0).data('proxy/0')).sort();
}

describe('the order of hooks', () => {
  it('tells a fresh leader what Juju 3.6 tells it', () => {
    const { unit } = fixture();
    expect(settle(unit)).toEqual([
      'install',
      'cluster-relation-created',
      'leader-elected',
      'config-changed',
      'start',
    ]);
  });

  it('tells a minion of leader settings on 3.6 and nothing on 4.0', () => {
    expect(hooksOfMinion('3.6.9')).toContain('leader-settings-changed');
    expect(hooksOfMinion('4.0.1')).not.toContain('leader-settings-changed');
  });

  it('attaches storage after the election and before the first config-changed', () => {
    const { unit } = fixture(
      {},
      { ...meta, storage: { data: { type: 'filesystem', location: '/data' } } },
    );
    const names = settle(unit);
    expect(names.slice(2, 4)).toEqual(['leader-elected', 'data-storage-attached']);
  });

  it('delivers pebble-ready as soon as the pod reports it, even before config-changed', () => {
    const { unit } = fixture();
    step(unit);
    unit.containerBooted('web', 'boot-1');
    const names = settle(unit);
    expect(names.indexOf('web-pebble-ready')).toBeLessThan(names.indexOf('config-changed'));
    expect(unit.nextHook()).toBeUndefined();
  });

  it('delivers pebble-ready again only for another boot', () => {
    const { unit } = fixture();
    settle(unit);
    unit.containerBooted('web', 'boot-1');
    unit.containerBooted('web', 'boot-1');
    expect(settle(unit)).toEqual(['web-pebble-ready']);
    unit.containerBooted('web', 'boot-1');
    expect(settle(unit)).toEqual([]);
    unit.containerBooted('web', 'boot-2');
    expect(settle(unit)).toEqual(['web-pebble-ready']);
  });

  it('creates relations in an order that the seed decides', () => {
    const orders = new Set(Array.from({ length: 40 }, (_, seed) => orderFor(seed)));
    expect(orders.size).toBe(6);
    expect(orderFor(7)).toBe(orderFor(7));
  });

  it('coalesces changes of data into one changed hook with the latest content', () => {
    const { juju, unit } = fixture();
    juju.addRemoteApplication('pg').addUnit();
    const relation = juju.relate('proxy:db', 'pg:database');
    settle(unit);
    relation.update('pg/0', { host: 'a' });
    relation.update('pg/0', { host: 'b' });
    relation.update('pg/0', { host: 'c' });
    let seen = '';
    const names = settle(unit, (run) => {
      seen = run.tool({ tool: 'relation-get', args: ['host'] }).stdout;
    });
    expect([names, seen]).toEqual([['db-relation-changed'], 'c\n']);
  });

  it('tells of application data before it tells of units, and never of an untouched bag', () => {
    const { juju, unit } = fixture();
    juju.addRemoteApplication('pg').addUnit();
    const relation = juju.relate('proxy:db', 'pg:database');
    relation.update('pg', { version: '15' });
    const hooks: Hook[] = [];
    for (let hook = step(unit); hook !== undefined; hook = step(unit)) hooks.push(hook);
    const about = hooks.flatMap((hook) =>
      'relationId' in hook && hook.endpoint === 'db' ? [[hook.kind, hook.remoteUnit]] : [],
    );
    expect(about).toEqual([
      ['relation-created', undefined],
      ['relation-changed', undefined],
      ['relation-joined', 'pg/0'],
      ['relation-changed', 'pg/0'],
    ]);
  });

  it('tells peers, and not the leader, of what the leader writes for the application', () => {
    const { juju, unit: leader } = fixture();
    const minion = juju.application('proxy').addUnit();
    settle(leader);
    settle(minion);
    settle(leader);
    const run = leader.begin({ kind: 'update-status' });
    run.tool({ tool: 'relation-set', args: ['-r', '0', '--app', 'a=1'] });
    run.commit();
    expect([settle(leader), settle(minion)]).toEqual([[], ['cluster-relation-changed']]);
  });

  it('tells a leader of its own data for a remote application never, and of the remote data still', () => {
    const { juju, unit } = fixture();
    juju.addRemoteApplication('pg').addUnit();
    const relation = juju.relate('proxy:db', 'pg:database');
    settle(unit);
    const write = (value: string): void => {
      const run = unit.begin({ kind: 'update-status' });
      run.tool({ tool: 'relation-set', args: ['-r1', '--app', `name=${value}`] });
      expect(run.commit()).toEqual({ committed: true });
    };
    write('one');
    expect(unit.nextHook()).toBeUndefined();
    write('two');
    relation.update('pg', { version: '15' });
    relation.update('pg', { version: '16' });
    expect(settle(unit)).toEqual(['db-relation-changed']);
  });

  it('lists a relation no more once it is broken for the unit, though other units are in it', () => {
    const { juju, unit } = fixture();
    const second = juju.application('proxy').addUnit();
    juju.addRemoteApplication('pg').addUnit();
    const relation = juju.relate('proxy:db', 'pg:database');
    settleAll([unit, second]);
    juju.removeRelation(relation.id);
    expect(settle(unit)).toEqual(['db-relation-departed', 'db-relation-broken']);
    const run = unit.begin({ kind: 'update-status' });
    expect(run.tool({ tool: 'relation-ids', args: ['db', '--format=json'] }).stdout).toBe('[]\n');
    run.commit();
    expect(juju.relations.map(({ id }) => id)).toContain(relation.id);
  });

  it('gives a private-address to bags before 4.0', () => {
    expect(keysOfJuju('3.6.9')).toEqual(['egress-subnets', 'ingress-address', 'private-address']);
    expect(keysOfJuju('4.0.1')).toEqual(['egress-subnets', 'ingress-address']);
  });

  it("never tells the leader of its application's data among peers, whoever wrote it", () => {
    const { juju, unit } = fixture();
    settle(unit);
    juju.relation(0).update('proxy', { by: 'an earlier leader' });
    expect(unit.nextHook()).toBeUndefined();
  });

  it('never breaks a peer relation, and departs with its own name when the unit goes', () => {
    const { juju, unit: leader } = fixture();
    const app = juju.application('proxy');
    const leaving = app.addUnit();
    settleAll([leader, leaving]);
    app.removeUnit('proxy/1');
    const hooks: Hook[] = [];
    for (let hook = step(leaving); hook !== undefined; hook = step(leaving)) hooks.push(hook);
    expect(hooks.map(hookName)).toEqual(['cluster-relation-departed', 'stop', 'remove']);
    expect(hooks[0]).toMatchObject({ departingUnit: 'proxy/1', remoteUnit: 'proxy/0' });
    expect(leaving.life).toBe('dead');
    const seen = leader.nextHook();
    expect(seen).toMatchObject({ kind: 'relation-departed', departingUnit: 'proxy/1' });
    expect(app.units.map(({ name }) => name)).toEqual(['proxy/0']);
  });

  it('elects another unit when the leader is removed', () => {
    const { juju, unit: leader } = fixture();
    const app = juju.application('proxy');
    const heir = app.addUnit();
    settleAll([leader, heir]);
    app.removeUnit(leader.name);
    settleAll([leader, heir]);
    expect([app.leader, leader.life]).toEqual(['proxy/1', 'dead']);
  });

  it('departs and breaks a relation that is removed, and then forgets it', () => {
    const { juju, unit } = fixture();
    juju.addRemoteApplication('pg').addUnit();
    const { id } = juju.relate('proxy:db', 'pg:database');
    settle(unit);
    juju.removeRelation(id);
    expect(settle(unit)).toEqual(['db-relation-departed', 'db-relation-broken']);
    expect(juju.relations.map((relation) => relation.id)).not.toContain(id);
  });

  it('runs stop, then upgrade-charm, config-changed, start and pebble-ready when a pod is replaced', () => {
    const { unit } = fixture();
    unit.containerBooted('web', 'boot-1');
    settle(unit);
    unit.podStopping();
    expect(settle(unit)).toEqual(['stop']);
    unit.podReplaced();
    expect(settle(unit)).toEqual(['upgrade-charm', 'config-changed', 'start']);
    unit.containerBooted('web', 'boot-2');
    expect(settle(unit)).toEqual(['web-pebble-ready']);
  });

  it('runs no hook between a pod’s stop and the next pod, whatever happens', () => {
    const { juju, unit } = fixture({ updateStatusInterval: 1000 });
    settle(unit);
    unit.podStopping();
    settle(unit);
    juju.application('proxy').setConfig({ port: 81 });
    juju.addRemoteApplication('pg').addUnit();
    juju.relate('proxy:db', 'pg:database');
    unit.requestUpdateStatus();
    expect([unit.nextHook(), unit.awaitsPod]).toEqual([undefined, true]);
    unit.podReplaced();
    expect(settle(unit)).toEqual([
      'upgrade-charm',
      'config-changed',
      'start',
      'db-relation-created',
      'db-relation-joined',
      'db-relation-changed',
    ]);
  });

  it('goes on from where it was when a pod went before its start', () => {
    const { unit } = fixture();
    step(unit);
    unit.podStopping();
    expect(unit.nextHook()).toBeUndefined();
    unit.podReplaced();
    expect(settle(unit).slice(0, 3)).toEqual(['upgrade-charm', 'config-changed', 'start']);
  });

  it('says farewell to the end in a pod that goes with its unit', () => {
    const { juju, unit } = fixture();
    settle(unit);
    juju.application('proxy').removeUnit(unit.name);
    unit.podStopping();
    expect(settle(unit)).toEqual(['stop', 'remove']);
  });

  it('starts again when only the agent restarts', () => {
    const { unit } = fixture();
    unit.containerBooted('web', 'boot-1');
    settle(unit);
    unit.agentRestarted();
    expect(settle(unit)).toEqual(['start', 'web-pebble-ready']);
  });

  it('offers nothing but the failed hook, with the same information, until it succeeds', () => {
    const { juju, unit } = fixture();
    juju.addRemoteApplication('pg').addUnit();
    const relation = juju.relate('proxy:db', 'pg:database');
    settle(unit);
    relation.update('pg/0', { host: 'a' });
    const hook = unit.nextHook();
    const run = unit.begin(hook!);
    run.fail('exit status 1');
    juju.application('proxy').setConfig({ port: 81 });
    expect(unit.status).toMatchObject({
      status: 'error',
      message: 'hook failed: "db-relation-changed"',
    });
    expect(unit.nextHook()).toEqual(hook);
    const again = unit.begin(hook!);
    expect(again.attempt).toBe(2);
    expect(again.contextId).not.toBe(run.contextId);
    again.commit();
    expect(settle(unit)).toEqual(['config-changed']);
  });

  it('sends update-status only when nothing else is due, within a fifth of the interval', () => {
    const { unit, clock } = fixture({ updateStatusInterval: 100_000 });
    settle(unit);
    clock.advance(79_000);
    expect(unit.nextHook()).toBeUndefined();
    clock.advance(42_000);
    expect(settle(unit)).toEqual(['update-status']);
  });

  it('runs config-changed for a value that differs and not for the same value', () => {
    const { juju, unit } = fixture();
    settle(unit);
    juju.application('proxy').setConfig({ port: 80 });
    expect(settle(unit)).toEqual([]);
    juju.application('proxy').setConfig({ port: 81 });
    expect(settle(unit)).toEqual(['config-changed']);
  });

  it('elects the unit that the leadership moves to, and again when it returns', () => {
    const { juju, unit } = fixture();
    const app = juju.application('proxy');
    const other = app.addUnit();
    settleAll([unit, other]);
    app.setLeader('proxy/1');
    expect([settle(unit), settle(other)]).toEqual([[], ['leader-elected']]);
    app.setLeader('proxy/0');
    expect([settle(unit), settle(other)]).toEqual([['leader-elected'], []]);
  });
});

function play(seed: number, happenings: readonly string[], told: Map<string, Hook[]>): void {
  const { juju } = fixture({ seed });
  const app = juju.application('proxy');
  app.addUnit();
  const pg = juju.addRemoteApplication('pg');
  pg.addUnit();
  const relation = juju.relate('proxy:db', 'pg:database');
  let count = 0;
  const run = (name: string): boolean => {
    const unit = app.unit(name);
    const hook = unit.nextHook();
    expect(unit.nextHook()).toEqual(hook);
    if (hook === undefined) return false;
    unit.begin(hook).commit();
    told.get(name)?.push(hook);
    return true;
  };
  for (const happening of happenings) {
    count += 1;
    const value = { n: String(count) };
    if (happening.startsWith('step')) run(happening.slice(5));
    else if (happening === 'fail proxy/0') failNext(app.unit('proxy/0'));
    else if (happening === 'write own') relation.update('proxy/0', value);
    else if (happening.startsWith('write') && relation.alive) {
      relation.update(happening.slice(6), value);
    } else if (happening === 'add pg unit') pg.addUnit();
    else if (happening === 'remove pg unit' && pg.units[0]) pg.removeUnit(pg.units[0].name);
    else if (happening === 'config') app.setConfig({ port: count });
    else if (happening === 'boot') app.unit('proxy/0').containerBooted('web', String(count));
    else if (happening === 'churn') app.unit('proxy/0').podReplaced();
    else if (happening === 'leader') app.setLeader(`proxy/${count % 2}`);
    else if (happening === 'remove relation' && relation.alive) juju.removeRelation(relation.id);
  }
  for (let round = 0; round < 200; round += 1) {
    const ran = ['proxy/0', 'proxy/1'].map(run);
    if (!ran.includes(true)) return;
  }
  throw new Error('the hooks never end');
}

function failNext(unit: ReturnType<typeof fixture>['unit']): void {
  const hook = unit.nextHook();
  if (hook === undefined) return;
  unit.begin(hook).fail('exit status 1');
  expect(unit.nextHook()).toEqual(hook);
}

function checkLaws(hooks: readonly Hook[]): void {
  const kinds = hooks.map(({ kind }) => kind);
  expect(kinds[0]).toBe('install');
  expect(kinds.filter((kind) => kind === 'install')).toHaveLength(1);
  expect(kinds.indexOf('config-changed')).toBeLessThan(kinds.indexOf('start'));
  const relations = hooks.filter((hook) => 'relationId' in hook);
  for (const id of new Set(relations.map((hook) => hook.relationId))) {
    checkRelation(relations.filter((hook) => hook.relationId === id));
  }
}

function checkRelation(hooks: readonly Extract<Hook, { relationId: number }>[]): void {
  expect(hooks.map(({ kind }) => kind).indexOf('relation-created')).toBe(0);
  expect(hooks.filter(({ kind }) => kind === 'relation-created')).toHaveLength(1);
  const broken = hooks.findIndex(({ kind }) => kind === 'relation-broken');
  if (broken >= 0) expect(broken).toBe(hooks.length - 1);
  const members = new Set<string>();
  for (const [index, { kind, remoteUnit }] of hooks.entries()) {
    if (remoteUnit === undefined) continue;
    if (kind === 'relation-joined') {
      expect(members).not.toContain(remoteUnit);
      members.add(remoteUnit);
      expect(hooks[index + 1]).toMatchObject({ kind: 'relation-changed', remoteUnit });
    }
    expect(members).toContain(remoteUnit);
    if (kind === 'relation-departed') members.delete(remoteUnit);
  }
  if (broken >= 0) expect(members.size).toBe(0);
}

describe('whatever happens', () => {
  const happening = fc.constantFrom(
    'step proxy/0',
    'step proxy/1',
    'fail proxy/0',
    'write pg',
    'write pg/0',
    'write own',
    'add pg unit',
    'remove pg unit',
    'config',
    'boot',
    'churn',
    'leader',
    'remove relation',
  );

  it('keeps the laws of the order', () => {
    expect.hasAssertions();
    fc.assert(
      fc.property(fc.integer(), fc.array(happening, { maxLength: 80 }), (seed, happenings) => {
        const told = new Map<string, Hook[]>([
          ['proxy/0', []],
          ['proxy/1', []],
        ]);
        play(seed, happenings, told);
        for (const hooks of told.values()) checkLaws(hooks);
      }),
      { numRuns: 300 },
    );
  });
});
