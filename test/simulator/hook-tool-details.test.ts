import { describe, expect, it } from 'vitest';
import type { Hook } from '../../src/simulator/hook.ts';
import type { HookRun } from '../../src/simulator/hook-run.ts';
import type { SimulatedUnit } from '../../src/simulator/simulated-unit.ts';
import { fixture, meta, settle, settleAll, type Fixture } from './fixture.ts';

type Line = readonly string[];

const changed: Hook = {
  kind: 'relation-changed',
  endpoint: 'db',
  relationId: 1,
  remoteApp: 'pg',
  remoteUnit: 'pg/0',
};

/** The leader proxy/0 and the minion proxy/1, related to pg/0 by relation 1. */
function pair(): Pick<Fixture, 'juju'> & { leader: SimulatedUnit; minion: SimulatedUnit } {
  const { juju, unit: leader } = fixture({}, { ...meta, actions: { act: {} } });
  const minion = juju.application('proxy').addUnit({ address: '10.1.0.2' });
  juju.addRemoteApplication('pg').addUnit();
  juju.relate('proxy:db', 'pg:database');
  settleAll([leader, minion]);
  return { juju, leader, minion };
}

/** `code stdout` or, of a call that is refused, `code stderr`. */
function say(run: HookRun, [tool = '', ...args]: Line, stdin?: string): string {
  const reply = run.tool({ tool, args, ...(stdin === undefined ? {} : { stdin }) });
  return `${reply.code} ${reply.code === 0 ? reply.stdout : reply.stderr}`;
}

describe('what all tools have in common', () => {
  it.each<[Line, string]>([
    [['config-get', '-h'], '0 Usage: config-get'],
    [['config-get', 'host', '--format=yaml'], '0 '],
    [['relation-ids', 'site', '--format=yaml'], '0 []\n'],
    [['config-get', 'port', '--format', 'smart'], '0 80\n'],
    [['relation-get', '-r', 'nonsense:1', '--', '-', 'pg/0'], '0 {}\n'],
    [['secret-get', 'x', '--format=smart'], '2 ERROR invalid value "smart" for option --format'],
    [['secret-info-get', 'x', '--format=smart'], '2 ERROR invalid value "smart" for option'],
    [['secret-ids', '--format=json'], '0 null\n'],
    [['secret-ids'], '0 '],
    [['secret-ids', 'x'], '2 ERROR unrecognized args: ["x"]'],
    [['is-leader', 'x'], '2 ERROR unrecognized args: ["x"]'],
    [['goal-state', 'x'], '2 ERROR unrecognized args: ["x"]'],
    [['opened-ports', 'x'], '2 ERROR unrecognized args: ["x"]'],
    [['opened-ports', '--format=json'], '0 []\n'],
  ])('%j', (line, expected) => {
    const reply = say(pair().leader.begin(changed), line);
    expect(reply.slice(0, expected.length)).toBe(expected);
  });

  it('are told apart by the last -r, and by the hook where there is none', () => {
    const run = pair().leader.begin(changed);
    expect(say(run, ['relation-list', '-r', '0', '-r', '1'])).toBe('0 pg/0\n');
    expect(say(run, ['relation-list'])).toBe('0 pg/0\n');
  });
});

describe('network-get', () => {
  it.each<[Line, string]>([
    [['network-get', ''], '2 ERROR no binding name specified\n'],
    [['network-get', 'juju-info', '--ingress-address'], '0 10.1.0.1\n'],
    [['network-get', 'db', '--primary-address'], '0 10.1.0.1\n'],
    [
      ['network-get', 'db', '--ingress-address', '--bind-address', '--format=json'],
      '0 {"bind-address":"10.1.0.1","ingress-address":"10.1.0.1"}\n',
    ],
    [['network-get', 'db', '--egress-subnets', '--format=json'], '0 ["10.1.0.1/32"]\n'],
    [['network-get', 'db', 'site'], '2 ERROR unrecognized args: ["site"]\n'],
    [['network-get', 'db', '-r', '9'], '2 ERROR invalid value "9" for option -r'],
  ])('%j', (line, expected) => {
    const reply = say(pair().leader.begin(changed), line);
    expect(reply.slice(0, expected.length)).toBe(expected);
  });

  it('finds nothing early in a pod’s life', () => {
    const { juju } = fixture();
    const unit = juju.application('proxy').addUnit();
    expect(say(unit.begin(unit.nextHook()!), ['network-get', 'db'])).toBe(
      '1 ERROR no network config found for binding "db"\n',
    );
  });
});

