import { describe, expect, it } from 'vitest';
import { MemoryStore } from '../../src/testing/memory-store.ts';
import { runHello } from '../dispatch/run-hello.ts';
import { ok } from '../support/canned-hook-tools.ts';

/** Runs a hook that asks for a reboot, defers its event and writes to its peers. */
async function run(options: { readonly now?: boolean }) {
  const order: string[] = [];
  const store = new MemoryStore();
  const commit = store.commit.bind(store);
  store.commit = async (text) => {
    order.push('commit');
    await commit(text);
  };
  const { result } = await runHello({
    store,
    script: {
      configChanged: async (charm, event) => {
        charm.unit.reboot(options);
        const friends = await charm.model.relation('friends');
        await friends?.data(charm.unit).set({ rebooting: 'yes' });
        return event.defer('until the machine is back');
      },
    },
    answers: {
      'relation-ids': ['friends:4'],
      'relation-get': {},
      'relation-set': () => {
        order.push('relation-set');
        return ok;
      },
      'juju-reboot': ({ args }: { readonly args: readonly string[] }) => {
        order.push(['juju-reboot', ...args].join(' '));
        return ok;
      },
    },
  });
  return { result, order };
}

describe('a reboot', () => {
  it('is asked for with the other writes when it can wait', async () => {
    const { result, order } = await run({});
    expect(result.exitCode).toBe(0);
    expect(order).toEqual(['relation-set', 'juju-reboot', 'commit']);
  });

  it('at once comes when state and deferred events are safe', async () => {
    const { result, order } = await run({ now: true });
    expect(result.exitCode).toBe(0);
    expect(order).toEqual(['relation-set', 'commit', 'juju-reboot --now']);
  });

  it('at once leaves in the queue what was handled in the hook, whose writes Juju drops', async () => {
    const { store } = await runHello({
      script: { configChanged: async (_charm, event) => event.defer('not yet') },
    });
    await runHello({
      store,
      path: 'hooks/update-status',
      script: { updateStatus: async (charm) => charm.unit.reboot({ now: true }) },
      answers: { 'juju-reboot': () => ok },
    });
    const seen: number[] = [];
    await runHello({
      store,
      path: 'hooks/update-status',
      script: { configChanged: async (_charm, event) => void seen.push(event.attempts) },
    });
    expect(seen).toEqual([1]);
  });

  it('is not asked for when the hook fails', async () => {
    const { result, tools } = await runHello({
      script: {
        configChanged: async (charm) => {
          charm.unit.reboot({ now: true });
          throw new Error('no');
        },
      },
    });
    expect(result.exitCode).toBe(1);
    expect(tools.lines('juju-reboot')).toEqual([]);
  });
});
