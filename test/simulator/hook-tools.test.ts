import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { HOOK_TOOL_NAMES } from '../../src/local/hook-tools/names.ts';
import type { Hook } from '../../src/simulator/hook.ts';
import { hookToolNames } from '../../src/simulator/hook-tools/catalogue.ts';
import type { SimulatedUnit } from '../../src/simulator/simulated-unit.ts';
import { fixture, meta, settle, settleAll } from './fixture.ts';

interface Expectation {
  readonly code?: number;
  readonly stdout?: string;
  readonly stderr?: string;
}

/** The leader proxy/0 and the minion proxy/1, related to pg/0 by relation 1. */
function scene(version = '3.6.9'): { leader: SimulatedUnit; minion: SimulatedUnit } {
  const { juju, unit: leader } = fixture({ version });
  const minion = juju.application('proxy').addUnit({ address: '10.1.0.2' });
  juju.addRemoteApplication('pg').addUnit();
  const relation = juju.relate('proxy:db', 'pg:database');
  relation.update('pg/0', { host: 'db.local', tls: '<&>' });
  relation.update('pg', { version: '15' });
  relation.update('proxy', { database: 'app' });
  juju.relation(0).update('proxy', { secret: 'shared' });
  settleAll([leader, minion]);
  return { leader, minion };
}

function call(unit: SimulatedUnit, line: readonly string[], hook?: Hook): Expectation {
  const [tool = '', ...args] = line;
  const run = unit.begin(hook ?? { kind: 'update-status' });
  const { code, stdout, stderr } = run.tool({ tool, args });
  run.commit();
  return { code, stdout, stderr };
}

const ok = (stdout: string): Expectation => ({ code: 0, stdout, stderr: '' });
const refused = (text: string): Expectation => ({ code: 2, stdout: '', stderr: `ERROR ${text}\n` });
const failed = (text: string): Expectation => ({ code: 1, stdout: '', stderr: `ERROR ${text}\n` });
const joined: Hook = {
  kind: 'relation-changed',
  endpoint: 'db',
  relationId: 1,
  remoteApp: 'pg',
  remoteUnit: 'pg/0',
};
const appChanged: Hook = {
  kind: 'relation-changed',
  endpoint: 'db',
  relationId: 1,
  remoteApp: 'pg',
};

describe('flags', () => {
  it.each<[string[], Expectation]>([
    [['config-get', '--format', 'json', 'port'], ok('80\n')],
    [['config-get', '--format=json', 'port'], ok('80\n')],
    [['config-get', 'port', '--format=json'], ok('80\n')],
    [['config-get', '--', 'port'], ok('80\n')],
    [['config-get', '--nope'], refused('option provided but not defined: --nope')],
    [['config-get', '-x'], refused('option provided but not defined: -x')],
    [['config-get', '--format'], refused('option needs an argument: --format')],
    [
      ['config-get', '--format=xml'],
      refused('invalid value "xml" for option --format: unknown format "xml"'),
    ],
    [['config-get', 'a', 'b', 'c'], refused('unrecognized args: ["b" "c"]')],
    [['relation-list', '-r1'], ok('pg/0\n')],
    [['relation-list', '-r', 'whatever:1'], ok('pg/0\n')],
    [['relation-list', '--relation', 'db:1'], ok('pg/0\n')],
    [
      ['relation-list', '-r', 'db:x'],
      refused('invalid value "db:x" for option -r: invalid relation id'),
    ],
    [['relation-list', '-r', '9'], refused('invalid value "9" for option -r: relation not found')],
    [['relation-list'], refused('no relation id specified')],
    [['no-such-tool'], failed('bad request: unknown command: no-such-tool')],
  ])('%j', (line, expected) => {
    expect(call(scene().leader, line)).toEqual(expected);
  });

  it('print help on stdout with code 0', () => {
    const { code, stdout, stderr } = call(scene().leader, ['relation-get', '--help']);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/^Usage: relation-get /);
  });
});

