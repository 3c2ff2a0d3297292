import {
  ActiveStatus,
  BlockedStatus,
  Charm,
  type CharmArgs,
  type PebbleCheckFailedEvent,
  type PebbleCheckRecoveredEvent,
  type PebbleCustomNoticeEvent,
} from 'charmwright';
import { Context, exec, withContainer, type ContainerParts } from 'charmwright/testing';
import { describe, expect, it } from 'vitest';

const meta = {
  name: 'archive',
  containers: { web: {} },
  peers: {},
  requires: {},
  provides: {},
  storage: {},
  resources: {},
  options: {},
  actions: {},
} as const;

/** Executes commands, and tells of checks and notices in its status. */
class Archive extends Charm<typeof meta> {
  static readonly meta = meta;

  constructor(...args: CharmArgs<typeof meta>) {
    super(...args);
    this.observe(this.on['update-status'], this.onUpdateStatus);
    this.observe(this.on['web-pebble-custom-notice'], this.onNotice);
    this.observe(this.on['web-pebble-check-failed'], this.onCheck);
    this.observe(this.on['web-pebble-check-recovered'], this.onCheck);
    this.observe(this.on.stop, this.onStop);
  }

  async onUpdateStatus(): Promise<void> {
    const process = await this.unit.container('web').exec(['/bin/count', '--all', 'rows'], {
      stdin: 'a\nb\n',
      environment: { MODE: 'fast' },
      user: 'postgres',
    });
    const { stdout } = await process.waitOutput();
    await this.unit.setStatus(new ActiveStatus(stdout.trim()));
  }

  async onNotice(event: PebbleCustomNoticeEvent): Promise<void> {
    const details = await event.details();
    await this.unit.setStatus(new ActiveStatus(`${details?.key} ${details?.occurrences} times`));
    await event.container.notify('archive.example/seen');
  }

  async onCheck(event: PebbleCheckFailedEvent | PebbleCheckRecoveredEvent): Promise<void> {
    const details = await event.details();
    const shown = `${details?.level} ${details?.status} ${details?.failures}/${details?.threshold}`;
    await this.unit.setStatus(new BlockedStatus(shown));
  }

  async onStop(): Promise<void> {
    await this.unit.container('web').stopChecks(['ready']);
  }
}

const context = new Context(Archive);
const { on } = context;

function web(parts: ContainerParts) {
  return context.state({ containers: { web: { canConnect: true, ...parts } } });
}

const layers = {
  base: {
    checks: {
      ready: { override: 'replace', level: 'ready', threshold: 2, tcp: { port: 80 } },
      alive: { override: 'replace', level: 'alive', tcp: { port: 81 } },
    },
  },
} as const;

describe('a command', () => {
  it('does what the state says, and is told with all that it was given', async () => {
    const execs = [exec(['/bin/count'], 1), exec(['/bin/count', '--all'], '2\n')];
    const { state, workload } = await context.run(on.updateStatus(), web({ execs }));
    expect(state.unitStatus).toEqual({ status: 'active', message: '2' });
    expect(workload.web.execs).toMatchObject([
      {
        command: ['/bin/count', '--all', 'rows'],
        stdin: 'a\nb\n',
        user: 'postgres',
        environment: { MODE: 'fast' },
      },
    ]);
  });

  it('may be answered by a function of what it was given', async () => {
    const lines = exec(['/bin/count'], ({ stdin }) => `${stdin.trim().split('\n').length} lines`);
    const { state } = await context.run(on.updateStatus(), web({ execs: [lines] }));
    expect(state.unitStatus.message).toBe('2 lines');
    expect(state.containers.web.execs).toEqual([lines]);
  });

  it('that fails is an error of the charm, with what it printed', async () => {
    const failing = exec(['/bin/count'], { exitCode: 3, stderr: 'no such table' });
    const { error } = await context.runExpectingError(on.updateStatus(), web({ execs: [failing] }));
    expect(error).toMatchObject({ exitCode: 3, message: expect.stringContaining('no such table') });
  });

  it('of a known program that no exec fits is a mistake of the test', async () => {
    const other = exec(['/bin/count', '--none']);
    await expect(context.run(on.updateStatus(), web({ execs: [other] }))).rejects.toThrow(
      'cannot tell what ["/bin/count","--all","rows"] does in the container web: `execs` has ["/bin/count","--none"]. Add exec(["/bin/count","--all","rows"], …), or a beginning of it.',
    );
  });

  it('of a program that is not there fails as in Pebble', async () => {
    await expect(context.run(on.updateStatus(), web({}))).rejects.toThrow('cannot find executable');
  });
});

