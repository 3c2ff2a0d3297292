import { describe, expect, it } from 'vitest';
import { Abort } from '../../src/framework/abort.ts';
import { TerminatedError } from '../../src/dispatch/exit-code.ts';
import { LegacyHookError } from '../../src/dispatch/legacy-hook.ts';
import { traceOf } from '../../src/dispatch/logger.ts';
import { MemoryStore } from '../../src/testing/memory-store.ts';
import { ok, refuse } from '../support/canned-hook-tools.ts';
import { ActiveStatus, WaitingStatus, type Script } from './hello-charm.ts';
import { runHello } from './run-hello.ts';

const defers: Script = {
  configChanged: async (charm, event) => {
    await charm.unit.setStatus(new WaitingStatus('for better times'));
    return event.defer('not yet');
  },
};

const writesPeers: Script = {
  configChanged: async (charm) => {
    const friends = await charm.model.relation('friends');
    await friends?.data(charm.unit).set({ port: String(await charm.config.get('port')) });
  },
};

const asking = (throws: boolean): Script => ({
  configChanged: async (charm) => {
    await charm.model.storages.request('data');
    if (throws) throw new Error('no room yet');
  },
});

const peers = { 'relation-ids': ['friends:4'], 'relation-get': {}, 'config-get': { port: 81 } };

describe('a dispatch that succeeds', () => {
  it('runs the handler and exits 0', async () => {
    const { result, tools } = await runHello({
      script: { configChanged: async (charm) => charm.unit.setStatus(new ActiveStatus('up')) },
    });
    expect(result).toMatchObject({ exitCode: 0, event: 'config-changed' });
    expect(result.error).toBeUndefined();
    expect(tools.effects).toEqual(['status-set active -- up']);
  });

  it('sends databag writes after the handler, and only then commits', async () => {
    const order: string[] = [];
    const store = new MemoryStore();
    const commit = store.commit.bind(store);
    store.commit = async (text) => {
      order.push('commit');
      await commit(text);
    };
    const { tools } = await runHello({
      store,
      script: {
        configChanged: async (charm, event) => {
          await writesPeers.configChanged?.(charm, event);
          order.push('handled');
          return event.defer('again, please');
        },
      },
      answers: {
        ...peers,
        'relation-set': () => {
          order.push('relation-set');
          return { code: 0, stdout: '', stderr: '' };
        },
      },
    });
    expect(order).toEqual(['handled', 'relation-set', 'commit']);
    expect(tools.lines('relation-set')).toEqual([
      'relation-set -r friends:4 --file - < {"port":"81"}',
    ]);
  });

  it('ends quietly for a hook that it does not know', async () => {
    const { result, tools } = await runHello({ path: 'hooks/new-in-juju-9' });
    expect(result).toMatchObject({ exitCode: 0, event: 'new-in-juju-9' });
    expect(tools.log).toEqual(['DEBUG this charm has no event new-in-juju-9']);
    expect(tools.effects).toEqual([]);
  });

  it.each(['hooks/old-relation-created', 'hooks/old-pebble-ready', 'hooks/old-storage-attached'])(
    'ends quietly for what the metadata does not name any more, and re-emits: %s',
    async (path) => {
      const { store } = await runHello({ script: defers });
      const seen: number[] = [];
      const { result, tools } = await runHello({
        store,
        path,
        env: {
          JUJU_RELATION: 'old',
          JUJU_RELATION_ID: 'old:1',
          JUJU_REMOTE_APP: 'other',
          JUJU_WORKLOAD_NAME: 'old',
          JUJU_STORAGE_ID: 'old/0',
        },
        script: { configChanged: async (_charm, event) => void seen.push(event.attempts) },
      });
      expect(result).toMatchObject({ exitCode: 0, deferred: [] });
      expect(seen).toEqual([1]);
      expect(tools.log.at(-1)).toBe(`DEBUG this charm has no event ${path.slice(6)}`);
    },
  );

  it.each(['collect-metrics', 'meter-status-changed'])(
    'asks nothing and leaves the queue alone in %s, where Juju answers no hook tool',
    async (name) => {
      const { store } = await runHello({ script: defers });
      const before = await store.load();
      const legacy: string[] = [];
      const { result, tools } = await runHello({
        store,
        path: `hooks/${name}`,
        script: defers,
        legacyHook: async () => void legacy.push(name),
      });
      expect(result).toMatchObject({ exitCode: 0, event: name });
      expect(legacy).toEqual([name]);
      expect(tools.effects).toEqual([]);
      expect(tools.log).toHaveLength(1);
      expect(await store.load()).toBe(before);
    },
  );

  it('ends quietly for juju exec, which names no hook', async () => {
    const { result } = await runHello({
      env: { JUJU_DISPATCH_PATH: '', JUJU_HOOK_NAME: '' },
    });
    expect(result).toMatchObject({ exitCode: 0, event: '' });
  });

  it('commits what was done before a handler stopped early on purpose', async () => {
    const { result, tools } = await runHello({
      answers: peers,
      script: {
        configChanged: async (charm, event) => {
          await writesPeers.configChanged?.(charm, event);
          throw new Abort('the port is taken');
        },
      },
    });
    expect(result.exitCode).toBe(0);
    expect(tools.lines('relation-set')).toHaveLength(1);
    expect(tools.log).toContain('INFO stopped early: the port is taken');
  });
});