describe('ports', () => {
  it.each<[Line, string]>([
    [['close-port'], '2 ERROR no port or range specified\n'],
    [['close-port', '80/sctp'], '2 ERROR invalid protocol "sctp"'],
    [['close-port', '80-90'], '1 ERROR port ranges are not supported for k8s applications'],
    [['open-port', 'ICMP'], '0 '],
    [['open-port', 'http'], '2 ERROR invalid port "http"'],
    [['open-port', '80', '90'], '2 ERROR unrecognized args: ["90"]'],
  ])('%j', (line, expected) => {
    const reply = say(pair().leader.begin(changed), line);
    expect(reply.slice(0, expected.length)).toBe(expected);
  });

  it('note a flag of earlier days', () => {
    const run = pair().leader.begin(changed);
    expect(run.tool({ tool: 'close-port', args: ['--format', 'json', '80'] })).toEqual({
      code: 0,
      stdout: '',
      stderr: '--format flag deprecated for command "close-port"',
    });
  });
});

describe('in the hook that does it', () => {
  it('any unit sets the version of the workload, at once', () => {
    const { juju, minion } = pair();
    const run = minion.begin(changed);
    expect(say(run, ['application-version-set', '1.2'])).toBe('0 ');
    expect(juju.application('proxy').version).toBe('1.2');
    run.fail('exit status 1');
    expect(juju.application('proxy').version).toBe('1.2');
  });

  it('deleting a key of the state that is not there is nothing', () => {
    const run = pair().leader.begin(changed);
    expect(say(run, ['state-delete', 'nope'])).toBe('0 ');
    expect(say(run, ['state-get', '-', '--format=json'])).toBe('0 {}\n');
    expect(say(run, ['state-set', 'a'])).toBe('2 ERROR expected "key=value", got "a"\n');
  });

  it('an action that sets no result has none, and a later text takes the place of a map', () => {
    const run = pair().leader.beginAction('act');
    expect(say(run, ['action-set'])).toBe('0 ');
    say(run, ['action-set', 'a.b=1', 'a.c=2']);
    say(run, ['action-set', 'a=3']);
    say(run, ['action-fail', 'first']);
    say(run, ['action-fail', 'last']);
    const report = run.endAction({ exitCode: 0 });
    expect(report).toMatchObject({ results: { a: '3' }, message: 'last', status: 'failed' });
  });

  it('a secret is found by its id alone, by its URI and by that with a model', () => {
    const { leader } = pair();
    const run = leader.begin(changed);
    const uri = say(run, ['secret-add', 'password=abc']).slice(2).trim();
    const id = uri.replace('secret:', '');
    const forms = [id, uri, `secret://8419cd78-4993-4c3a-928e-c646226beeee/${id}`];
    expect(forms.map((form) => say(run, ['secret-get', form, 'password']))).toEqual(
      forms.map(() => '0 abc\n'),
    );
    expect(say(run, ['secret-get', uri, 'password#base64'])).toBe('0 YWJj\n');
    expect(say(run, ['secret-get', uri, '--peek', '--refresh'])).toMatch(/^2 .*but not both\n$/);
  });

  it('setting nothing in a relation leaves its data as it is, and an absent key can be deleted', () => {
    const { leader } = pair();
    const run = leader.begin(changed);
    expect(say(run, ['relation-set'])).toBe('0 ');
    expect(say(run, ['relation-set', '--file', '-'], '')).toBe('0 ');
    expect(say(run, ['relation-set', 'nope='])).toBe('0 ');
    expect(run.commit()).toEqual({ committed: true });
  });

  it('a value of a file is text, and what is none is refused', () => {
    const run = pair().leader.begin(changed);
    expect(say(run, ['relation-set', '--file', '-'], 'a: {b: c}\n').slice(0, 1)).toBe('1');
    expect(say(run, ['relation-set', '--file', '-'], '- a\n').slice(0, 1)).toBe('1');
  });
});

describe('goal-state', () => {
  it('names units that are to come, and those that go', () => {
    const { juju, unit } = fixture();
    settle(unit);
    juju.application('proxy').addUnit();
    const run = unit.begin({ kind: 'update-status' });
    const goal: unknown = JSON.parse(say(run, ['goal-state', '--format=json']).slice(2));
    expect(goal).toMatchObject({ units: { 'proxy/0': {}, 'proxy/1': { status: 'waiting' } } });
  });
});