describe('a check', () => {
  it('is down when the event says that it failed, unless the state says more', async () => {
    const failed = on.pebbleCheckFailed('web', 'ready');
    const { state } = await context.run(failed, web({ layers }));
    expect(state.unitStatus.message).toBe('ready down 2/2');
    const longer = web({ layers, checks: { ready: { status: 'down', failures: 7 } } });
    const { state: later } = await context.run(failed, longer);
    expect(later.unitStatus.message).toBe('ready down 7/2');
    expect(later.containers.web.checks).toEqual({
      alive: { status: 'up', failures: 0, successes: 0 },
      ready: { status: 'down', failures: 7, successes: 0 },
    });
  });

  it('is up again when it recovered', async () => {
    const checks = { ready: { successes: 1 } };
    const { state, warnings } = await context.run(
      on.pebbleCheckRecovered('web', 'ready'),
      web({ layers, checks }),
    );
    expect(state.unitStatus.message).toBe('ready up 0/2');
    expect(state.containers.web.checks['ready']).toEqual({
      status: 'up',
      failures: 0,
      successes: 1,
    });
    expect(warnings).toEqual([]);
  });

  it('stays stopped once the charm has stopped it', async () => {
    const { state: stopped } = await context.run(
      on.stop(),
      web({ layers, checks: { ready: 'down' } }),
    );
    expect(stopped.containers.web.checks['ready']).toMatchObject({ status: 'inactive' });
    const { state } = await context.run(on.stop(), stopped);
    expect(state.containers.web.checks).toEqual(stopped.containers.web.checks);
  });
});

describe('a notice', () => {
  const saved = 'archive.example/saved';
  const event = on.pebbleCustomNotice('web', saved);

  it('stands as the state says, beside the checks of the plan', async () => {
    const notices = [
      'archive.example/other',
      {
        key: saved,
        data: { size: '9' },
        occurrences: 4,
        firstOccurred: '2025-12-31T00:00:00Z',
        lastOccurred: '2025-12-31T12:00:00.5Z',
        repeatAfter: '1h0m0s',
      },
    ];
    const { state } = await context.run(event, web({ notices, layers }));
    expect(state.unitStatus.message).toBe(`${saved} 4 times`);
    expect(state.containers.web.notices).toMatchObject([
      { id: '1', key: 'archive.example/other', occurrences: 1, userId: undefined },
      {
        id: '2',
        key: saved,
        data: { size: '9' },
        occurrences: 4,
        firstOccurred: '2025-12-31T00:00:00Z',
        lastOccurred: '2025-12-31T12:00:00.5Z',
        lastRepeated: '2025-12-31T12:00:00.5Z',
        repeatAfter: '1h0m0s',
      },
      { key: 'archive.example/seen' },
    ]);
  });

  it('comes again as the same one, which moves to the end', async () => {
    const twice = await context.stateAfter([event, event], web({ notices: [saved] }));
    expect(twice.containers.web.notices).toMatchObject([
      { id: '1', key: saved },
      { key: 'archive.example/seen', occurrences: 2 },
    ]);
    const renamed = withContainer(twice, 'web', { notices: twice.containers.web.notices });
    expect(renamed.containers.web.notices).toEqual(twice.containers.web.notices);
  });
});
