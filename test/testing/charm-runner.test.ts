import { describe, expect, it } from 'vitest';
import { SimulatedJuju } from '../../src/simulator/simulated-juju.ts';
import { CharmRunner } from '../../src/testing/charm-runner.ts';
import { HookToolFaults } from '../../src/testing/hook-tool-calls.ts';
import { MemoryStore } from '../../src/testing/memory-store.ts';
import { meta } from './fixture-charm.ts';

describe('a hook that ends well', () => {
  it.each([
    ['is kept with what it stored', true, 'new'],
    ['is discarded with what it stored when Juju then refuses its writes', false, 'old'],
  ])('%s', async (_, staysLeader, stored) => {
    const juju = new SimulatedJuju();
    const app = juju.addApplication('hello', meta, { election: 'manual' });
    const unit = app.addUnit({ address: '10.1.0.1' });
    app.setLeader(unit.name);
    const store = new MemoryStore();
    await store.commit('old');
    const runner = new CharmRunner(
      juju,
      unit,
      new HookToolFaults(),
      async ({ hookTools }) => {
        await store.load();
        const peers = ['-r', 'cluster:0', '--app', 'key=value'];
        const reply = await hookTools.call({ tool: 'relation-set', args: peers });
        expect(reply).toMatchObject({ code: 0, stderr: '' });
        await store.commit('new');
        if (!staysLeader) app.setLeader(undefined);
        return { exitCode: 0, walks: [], deferred: [] };
      },
      () => store.revert(),
    );
    for (let hook = unit.nextHook(); hook?.kind !== 'start'; hook = unit.nextHook()) {
      if (hook === undefined) throw new Error('the unit does not start');
      unit.begin(hook).commit();
    }
    const { error } = await runner.run({ kind: 'start' });
    expect(error === undefined).toBe(staysLeader);
    expect(await store.load()).toBe(stored);
  });
});