describe('config-get', () => {
  it.each<[string[], Expectation]>([
    [['config-get', 'host'], ok('')],
    [['config-get', 'host', '--format=json'], ok('null\n')],
    [['config-get', 'undeclared', '--format=json'], ok('null\n')],
    [['config-get', 'debug'], ok('False\n')],
    [['config-get', 'debug', '--format=yaml'], ok('false\n')],
    [['config-get', '--format=json'], ok('{"debug":false,"port":80,"ratio":0.5}\n')],
    [
      ['config-get', '-a', '--format=json'],
      ok('{"debug":false,"host":null,"port":80,"ratio":0.5}\n'),
    ],
    [['config-get'], ok('debug: false\nport: 80\nratio: 0.5\n')],
    [['config-get', '-a'], ok('debug: false\nhost: null\nport: 80\nratio: 0.5\n')],
    [
      ['config-get', '--all', 'port'],
      refused('cannot use argument --all together with key "port"'),
    ],
  ])('%j', (line, expected) => {
    expect(call(scene().leader, line)).toEqual(expected);
  });
});

describe('config-get within one hook', () => {
  it('answers as at the first question, and the next hook has the new value', () => {
    const { juju, unit } = fixture();
    settle(unit);
    const run = unit.begin({ kind: 'update-status' });
    const port = (): string => run.tool({ tool: 'config-get', args: ['port'] }).stdout;
    expect(port()).toBe('80\n');
    juju.application('proxy').setConfig({ port: 8080 });
    expect(port()).toBe('80\n');
    run.commit();
    expect(call(unit, ['config-get', 'port'])).toEqual(ok('8080\n'));
  });
});

describe('relation-get', () => {
  it.each<[string, 'leader' | 'minion', Hook | undefined, string[], Expectation]>([
    ['a key of a remote unit', 'leader', undefined, ['-r', '1', 'host', 'pg/0'], ok('db.local\n')],
    [
      'JSON as Go writes it',
      'leader',
      undefined,
      ['-r', '1', '--format=json', '-', 'pg/0'],
      ok(String.raw`{"host":"db.local","tls":"\u003c\u0026\u003e"}` + '\n'),
    ],
    ['a missing key', 'leader', undefined, ['-r1', 'x', 'pg/0', '--format=json'], ok('null\n')],
    [
      'a missing key that JavaScript objects have',
      'leader',
      undefined,
      ['-r1', 'toString', 'pg/0', '--format=json'],
      ok('null\n'),
    ],
    ["the hook's own unit", 'leader', joined, ['host'], ok('db.local\n')],
    ["the hook's application when it has no unit", 'leader', appChanged, ['version'], ok('15\n')],
    ['--app alone', 'leader', joined, ['--app', 'version'], ok('15\n')],
    ['--app with a unit', 'leader', joined, ['--app', 'version', 'pg/0'], ok('15\n')],
    ['--app with an application', 'minion', joined, ['--app', 'version', 'pg'], ok('15\n')],
    [
      'an application where a unit is due',
      'leader',
      joined,
      ['-', 'pg'],
      refused('expected unit name, got application name "pg"'),
    ],
    ['junk', 'leader', joined, ['-', 'Pg_0'], refused('invalid unit name "Pg_0"')],
    ['nobody', 'leader', undefined, ['-r', '1'], refused('no unit or application specified')],
    ['own application as leader', 'leader', joined, ['--app', 'database', 'proxy'], ok('app\n')],
    [
      'own application as minion',
      'minion',
      joined,
      ['--app', 'database', 'proxy'],
      failed('permission denied'),
    ],
    [
      'own application on a peer relation as minion',
      'minion',
      undefined,
      ['-r', '0', '--app', 'secret', 'proxy'],
      ok('shared\n'),
    ],
    [
      'a fellow unit on a peer relation',
      'minion',
      undefined,
      ['-r0', 'ingress-address', 'proxy/0'],
      ok('10.1.0.1\n'),
    ],
    [
      'a fellow unit elsewhere',
      'minion',
      undefined,
      ['-r1', '-', 'proxy/0'],
      failed('permission denied'),
    ],
    [
      'a unit that never was there',
      'leader',
      undefined,
      ['-r1', '-', 'pg/7'],
      failed('permission denied'),
    ],
  ])('reads %s', (_title, who, hook, args, expected) => {
    expect(call(scene()[who], ['relation-get', ...args], hook)).toEqual(expected);
  });

  it('keeps backslashes in JSON, whatever letter follows', () => {
    const { juju, unit } = fixture();
    settle(unit);
    juju.relation(0).update('proxy/0', { path: String.raw`C:\bin\files` });
    const args = ['relation-get', '-r0', 'path', 'proxy/0', '--format=json'];
    expect(call(unit, args)).toEqual(ok(String.raw`"C:\\bin\\files"` + '\n'));
  });

  it('shows what the hook itself has written and not committed', () => {
    const run = scene().leader.begin(joined);
    run.tool({ tool: 'relation-set', args: ['a=1', 'ingress-address='] });
    run.tool({ tool: 'relation-set', args: ['--app', 'database=other'] });
    const own = run.tool({ tool: 'relation-get', args: ['--format=json', '-', 'proxy/0'] });
    expect(JSON.parse(own.stdout)).toEqual({
      a: '1',
      'egress-subnets': '10.1.0.1/32',
      'private-address': '10.1.0.1',
    });
    const app = run.tool({ tool: 'relation-get', args: ['--app', '-', 'proxy'] });
    expect(app.stdout).toBe('database: other\n');
  });
});