describe('deferral over dispatches', () => {
  it('re-emits before the event of the hook, once, and says how often', async () => {
    const { store, result: first } = await runHello({ script: defers });
    expect(first.deferred).toMatchObject([
      { kind: 'config-changed', reason: 'not yet', attempts: 0 },
    ]);

    const seen: string[] = [];
    const { result } = await runHello({
      store,
      path: 'hooks/update-status',
      script: {
        configChanged: async (_charm, event) => {
          seen.push(`${event.kind} ${event.attempts}`);
        },
        updateStatus: async (_charm, event) => {
          seen.push(event.kind);
        },
      },
    });
    expect(seen).toEqual(['config-changed 1', 'update-status']);
    expect(result.deferred).toEqual([]);
  });

  it('gives back a relation with its event, and drops the event when the relation is gone', async () => {
    const relation = {
      JUJU_RELATION: 'greeting',
      JUJU_RELATION_ID: 'greeting:7',
      JUJU_REMOTE_APP: 'world',
      JUJU_REMOTE_UNIT: 'world/3',
    };
    const { store } = await runHello({
      path: 'hooks/greeting-relation-changed',
      env: relation,
      script: { greetingChanged: async (_charm, event) => event.defer('later') },
    });
    const seen: string[] = [];
    const again: Script = {
      greetingChanged: async (_charm, event) => {
        seen.push(`${event.relation.id} ${event.app?.name} ${event.unit?.name}`);
        return event.defer('later still');
      },
    };
    const update = { store, path: 'hooks/update-status', script: again };
    await runHello({ ...update, answers: { 'relation-ids': ['greeting:7'] } });
    expect(seen).toEqual(['7 world world/3']);

    const { result, tools } = await runHello({ ...update, answers: { 'relation-ids': [] } });
    expect(seen).toHaveLength(1);
    expect(result).toMatchObject({ exitCode: 0, deferred: [] });
    expect(tools.log.join('\n')).toMatch(/WARNING dropped .*the relation greeting:7 is gone/);
  });

  it('keeps an event whose restoring a hook tool fails', async () => {
    const { store } = await runHello({
      path: 'hooks/greeting-relation-changed',
      env: { JUJU_RELATION: 'greeting', JUJU_RELATION_ID: 'greeting:7', JUJU_REMOTE_APP: 'world' },
      script: { greetingChanged: async (_charm, event) => event.defer('later') },
    });
    const { result } = await runHello({
      store,
      path: 'hooks/update-status',
      answers: { 'relation-ids': refuse('connection is shut down') },
    });
    expect(result).toMatchObject({ exitCode: 0, deferred: [{ attempts: 1 }] });
  });

  it('asks once for storage that a deferred event’s handler asked for before it threw', async () => {
    const { store } = await runHello({ script: defers });
    const update = { store, path: 'hooks/update-status', answers: { 'storage-add': () => ok } };
    const failed = await runHello({ ...update, script: asking(true) });
    expect([failed.result.exitCode, failed.tools.effects]).toEqual([0, []]);
    const { tools } = await runHello({ ...update, script: asking(false) });
    expect(tools.effects).toEqual(['storage-add data=1']);
  });

  it('rolls back what a failing re-emission gathered, and still runs the hook', async () => {
    const { store } = await runHello({ script: defers });
    const { result, tools } = await runHello({
      store,
      path: 'hooks/update-status',
      answers: { ...peers, 'is-leader': true },
      script: {
        configChanged: async (charm, event) => {
          await writesPeers.configChanged?.(charm, event);
          throw new Error('out of cheese');
        },
        updateStatus: async (charm) => {
          const friends = await charm.model.relation('friends');
          await friends?.data(charm.app).set({ leader: 'yes' });
        },
      },
    });
    expect(result.exitCode).toBe(0);
    expect(result.deferred).toMatchObject([{ attempts: 1, lastError: 'out of cheese' }]);
    expect(tools.lines('relation-set')).toEqual([
      'relation-set -r friends:4 --app --file - < {"leader":"yes"}',
    ]);
  });
});

