import { describe, expect, it } from 'vitest';
import type { CharmMeta } from '../../src/charm/metadata.ts';
import type { HookRun } from '../../src/simulator/hook-run.ts';
import type { ToolReply } from '../../src/simulator/hook-tools/tool-request.ts';
import { fixture, meta, settle, type Fixture } from './fixture.ts';

const charm: CharmMeta = {
  ...meta,
  actions: {
    backup: {
      params: {
        target: { type: 'string' },
        keep: { type: 'integer', default: 3 },
        s3: { type: 'object', properties: { bucket: { type: 'string', default: 'main' } } },
      },
      required: ['target'],
    },
    ping: {},
  },
};

function scene(version = '3.6.9'): Fixture {
  const made = fixture({ version }, charm);
  settle(made.unit);
  return made;
}

function tool(run: HookRun, ...[name = '', ...args]: string[]): ToolReply {
  return run.tool({ tool: name, args });
}

describe('parameters', () => {
  it('have defaults filled in and are read by paths of keys', () => {
    const run = scene().unit.beginAction('backup', { target: 'here' });
    expect(tool(run, 'action-get', '--format=json').stdout).toBe(
      '{"keep":3,"s3":{"bucket":"main"},"target":"here"}\n',
    );
    expect(tool(run, 'action-get', 's3.bucket').stdout).toBe('main\n');
    expect(tool(run, 'action-get', 'keep', '--format=json').stdout).toBe('3\n');
    expect(tool(run, 'action-get', 's3.nothing.there', '--format=json').stdout).toBe('null\n');
    const ping = scene().unit.beginAction('ping');
    expect(tool(ping, 'action-get', '--format=json').stdout).toBe('{}\n');
  });

  it('are refused when one is missing, of another type, or the action is unknown', () => {
    const { unit } = scene();
    expect(() => unit.beginAction('backup')).toThrow(/target is missing/);
    expect(() => unit.beginAction('backup', { target: 'x', keep: 'many' })).toThrow(/keep must be/);
    expect(() => unit.beginAction('restore')).toThrow(/cannot find the action "restore"/);
  });

  it('that the schema does not name are taken up to 3.6 and refused from 4.0', () => {
    const extra = { target: 'x', other: 1 };
    const run = scene('3.6.9').unit.beginAction('backup', extra);
    expect(tool(run, 'action-get', 'other').stdout).toBe('1\n');
    expect(() => scene('4.0.1').unit.beginAction('backup', extra)).toThrow(/other is not a known/);
  });
});

describe('the tools of actions', () => {
  it.each<[string[], number, string]>([
    [['action-set', 'x'], 2, 'argument "x" must be of the form key...=value'],
    [['action-set', 'stdout=x'], 2, 'cannot set reserved action key "stdout"'],
    [
      ['action-set', 'Foo=x'],
      2,
      'key "Foo" must start and end with lowercase alphanumeric, and contain only lowercase alphanumeric, hyphens and periods',
    ],
    [['action-log'], 2, 'no message specified'],
    [['action-fail', 'a', 'b'], 2, 'unrecognized args: ["b"]'],
  ])('%j', ([name = '', ...args], code, text) => {
    const run = scene().unit.beginAction('ping');
    expect(run.tool({ tool: name, args })).toEqual({ code, stdout: '', stderr: `ERROR ${text}\n` });
  });

  it.each(['action-get', 'action-fail', 'action-set a=b', 'action-log x'])(
    'refuse %s in a hook',
    (line) => {
      const [name = '', ...args] = line.split(' ');
      const run = scene().unit.begin({ kind: 'update-status' });
      expect(run.tool({ tool: name, args })).toMatchObject({
        code: 1,
        stderr: 'ERROR not running an action\n',
      });
    },
  );
});

describe('an action', () => {
  it('reports its results by nested keys, its log and its output', () => {
    const run = scene().unit.beginAction('ping');
    tool(run, 'action-log', 'half', 'way');
    tool(run, 'action-set', 'file.size=10', 'file.name=a', 'plain=x');
    tool(run, 'action-set', 'plain.deeper=y');
    expect(run.endAction({ exitCode: 0, stdout: 'done\n' })).toEqual({
      id: '1',
      action: 'ping',
      status: 'completed',
      message: '',
      returnCode: 0,
      results: { file: { size: '10', name: 'a' }, plain: { deeper: 'y' } },
      stdout: 'done\n',
      stderr: '',
      log: ['half way'],
    });
  });

  it('that says it failed and exits with 0 keeps what it wrote', () => {
    const { unit } = scene();
    const run = unit.beginAction('ping');
    tool(run, 'state-set', 'k=v');
    tool(run, 'action-fail', 'first');
    tool(run, 'action-fail', 'no space');
    expect(run.endAction({ exitCode: 0 })).toMatchObject({
      status: 'failed',
      message: 'no space',
      returnCode: 0,
    });
    expect(unit.storedState).toEqual({ k: 'v' });
  });

  it('that exits with another code loses what it wrote and its own message, not its results', () => {
    const { unit } = scene();
    const run = unit.beginAction('ping');
    tool(run, 'state-set', 'k=v');
    tool(run, 'action-set', 'a=1');
    tool(run, 'action-fail', 'no space');
    expect(run.endAction({ exitCode: 3 })).toMatchObject({
      status: 'failed',
      message: 'exit status 3',
      returnCode: 3,
      results: { a: '1' },
    });
    expect([unit.storedState, unit.failed]).toEqual([{}, undefined]);
  });

  it('fails when Juju does not take what it wrote', () => {
    const { juju, unit } = scene();
    juju.application('proxy').addUnit();
    const run = unit.beginAction('ping');
    tool(run, 'relation-set', '-r', '0', '--app', 'a=1');
    juju.application('proxy').setLeader('proxy/1');
    expect(run.endAction({ exitCode: 0, stderr: 'out\n' })).toMatchObject({
      status: 'failed',
      message: 'committing requested changes failed',
      returnCode: 1,
      stderr: expect.stringMatching(/^out\n.*not the leader\n$/),
    });
  });

  it('runs while the unit is in error, and leaves it there', () => {
    const { unit } = scene();
    unit.begin({ kind: 'config-changed' }).fail('exit status 1');
    expect(unit.beginAction('ping').endAction({ exitCode: 0 }).status).toBe('completed');
    expect([unit.failed?.hook.kind, unit.agentStatus.status]).toEqual(['config-changed', 'error']);
  });

  it('is told by the environment as actions are, with an empty hook name', () => {
    const run = scene().unit.beginAction('ping');
    const paths = { charmDir: '/c', toolsDir: '/t', agentSocket: '/s', path: '/bin' };
    expect(run.environment(paths)).toMatchObject({
      JUJU_ACTION_NAME: 'ping',
      JUJU_ACTION_UUID: '1',
      JUJU_ACTION_TAG: 'action-1',
      JUJU_DISPATCH_PATH: 'actions/ping',
      JUJU_HOOK_NAME: '',
    });
    expect(run.contextId).toMatch(/^proxy\/0-ping-[0-9a-f]{32}$/);
  });

  it('prints a default text for a failure without a reason', () => {
    const run = scene().unit.beginAction('ping');
    tool(run, 'action-fail');
    expect(run.endAction({ exitCode: 0 }).message).toBe(
      'action failed without reason given, check action for errors',
    );
  });
});
