import { expect, it } from 'vitest';
import { fixture, settle, type Fixture } from './fixture.ts';

const foreign = '0b2c8d3e-1111-4222-8333-944455556666';

/** A unit that is related to an application of another model by relation 1. */
function scene(): Fixture {
  const made = fixture();
  made.juju.addRemoteApplication('remote-pg', { model: foreign }).addUnit();
  made.juju.relate('proxy:db', 'remote-pg:database').update('remote-pg/0', { host: 'h' });
  settle(made.unit);
  return made;
}

it('tells the model of the other side, and its own where there is no other', () => {
  const { juju, unit } = scene();
  const run = unit.begin({ kind: 'update-status' });
  const uuid = (id: string): string =>
    run.tool({ tool: 'relation-model-get', args: ['-r', id, '--format=json'] }).stdout;
  expect(uuid('1')).toBe(`{"uuid":"${foreign}"}\n`);
  expect(uuid('0')).toBe(`{"uuid":"${juju.modelUuid}"}\n`);
});

it('parts a relation that is suspended and joins it again, without another created', () => {
  const { juju, unit } = scene();
  const relation = juju.relation(1);
  relation.suspend();
  expect([relation.suspended, settle(unit)]).toEqual([
    true,
    ['db-relation-departed', 'db-relation-broken'],
  ]);
  const run = unit.begin({ kind: 'update-status' });
  expect(run.tool({ tool: 'relation-ids', args: ['db', '--format=json'] }).stdout).toBe('[]\n');
  const goal = run.tool({ tool: 'goal-state', args: ['--format=json'] }).stdout;
  expect(JSON.parse(goal)).toMatchObject({
    relations: { db: { 'remote-pg': { status: 'suspended' } } },
  });
  run.commit();
  relation.resume();
  expect(settle(unit)).toEqual(['db-relation-joined', 'db-relation-changed']);
  expect(relation.units('proxy')).toEqual(['proxy/0']);
});