describe('relation-set', () => {
  it.each<[string, 'leader' | 'minion', string[], Expectation]>([
    ['nothing', 'leader', [], ok('')],
    ['what is no pair', 'leader', ['abc'], refused('expected "key=value", got "abc"')],
    ['a key twice', 'leader', ['a=1', 'a=2'], refused('key "a" specified more than once')],
    [
      'as minion for the application',
      'minion',
      ['--app', 'a=1'],
      failed('cannot write relation settings'),
    ],
    [
      'with the old format flag',
      'leader',
      ['--format', 'json', 'a=1'],
      { code: 0, stdout: '', stderr: '--format flag deprecated for command "relation-set"' },
    ],
  ])('of %s', (_title, who, args, expected) => {
    expect(call(scene()[who], ['relation-set', ...args], joined)).toEqual(expected);
  });

  it('keeps everything after the first equals sign', () => {
    const run = scene().leader.begin(joined);
    run.tool({ tool: 'relation-set', args: ['url=postgresql://h?a=b\nc'] });
    const { stdout } = run.tool({ tool: 'relation-get', args: ['url', 'proxy/0'] });
    expect(stdout).toBe('postgresql://h?a=b\nc\n');
  });

  it('reads a map from stdin, and lets arguments win', () => {
    const run = scene().leader.begin(joined);
    const stdin = JSON.stringify({ a: 'file', b: 'file', port: '5432', 'private-address': '' });
    const args = ['-r', '1', '--file', '-', 'b=argument'];
    expect(run.tool({ tool: 'relation-set', args, stdin }).code).toBe(0);
    const { stdout } = run.tool({ tool: 'relation-get', args: ['--format=json', '-', 'proxy/0'] });
    expect(JSON.parse(stdout)).toEqual({
      a: 'file',
      b: 'argument',
      port: '5432',
      'egress-subnets': '10.1.0.1/32',
      'ingress-address': '10.1.0.1',
    });
  });

  it('takes numbers in a YAML file as text, and asks for stdin that was not sent', () => {
    const run = scene().leader.begin(joined);
    expect(run.tool({ tool: 'relation-set', args: ['--file', '-'] })).toMatchObject({
      code: 1,
      needsStdin: true,
      stderr: 'ERROR hook tool requires stdin, none supplied\n',
    });
    run.tool({ tool: 'relation-set', args: ['--file', '-'], stdin: 'port: 5432\n' });
    expect(run.tool({ tool: 'relation-get', args: ['port', 'proxy/0'] }).stdout).toBe('5432\n');
  });

  it('reads and writes files relative to the directory of the caller', () => {
    const cwd = mkdtempSync(join(tmpdir(), 'hook-tools-'));
    try {
      writeFileSync(join(cwd, 'data.yaml'), 'a: from-file\n');
      const run = scene().leader.begin(joined);
      run.tool({ tool: 'relation-set', args: ['--file', 'data.yaml'], cwd });
      const got = run.tool({
        tool: 'relation-get',
        args: ['a', 'proxy/0', '-o', 'out.txt'],
        cwd,
      });
      expect(got).toEqual({ code: 0, stdout: '', stderr: '' });
      expect(readFileSync(join(cwd, 'out.txt'), 'utf8')).toBe('from-file\n');
      const missing = run.tool({ tool: 'relation-set', args: ['--file', 'no.yaml'], cwd });
      expect(missing.stderr).toBe(`ERROR open ${cwd}/no.yaml: no such file or directory\n`);
    } finally {
      rmSync(cwd, { recursive: true });
    }
  });
});

