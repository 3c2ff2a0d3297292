import { Context, relation, relationIn } from 'charmwright/testing';
import { expect, it } from 'vitest';
import { Hello } from './fixture-charm.ts';

it('runs', async () => {
  const context = new Context(Hello);
  const one = await context.run(context.on.configChanged(), { leader: true, config: { port: 8080 } });
  expect(one.state.deferred).toHaveLength(1);
  const two = await context.run(context.on.pebbleReady('web'), {
    ...one.state,
    containers: { web: { canConnect: true } },
  });
  console.log(JSON.stringify(two.state, null, 1), two.delivered, two.paths, two.unitStatuses);
  const db = relation('db', { remoteAppData: { host: 'x' } });
  const three = await context.run(context.on.relationChanged(db), { ...two.state, relations: [...two.state.relations, db] });
  console.log(JSON.stringify(three.state.containers, null, 1), relationIn(three.state, 'db'), three.state.containers === two.state.containers);
  const t = performance.now();
  for (let i = 0; i < 2000; i++) await context.run(context.on.updateStatus(), {});
  console.log((performance.now() - t) / 2000, 'ms');
});
