import { describe, expect, it } from 'vitest';
import { dispatch } from '../../src/dispatch/dispatch.ts';
import {
  Abort,
  ActiveStatus,
  BlockedStatus,
  Charm,
  MaintenanceStatus,
  WaitingStatus,
  type CharmArgs,
  type CollectStatusEvent,
  type ConfigChangedEvent,
  type Status,
} from '../../src/index.ts';
import { MemoryStore } from '../../src/testing/memory-store.ts';
import { meta } from '../dispatch/hello-charm.ts';
import { noPebble } from '../dispatch/run-hello.ts';
import { CannedHookTools } from '../support/canned-hook-tools.ts';
import { jujuEnvironment } from '../support/juju-environment.ts';

interface Part {
  readonly collectApp?: (event: CollectStatusEvent) => void;
  readonly collectUnit?: (event: CollectStatusEvent) => void;
  readonly configChanged?: (charm: Charm<typeof meta>) => Promise<void>;
}

/** Dispatches a hook to a charm that observes what the part has. */
async function run(
  part: Part,
  answers: Record<string, unknown> = {},
  path = 'hooks/config-changed',
) {
  class StatusCharm extends Charm<typeof meta> {
    static readonly meta = meta;

    constructor(...args: CharmArgs<typeof meta>) {
      super(...args);
      this.observe(this.on['config-changed'], this.onConfigChanged);
      if (part.collectApp) this.observe(this.on['collect-app-status'], this.onCollectApp);
      if (part.collectUnit) this.observe(this.on['collect-unit-status'], this.onCollectUnit);
    }

    async onConfigChanged(_event: ConfigChangedEvent): Promise<void> {
      await part.configChanged?.(this);
    }

    onCollectApp(event: CollectStatusEvent): void {
      part.collectApp?.(event);
    }

    onCollectUnit(event: CollectStatusEvent): void {
      part.collectUnit?.(event);
    }
  }
  const tools = new CannedHookTools({
    'is-leader': true,
    'status-get': ({ args }: { args: readonly string[] }) => {
      const shown = { status: 'unknown', message: '', 'status-data': {} };
      const answer = args.includes('--application') ? { 'application-status': shown } : shown;
      return { code: 0, stdout: JSON.stringify(answer), stderr: '' };
    },
    ...answers,
  });
  const result = await dispatch({
    charmClass: StatusCharm,
    env: jujuEnvironment(path),
    hookTools: tools,
    store: new MemoryStore(),
    pebble: () => noPebble,
  });
  return { result, tools };
}

function adds(...statuses: Status[]): (event: CollectStatusEvent) => void {
  return (event) => {
    for (const status of statuses) event.addStatus(status);
  };
}

async function works(charm: Charm<typeof meta>): Promise<void> {
  await charm.unit.setStatus(new MaintenanceStatus('working'));
}

describe('the collected status', () => {
  it.each<[string, Status[], string]>([
    ['blocked before all', [new MaintenanceStatus('m'), new BlockedStatus('b')], 'blocked -- b'],
    [
      'maintenance before waiting',
      [new WaitingStatus('w'), new MaintenanceStatus('m')],
      'maintenance -- m',
    ],
    ['waiting before active', [new ActiveStatus('a'), new WaitingStatus('w')], 'waiting -- w'],
    ['the first of equal ones', [new WaitingStatus('1'), new WaitingStatus('2')], 'waiting -- 1'],
  ])('is the most urgent: %s', async (_title, statuses, shown) => {
    const { tools } = await run({ collectUnit: adds(...statuses) });
    expect(tools.lines('status-set')).toEqual([`status-set ${shown}`]);
  });

  it('comes after the handlers, and in every dispatch', async () => {
    const collectUnit = adds(new ActiveStatus('done'));
    const { tools } = await run({ configChanged: works, collectUnit });
    expect(tools.lines('status-set')).toEqual([
      'status-set maintenance -- working',
      'status-set active -- done',
    ]);
    const other = await run({ collectUnit }, {}, 'hooks/something-new');
    expect(other.tools.lines('status-set')).toEqual(['status-set active -- done']);
  });

  it('is one call, and none when a handler of this dispatch has set it', async () => {
    const collectUnit = adds(new MaintenanceStatus('working'));
    const { tools } = await run({ configChanged: works, collectUnit });
    expect(tools.effects).toEqual(['status-set maintenance -- working']);
  });

  it('leaves the status as it is when none was added', async () => {
    const { tools } = await run({ collectUnit: () => undefined });
    expect(tools.effects).toEqual([]);
  });

  it('of the application is collected on the leader, before the unit’s', async () => {
    const part = {
      collectApp: adds(new ActiveStatus('app')),
      collectUnit: adds(new ActiveStatus()),
    };
    const leader = await run(part);
    expect(leader.tools.lines('status-set')).toEqual([
      'status-set --application active -- app',
      'status-set active -- ',
    ]);
    const minion = await run(part, { 'is-leader': false });
    expect(minion.tools.lines('status-set')).toEqual(['status-set active -- ']);
  });

  it('costs nothing when nobody observes it', async () => {
    const { tools } = await run({});
    expect(tools.effects).toEqual([]);
  });

  it('can be read while it is collected', async () => {
    const seen: unknown[] = [];
    await run({
      collectUnit: (event) => {
        adds(new WaitingStatus('w'), new ActiveStatus())(event);
        seen.push(event.statuses.map(String), event.result?.kind);
      },
    });
    expect(seen).toEqual([['waiting: w', 'active'], 'waiting']);
  });

  it('fails the hook when a handler throws, before anything is committed', async () => {
    const { result, tools } = await run({
      collectUnit: () => {
        throw new Error('no status today');
      },
    });
    expect(result).toMatchObject({ exitCode: 1 });
    expect(tools.lines('status-set')).toEqual([]);
  });

  it('does not fail the hook when a handler aborts', async () => {
    const { result } = await run({
      collectUnit: () => {
        throw new Abort('enough');
      },
    });
    expect(result.exitCode).toBe(0);
  });
});