describe('relation-ids and relation-list', () => {
  it.each<[string[], Hook | undefined, Expectation]>([
    [['relation-ids', 'db', '--format=json'], undefined, ok('["db:1"]\n')],
    [['relation-ids', 'site', '--format=json'], undefined, ok('[]\n')],
    [['relation-ids', 'site'], undefined, ok('')],
    [['relation-ids', 'undeclared', '--format=json'], undefined, ok('[]\n')],
    [['relation-ids'], joined, ok('db:1\n')],
    [['relation-ids'], undefined, refused('no endpoint name specified')],
    [['relation-list', '--format=json'], joined, ok('["pg/0"]\n')],
    [['relation-list', '--app', '--format=json'], joined, ok('"pg"\n')],
    [['relation-list', '-r', '0'], undefined, ok('proxy/1\n')],
    [['relation-list'], { ...joined, kind: 'relation-departed' }, ok('')],
    [['relation-model-get', '-r', '1', '--format=yaml'], undefined, {}],
  ])('%j', (line, hook, expected) => {
    expect(call(scene().leader, line, hook)).toMatchObject(expected);
  });

  it('no longer lists a relation that is breaking, which can still be read by its number', () => {
    const { juju, unit } = fixture();
    juju.addRemoteApplication('pg').addUnit();
    juju.relate('proxy:db', 'pg:database').update('pg/0', { host: 'h' });
    settle(unit);
    juju.removeRelation(1);
    const seen: string[] = [];
    settle(unit, (run) => {
      const ids = run.tool({ tool: 'relation-ids', args: ['db', '--format=json'] });
      const host = run.tool({ tool: 'relation-get', args: ['-r', '1', 'host', 'pg/0'] });
      seen.push(`${run.name} ${ids.stdout.trim()} ${host.stdout.trim()}`);
    });
    expect(seen).toEqual(['db-relation-departed [] h', 'db-relation-broken [] h']);
  });
});

describe('status-set and status-get', () => {
  it.each<['leader' | 'minion', string[], Expectation]>([
    ['leader', ['status-set'], refused('invalid args, require <status> [message]')],
    [
      'leader',
      ['status-set', 'error', 'x'],
      refused('invalid status "error", expected one of [maintenance blocked waiting active]'),
    ],
    ['leader', ['status-set', 'active', 'a', 'b'], refused('unrecognized args: ["b"]')],
    ['leader', ['status-set', 'active', '--', '-dashed'], ok('')],
    [
      'minion',
      ['status-set', '--application', 'active'],
      failed('setting application status: this unit is not the leader'),
    ],
    [
      'minion',
      ['status-get', '--application'],
      failed('finding application status: this unit is not the leader'),
    ],
    ['leader', ['status-get'], ok('unknown\n')],
    ['leader', ['status-get', '--application'], ok('unknown\n')],
    ['leader', ['status-get', '--format=json'], ok('{"status":"unknown"}\n')],
    [
      'leader',
      ['status-get', '--include-data', '--format=json'],
      ok('{"message":"","status":"unknown","status-data":{}}\n'),
    ],
    [
      'leader',
      ['status-get', '--application', '--format=json'],
      ok(
        '{"application-status":{"status":"unknown","units":{"proxy/0":{"status":"unknown"},"proxy/1":{"status":"unknown"}}}}\n',
      ),
    ],
  ])('%s: %j', (who, line, expected) => {
    expect(call(scene()[who], line)).toEqual(expected);
  });
});