describe('a dispatch that fails', () => {
  const failing: Script = {
    configChanged: async (charm, event) => {
      await writesPeers.configChanged?.(charm, event);
      throw new TypeError('no such pool');
    },
  };

  it('exits 1, commits and sends nothing, and logs the stack as an error', async () => {
    const store = new MemoryStore();
    const { result, tools } = await runHello({ store, script: failing, answers: peers });
    expect(result.exitCode).toBe(1);
    expect(result.error).toBeInstanceOf(TypeError);
    expect(tools.lines('relation-set')).toEqual([]);
    await expect(store.load()).resolves.toBeUndefined();
    expect(tools.log[0]).toBe('ERROR config-changed failed: TypeError: no such pool');
    expect(tools.log.join('\n')).toMatch(/ERROR {5}at .*hello-charm|ERROR {5}at .*dispatch\.test/);
  });

  it('keeps in the queue what the failed dispatch had already re-emitted', async () => {
    const seen: number[] = [];
    const { store } = await runHello({ script: defers });
    await runHello({
      store,
      path: 'hooks/update-status',
      script: {
        configChanged: async (_charm, event) => {
          seen.push(event.attempts);
        },
        updateStatus: async () => {
          throw new Error('too bad');
        },
      },
    });
    await runHello({
      store,
      path: 'hooks/stop',
      script: {
        configChanged: async (_charm, event) => {
          seen.push(event.attempts);
        },
      },
    });
    expect(seen).toEqual([1, 1]);
  });

  it('exits 1 without a commit when Juju refuses the gathered writes', async () => {
    const store = new MemoryStore();
    const { result } = await runHello({
      store,
      script: writesPeers,
      answers: { ...peers, 'relation-set': refuse('cannot write relation settings') },
    });
    expect(result).toMatchObject({
      exitCode: 1,
      error: { code: 'hook-tool-permission-denied' },
    });
    await expect(store.load()).resolves.toBeUndefined();
  });

  it('names the variable that Juju did not set', async () => {
    const { result, tools } = await runHello({
      path: 'hooks/greeting-relation-changed',
      env: { JUJU_RELATION: 'greeting' },
    });
    expect(result).toMatchObject({
      exitCode: 1,
      error: { code: 'juju-context-invalid', variable: 'JUJU_RELATION_ID' },
    });
    expect(tools.log[0]).toContain('JUJU_RELATION_ID is not set');
  });

  it('tells stderr what Juju would not log', async () => {
    const said: string[] = [];
    const { result } = await runHello({
      script: failing,
      answers: { ...peers, 'juju-log': refuse('connection is shut down') },
      stderr: (text) => said.push(text),
    });
    expect(result.exitCode).toBe(1);
    expect(said.join('')).toMatch(/no such pool[^]*connection is shut down/);
  });
});

describe('a dispatch that is told to end', () => {
  it('stops where it is, commits nothing, and keeps the queue', async () => {
    const { store } = await runHello({ script: defers });
    const before = await store.load();
    const ending = new AbortController();
    const { result, tools } = await runHello({
      store,
      path: 'hooks/update-status',
      signal: ending.signal,
      answers: peers,
      script: {
        configChanged: async (charm, event) => writesPeers.configChanged?.(charm, event),
        updateStatus: async () => {
          ending.abort(new TerminatedError('SIGTERM'));
          await new Promise(() => {});
        },
      },
    });
    expect(result).toMatchObject({ exitCode: 1, error: { code: 'terminated' } });
    expect(tools.lines('relation-set')).toEqual([]);
    await expect(store.load()).resolves.toBe(before);
  });

  it('finishes a commit that has begun', async () => {
    const ending = new AbortController();
    const store = new MemoryStore();
    const { result } = await runHello({
      store,
      signal: ending.signal,
      answers: {
        ...peers,
        'relation-set': () => {
          ending.abort(new TerminatedError('SIGTERM'));
          return { code: 0, stdout: '', stderr: '' };
        },
      },
      script: {
        configChanged: async (charm, event) => {
          await writesPeers.configChanged?.(charm, event);
          return event.defer('later');
        },
      },
    });
    expect(result.exitCode).toBe(0);
    await expect(store.load()).resolves.toContain('later');
  });
});

