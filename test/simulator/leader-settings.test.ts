import { expect, it } from 'vitest';
import type { SimulatedUnit } from '../../src/simulator/simulated-unit.ts';
import { fixture, settle, settleAll } from './fixture.ts';

interface Pair {
  readonly leader: SimulatedUnit;
  readonly minion: SimulatedUnit;
}

function pair(version = '3.6.9'): Pair {
  const { juju, unit: leader } = fixture({ version });
  const minion = juju.application('proxy').addUnit();
  settleAll([leader, minion]);
  return { leader, minion };
}

function ask(unit: SimulatedUnit, end: 'commit' | 'fail', tool: string, ...args: string[]): string {
  const run = unit.begin({ kind: 'update-status' });
  const { code, stdout, stderr } = run.tool({ tool, args });
  if (end === 'commit') run.commit();
  else run.fail('exit status 1');
  return code === 0 ? stdout : `${code} ${stderr.trim()}`;
}

it('tells the minions of what the leader sets, and not the leader', () => {
  const { leader, minion } = pair();
  expect(ask(leader, 'commit', 'leader-set', 'a=1', 'b=2')).toBe('');
  expect([settle(leader), settle(minion)]).toEqual([[], ['leader-settings-changed']]);
  ask(leader, 'commit', 'leader-set', 'a=1');
  expect(settle(minion)).toEqual([]);
});

it('keeps what was set also when the hook fails, and removes a key with an empty value', () => {
  const { leader, minion } = pair();
  ask(leader, 'commit', 'leader-set', 'a=1', 'b=2');
  ask(leader, 'fail', 'leader-set', 'a=');
  expect(ask(minion, 'commit', 'leader-get', '--format=json')).toBe('{"b":"2"}\n');
});

it.each([
  [['leader-get'], 'b: "2"\n'],
  [['leader-get', '-', '--format=json'], '{"b":"2"}\n'],
  [['leader-get', 'b'], '2\n'],
  [['leader-get', 'c'], ''],
  [['leader-get', 'c', '--format=json'], 'null\n'],
  [['leader-get', 'a=1'], '2 ERROR invalid key "a=1"'],
  [['leader-get', 'b', 'c'], '2 ERROR unrecognized args: ["c"]'],
  [['leader-set', 'x'], '2 ERROR expected "key=value", got "x"'],
  [
    ['leader-set', 'a=1'],
    '1 ERROR cannot write leadership settings: cannot write settings: not the leader',
  ],
])('a minion that runs %j is told %j', ([tool = '', ...args], said) => {
  const { leader, minion } = pair();
  ask(leader, 'commit', 'leader-set', 'b=2');
  expect(ask(minion, 'commit', tool, ...args)).toBe(said);
});

it.each(['leader-get', 'leader-set'])('%s is gone in Juju 4.0', (tool) => {
  expect(ask(pair('4.0.1').leader, 'commit', tool)).toBe(
    `1 ERROR bad request: unknown command: ${tool}`,
  );
});