describe('state', () => {
  it('is text by key, seen at once in the hook', () => {
    const run = scene().leader.begin(joined);
    run.tool({ tool: 'state-set', args: ['a=1', 'b=x=y'] });
    run.tool({ tool: 'state-set', args: ['--file', '-'], stdin: 'c: three\n' });
    run.tool({ tool: 'state-delete', args: ['a'] });
    const get = (...args: string[]): Expectation => run.tool({ tool: 'state-get', args });
    expect(get('--format=json')).toEqual(ok('{"b":"x=y","c":"three"}\n'));
    expect(get('b')).toEqual(ok('x=y\n'));
    expect(get('a')).toEqual(ok(''));
    expect(get('--strict', 'a')).toEqual(failed('"a" not found'));
  });

  it('prints no state as {} on 3.6 and as null on 4.0', () => {
    const line = ['state-get', '--format=json'];
    expect(call(scene('3.6.9').leader, line)).toEqual(ok('{}\n'));
    expect(call(scene('4.0.1').leader, line)).toEqual(ok('null\n'));
  });

  it('refuses a key or a value that is too long', () => {
    const { leader } = scene();
    expect(call(leader, ['state-set', `${'k'.repeat(257)}=v`]).code).toBe(1);
    expect(call(leader, ['state-set', `k=${'v'.repeat(65_537)}`]).code).toBe(1);
    expect(call(leader, ['state-set', `${'k'.repeat(256)}=${'v'.repeat(65_536)}`]).code).toBe(0);
  });
});

describe('ports', () => {
  it.each<[string[], Expectation]>([
    [['open-port'], refused('no port or range specified')],
    [
      ['open-port', '80/sctp'],
      refused('invalid protocol "sctp", expected "tcp", "udp", or "icmp"'),
    ],
    [['open-port', '90-80'], refused('invalid port range 90-80')],
    [
      ['open-port', '80-90'],
      failed('port ranges are not supported for k8s applications, please specify a single port'),
    ],
    [
      ['open-port', '70000'],
      refused('port range bounds must be between 0 and 65535, got 70000-70000'),
    ],
    [['close-port', '80'], ok('')],
  ])('%j', (line, expected) => {
    expect(call(scene().leader, line)).toEqual(expected);
  });

  it('are listed by protocol and number, with what the hook itself opened', () => {
    const run = scene().leader.begin(joined);
    for (const port of ['6432', '53/UDP', 'icmp', '80/tcp']) {
      run.tool({ tool: 'open-port', args: [port] });
    }
    run.tool({ tool: 'close-port', args: ['80'] });
    const listed = (...args: string[]): string | undefined =>
      run.tool({ tool: 'opened-ports', args }).stdout;
    expect(listed('--format=json')).toBe('["icmp","6432/tcp","53/udp"]\n');
    expect(listed('--endpoints')).toBe('icmp (*)\n6432/tcp (*)\n53/udp (*)\n');
  });
});