describe('a dispatch of an action', () => {
  const shout = { path: 'actions/shout', env: { JUJU_ACTION_UUID: '7' } };

  it('tells whoever runs it in two lines why it failed, and exits with 1', async () => {
    const said: string[] = [];
    const { result, tools } = await runHello({
      ...shout,
      script: {
        shout: async () => {
          throw new RangeError('no voice');
        },
      },
      stderr: (text) => said.push(text),
    });
    expect(result).toMatchObject({ exitCode: 1, event: 'shout-action' });
    expect(said.join('')).toMatch(/^shout-action failed: RangeError: no voice\n.*debug-log.*\n$/);
    expect(tools.log[0]).toBe('ERROR shout-action failed: RangeError: no voice');
  });

  it('re-emits what was deferred before it', async () => {
    const { store } = await runHello({ script: defers });
    const seen: string[] = [];
    await runHello({
      ...shout,
      store,
      script: {
        configChanged: async (_charm, event) => void seen.push(event.kind),
        shout: async (_charm, event) => void seen.push(`${event.kind} ${event.id}`),
      },
    });
    expect(seen).toEqual(['config-changed', 'shout-action 7']);
  });
});

describe('a dispatch with its surroundings', () => {
  it('copies its log to stderr, with the time, while JUJU_DEBUG is set', async () => {
    const said: string[] = [];
    const { tools } = await runHello({
      path: 'hooks/new-in-juju-9',
      env: { JUJU_DEBUG: '' },
      stderr: (text) => said.push(text),
    });
    expect(tools.log).toHaveLength(1);
    expect(said.join('')).toMatch(
      /^\d{4}-\d\d-\d\dT[\d:.]+Z DEBUG +this charm has no event new-in-juju-9\n$/,
    );
  });

  it('does nothing inside another dispatch of the same hook', async () => {
    const { result, tools } = await runHello({
      env: { CHARMWRIGHT_DISPATCH: '1' },
      script: { configChanged: async (charm) => charm.unit.setStatus(new ActiveStatus()) },
    });
    expect(result.exitCode).toBe(0);
    expect(tools.effects).toEqual([]);
  });

  it('ends with the exit code of a legacy hook that failed, before the charm is built', async () => {
    const { store } = await runHello({ script: defers });
    const { result, tools } = await runHello({
      store,
      script: defers,
      legacyHook: async () => {
        throw new LegacyHookError('hooks/config-changed', 7, 'ended with 7');
      },
    });
    expect(result).toMatchObject({ exitCode: 7, deferred: [] });
    expect(tools.effects).toEqual([]);
    expect(tools.log).toEqual([
      expect.stringMatching(/^ERROR .*hooks\/config-changed ended with 7/),
    ]);
    expect(await store.load()).toContain('not yet');
  });

  it('goes on after a legacy hook that succeeded', async () => {
    const order: string[] = [];
    await runHello({
      legacyHook: async () => void order.push('legacy hook'),
      script: { configChanged: async () => void order.push('charm') },
    });
    expect(order).toEqual(['legacy hook', 'charm']);
  });
});

describe('the trace of an error', () => {
  it('holds the stacks of its causes and of the errors that it gathers', () => {
    const inner = new TypeError('inner');
    const error = new Error('outer', { cause: new AggregateError([inner], 'several') });
    const trace = traceOf(error);
    expect(trace).toMatch(
      /^Error: outer\n[^]*Caused by: AggregateError: several\n[^]*TypeError: inner/,
    );
  });

  it('ends for errors that are each other’s cause', () => {
    const first = new Error('first');
    first.cause = new Error('second', { cause: first });
    expect(traceOf(first)).toMatch(
      /^Error: first\n[^]*Caused by: Error: second[^]*\(told above\)$/,
    );
  });

  it.each([
    ['text', 'text'],
    [undefined, 'undefined'],
    [Symbol('s'), 'Symbol(s)'],
    [Object.create(null), '[object Object]'],
    [{ password: 'sesame' }, '[object Object]'],
    [{ stack: 'Error: of another realm' }, 'Error: of another realm'],
  ])('is there for anything that was thrown: %j', (thrown, text) => {
    expect(traceOf(thrown)).toBe(text);
  });
});