describe('ports of a unit on a machine', () => {
  const scripts: [string[][], Expectation][] = [
    [[['open-port', '80-90']], ok('')],
    [
      [
        ['open-port', '80-90'],
        ['open-port', '85'],
      ],
      failed(
        'cannot open 85/tcp (unit "proxy/0"): port range conflicts with 80-90/tcp (unit "proxy/0") requested earlier',
      ),
    ],
    [
      [
        ['open-port', '80-90'],
        ['open-port', '85/udp'],
      ],
      ok(''),
    ],
    [
      [
        ['open-port', '80-90'],
        ['open-port', '91-95'],
      ],
      ok(''),
    ],
    [
      [
        ['open-port', '80-90'],
        ['close-port', '80-90'],
        ['open-port', '85'],
      ],
      ok(''),
    ],
    [
      [['open-port', '7010']],
      failed(
        'cannot open 7010/tcp (unit "proxy/0"): port range conflicts with 7000-7100/tcp (unit "proxy/0")',
      ),
    ],
    [
      [['close-port', '7010-7020']],
      failed(
        'cannot close 7010-7020/tcp (unit "proxy/0"): port range conflicts with 7000-7100/tcp (unit "proxy/0")',
      ),
    ],
    [
      [
        ['open-port', '7000-7100'],
        ['open-port', '7000-7100', '--endpoints', 'site'],
      ],
      ok(''),
    ],
    [
      [
        ['close-port', '7000-7100'],
        ['close-port', '6000-6010'],
      ],
      ok(''),
    ],
  ];

  it.each(scripts)('%j', (lines, expected) => {
    const { unit } = fixture({ model: { type: 'iaas' } });
    call(unit, ['open-port', '7000-7100']);
    const run = unit.begin({ kind: 'update-status' });
    const replies = lines.map(([tool = '', ...args]) => run.tool({ tool, args }));
    expect(replies.at(-1)).toEqual(expected);
  });

  it('stay open when a hook closes and opens them, and closed the other way round', () => {
    const { unit } = fixture({ model: { type: 'iaas' } });
    call(unit, ['open-port', '7000-7100']);
    const during = (...lines: string[][]): string[] => {
      const run = unit.begin({ kind: 'update-status' });
      for (const [tool = '', ...args] of lines) run.tool({ tool, args });
      run.commit();
      return unit.ports;
    };
    expect(during(['close-port', '7000-7100'], ['open-port', '7000-7100'])).toEqual([
      '7000-7100/tcp',
    ]);
    expect(during(['open-port', '80'], ['close-port', '80'])).toEqual(['7000-7100/tcp']);
    expect(during(['close-port', '7000-7100'])).toEqual([]);
  });
});

describe('a unit on a machine', () => {
  it('knows its machine, and hears of its storage before install', () => {
    const storage = { data: { type: 'filesystem' } } as const;
    const { unit } = fixture({ model: { type: 'iaas' } }, { ...meta, storage });
    const paths = { charmDir: '/c', toolsDir: '/t', agentSocket: '/s', path: '/bin' };
    const env = unit.begin(unit.nextHook()!).environment(paths);
    expect(env).toMatchObject({ JUJU_MACHINE_ID: '0', CLOUD_API_VERSION: '' });
    expect(settle(unit).slice(0, 2)).toEqual(['data-storage-attached', 'install']);
    unit.agentRestarted();
    expect(settle(unit)).toEqual([]);
  });
});

describe('ports and endpoints', () => {
  it('are open for all endpoints, or for those that are named', () => {
    const run = scene().leader.begin(joined);
    const tell = (tool: string, ...args: string[]): string => run.tool({ tool, args }).stdout;
    tell('open-port', '80', '--endpoints', 'site, db');
    tell('open-port', '90');
    expect(tell('opened-ports', '--endpoints')).toBe('80/tcp (db, site)\n90/tcp (*)\n');
    tell('close-port', '80', '--endpoints', 'db');
    tell('close-port', '90', '--endpoints', 'db');
    expect(tell('opened-ports', '--endpoints')).toBe('80/tcp (site)\n90/tcp (cluster, site)\n');
    tell('open-port', '80');
    tell('close-port', '90');
    expect(tell('opened-ports', '--endpoints')).toBe('80/tcp (*)\n');
    expect(tell('opened-ports')).toBe('80/tcp\n');
  });

  it('fail the hook when an endpoint is not declared', () => {
    const { leader } = scene();
    const run = leader.begin(joined);
    run.tool({ tool: 'open-port', args: ['80', '--endpoints', 'nope'] });
    const outcome = run.commit();
    expect('reason' in outcome && outcome.reason).toContain('endpoint "nope" not found');
    expect(leader.ports).toEqual([]);
  });
});

describe('juju-reboot', () => {
  it('boots after the hook, which brings start', () => {
    const { leader } = scene();
    expect(call(leader, ['juju-reboot'])).toEqual(ok(''));
    expect(settle(leader)).toEqual(['start']);
  });

  it('boots at once with --now: what the hook wrote is dropped, and it is due again', () => {
    const { juju, unit } = fixture();
    settle(unit);
    juju.application('proxy').setConfig({ port: 81 });
    const run = unit.begin(unit.nextHook()!);
    run.tool({ tool: 'state-set', args: ['a=1'] });
    run.tool({ tool: 'juju-reboot', args: ['--now'] });
    expect(run.reboot).toBe('now');
    expect(run.commit()).toMatchObject({ committed: false });
    expect([unit.storedState, unit.failed]).toEqual([{}, undefined]);
    expect(settle(unit)).toEqual(['start', 'config-changed']);
  });

  it('boots nothing when the hook fails, and is refused in an action', () => {
    const { juju, unit } = fixture({}, { ...meta, actions: { act: {} } });
    settle(unit);
    const run = unit.begin({ kind: 'update-status' });
    run.tool({ tool: 'juju-reboot', args: [] });
    run.fail('exit status 1');
    unit.skipFailedHook();
    expect(settle(unit)).toEqual([]);
    const action = juju.unit('proxy/0').beginAction('act');
    expect(action.tool({ tool: 'juju-reboot', args: [] }).stderr).toBe(
      'ERROR juju-reboot is not supported when running an action.\n',
    );
  });
});

describe('the other tools', () => {
  it.each<['leader' | 'minion', string[], Expectation]>([
    ['leader', ['is-leader'], ok('True\n')],
    ['minion', ['is-leader'], ok('False\n')],
    ['leader', ['is-leader', '--format=json'], ok('true\n')],
    ['leader', ['is-leader', '--format=yaml'], ok('true\n')],
    ['leader', ['unit-get'], refused('no setting specified')],
    ['leader', ['unit-get', 'x'], refused('unknown setting "x"')],
    ['leader', ['unit-get', 'private-address'], ok('10.1.0.1\n')],
    ['leader', ['juju-log'], refused('no message specified')],
    [
      'leader',
      ['juju-log', '--format', 'json', 'x'],
      { code: 0, stdout: '', stderr: '--format flag deprecated for command "juju-log"' },
    ],
    ['leader', ['application-version-set'], refused('no version specified')],
    ['leader', ['action-get'], failed('not running an action')],
    [
      'leader',
      ['credential-get'],
      failed('cannot access cloud credentials: credential-get on a "caas" model not supported'),
    ],
    ['leader', ['network-get'], refused('no arguments specified')],
    ['leader', ['network-get', 'x'], failed(`binding name "x" not defined by the unit's charm`)],
    ['leader', ['network-get', 'db', '--bind-address'], ok('10.1.0.1\n')],
    ['leader', ['network-get', 'db', '--egress-subnets'], ok('10.1.0.1/32\n')],
    [
      'leader',
      ['network-get', 'db', '--format=json'],
      ok(
        '{"bind-addresses":[{"addresses":[{"cidr":"","hostname":"","value":"10.1.0.1"}],"interface-name":"","mac-address":""}],"egress-subnets":["10.1.0.1/32"],"ingress-addresses":["10.1.0.1"]}\n',
      ),
    ],
    [
      'leader',
      ['goal-state', '--format=smart'],
      refused('invalid value "smart" for option --format: unknown format "smart"'),
    ],
    [
      'leader',
      ['network-get', 'db', '--primary-address', '--bind-address'],
      failed('--primary-address must be the only flag specified'),
    ],
    [
      'leader',
      ['open-port', '80-90-100'],
      refused('invalid port "90-100": strconv.Atoi: parsing "90-100": invalid syntax'),
    ],
    [
      'leader',
      ['open-port', '80/tcp/x'],
      refused('invalid protocol "tcp/x", expected "tcp", "udp", or "icmp"'),
    ],
    ['leader', ['storage-list', '--format=json'], ok('[]\n')],
    ['leader', ['storage-get'], refused('no storage instance specified')],
  ])('%s: %j', (who, line, expected) => {
    expect(call(scene()[who], line)).toEqual(expected);
  });

  it('unit-get knows no address before the pod has one', () => {
    const { juju } = fixture();
    const unit = juju.application('proxy').addUnit();
    expect(call(unit, ['unit-get', 'private-address'])).toEqual(
      failed('private address not found'),
    );
    expect(call(unit, ['unit-get', 'public-address'])).toEqual(failed('public address not found'));
  });

  it('network-get repeats the keys of earlier days in YAML', () => {
    const { stdout = '' } = call(scene().leader, ['network-get', 'db']);
    expect(parse(stdout)).toEqual({
      'bind-addresses': [
        {
          'mac-address': '',
          macaddress: '',
          'interface-name': '',
          interfacename: '',
          addresses: [{ hostname: '', value: '10.1.0.1', address: '10.1.0.1', cidr: '' }],
        },
      ],
      'egress-subnets': ['10.1.0.1/32'],
      'ingress-addresses': ['10.1.0.1'],
    });
  });

  it('juju-log prefixes a relation hook with the relation and knows six levels', () => {
    const { juju, unit } = fixture();
    const logged: string[] = [];
    juju.subscribe((event) => {
      if (event.type === 'log') logged.push(`${event.level} ${event.logger} ${event.message}`);
    });
    call(unit, ['juju-log', '-l', 'trace', 'two', 'words']);
    call(unit, ['juju-log', '--debug', '--', '-x']);
    call(unit, ['juju-log', '--log-level', 'LOUD', 'x'], joined);
    expect(logged).toEqual([
      'TRACE unit.proxy/0.juju-log two words',
      'DEBUG unit.proxy/0.juju-log -x',
      'WARNING unit.proxy/0.juju-log db:1: Specified log level of "LOUD" is not valid',
      'INFO unit.proxy/0.juju-log db:1: x',
    ]);
  });

  it('resource-get prints a path without a newline, and knows only what was uploaded', () => {
    const charm = { ...meta, resources: { tls: { type: 'file', filename: 'tls.pem' } } } as const;
    const { juju, unit } = fixture({}, charm);
    expect(call(unit, ['resource-get'])).toEqual(refused('missing required resource name'));
    expect(call(unit, ['resource-get', 'tls'])).toEqual(
      failed('could not download resource: resource "tls" not found'),
    );
    juju.application('proxy').attachResource('tls', '/resources/tls/tls.pem');
    expect(call(unit, ['resource-get', 'tls'])).toEqual(ok('/resources/tls/tls.pem'));
    expect(() => juju.application('proxy').attachResource('x', '/x')).toThrow(/resource "x"/);
  });

  it('goal-state lists own units and those of related applications', () => {
    const { stdout } = call(scene().leader, ['goal-state', '--format=json']);
    const goal: unknown = JSON.parse(stdout ?? '');
    expect(goal).toMatchObject({
      units: { 'proxy/0': { status: 'unknown', since: '2026-01-01 00:00:00Z' }, 'proxy/1': {} },
      relations: { db: { pg: { status: 'joined' }, 'pg/0': {} } },
    });
  });

  it.each([
    ['secret-ids', '2.9.50'],
    ['secret-add', '2.9.50'],
    ['relation-model-get', '3.5.1'],
    ['leader-get', '4.0.0'],
    ['payload-register', '4.0.0'],
    ['pod-spec-set', '4.0.0'],
  ])('%s is none in Juju %s', (tool, version) => {
    const { unit } = fixture({ version });
    expect(call(unit, [tool])).toEqual(failed(`bad request: unknown command: ${tool}`));
  });

  it('have their names in the catalogue, each once', () => {
    expect(new Set(hookToolNames).size).toBe(hookToolNames.length);
    expect(HOOK_TOOL_NAMES).toEqual(hookToolNames);
    for (const name of hookToolNames) {
      expect(call(scene().leader, [name]).stderr).not.toContain('unknown command');
    }
  });
});
