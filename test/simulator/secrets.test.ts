import { describe, expect, it } from 'vitest';
import type { HookRun } from '../../src/simulator/hook-run.ts';
import type { SimulatedUnit } from '../../src/simulator/simulated-unit.ts';
import { fixture, settle, settleAll, step, type Fixture } from './fixture.ts';

interface Scene extends Fixture {
  readonly minion: SimulatedUnit;
  /** A unit with a charm of its own on the other side of relation 1. */
  readonly reader: SimulatedUnit;
}

/** The leader proxy/0, the minion proxy/1, and reader/0, which requires the site of the proxy. */
function scene(version = '3.6.9'): Scene {
  const made = fixture({ version });
  const minion = made.juju.application('proxy').addUnit({ address: '10.1.0.2' });
  const reader = made.juju
    .addApplication('reader', {
      name: 'reader',
      containers: {},
      peers: {},
      requires: { site: { interface: 'http' } },
      provides: {},
      storage: {},
      resources: {},
      options: {},
      actions: {},
    })
    .addUnit({ address: '10.1.0.3' });
  made.juju.relate('proxy:site', 'reader:site');
  settleAll([made.unit, minion, reader]);
  return { ...made, minion, reader };
}

function begin(unit: SimulatedUnit): HookRun {
  return unit.begin({ kind: 'update-status' });
}

/** One hook that makes one call and commits. */
function call(unit: SimulatedUnit, ...line: string[]): string {
  const run = begin(unit);
  const text = say(run, ...line);
  run.commit();
  return text;
}

/** What a tool printed, without the final newline. */
function say(run: HookRun, ...[tool = '', ...args]: string[]): string {
  const { stdout, stderr } = run.tool({ tool, args });
  return `${stdout}${stderr}`.trimEnd();
}

/** Adds a secret of the application, granted to the reader. */
function shared({ unit }: Scene, ...args: string[]): string {
  const run = begin(unit);
  const uri = say(run, 'secret-add', 'password=first', ...args);
  say(run, 'secret-grant', uri, '-r', '1');
  expect(run.commit()).toEqual({ committed: true });
  return uri;
}

/** What a run's environment says of a secret. */
function environmentOf(run: HookRun): Record<string, string | undefined> {
  const paths = { charmDir: '/c', toolsDir: '/t', agentSocket: '/s', path: '/bin' };
  return Object.fromEntries(
    Object.entries(run.environment(paths)).filter(([name]) => name.startsWith('JUJU_SECRET_')),
  );
}

const missing = '9m4e2mr0ui3e8a215n40';

describe('what secret tools refuse before they do anything', () => {
  it.each<[string[], number, string]>([
    [['secret-add'], 2, 'missing secret value or filename'],
    [['secret-add', 'pw=x'], 2, 'key "pw" not valid'],
    [['secret-add', 'Password=x'], 2, 'key "Password" not valid'],
    [['secret-add', 's3cret'], 2, 'key value "…" not valid'],
    [['secret-add', 'password='], 2, 'key value "…" not valid'],
    [['secret-add', '--rotate', 'often', 'key=x'], 2, 'rotate policy "often" not valid'],
    [['secret-add', '--expire', '-1h', 'key=x'], 2, 'negative expire duration "-1h" not valid'],
    [['secret-add', '--expire', 'soon', 'key=x'], 2, 'expire time or duration "soon" not valid'],
    [['secret-add', '--owner', 'me', 'key=x'], 2, 'secret owner "me" not valid'],
    [['secret-add', 'key#file=/nowhere'], 1, 'open /nowhere: no such file or directory'],
    [['secret-set'], 2, 'missing secret URI'],
    [['secret-set', 'x'], 2, 'secret URI "x" not valid'],
    [['secret-get'], 2, 'require either a secret URI or label'],
    [['secret-get', 'secret:x'], 2, 'secret URI "secret:x" not valid'],
    [
      ['secret-get', missing, '--peek', '--refresh'],
      2,
      'specify one of --peek or --refresh but not both',
    ],
    [['secret-get', missing], 1, `secret "${missing}" not found`],
    [['secret-get', '--label', 'x'], 1, 'consumer label "x" not found'],
    [
      ['secret-get', missing, '--format=smart'],
      2,
      'invalid value "smart" for option --format: unknown format "smart"',
    ],
    [['secret-info-get'], 2, 'require either a secret URI or label'],
    [
      ['secret-info-get', missing, '--label', 'x'],
      2,
      'specify either a secret URI or label but not both',
    ],
    [['secret-info-get', '--label', 'x'], 1, 'secret "x" not found'],
    [['secret-grant'], 2, 'missing secret URI'],
    [['secret-grant', missing], 2, 'no relation id specified'],
    [
      ['secret-grant', missing, '-r', '1', '--unit', 'pg/0'],
      2,
      'cannot specify unit "pg/0" in relation to application "reader"',
    ],
    [['secret-grant', missing, '-r', '1'], 1, `secret "${missing}" not found`],
    [['secret-revoke', missing], 2, 'missing relation or application or unit'],
    [
      ['secret-revoke', missing, '--app', 'pg', '--unit', 'pg/0'],
      2,
      'specify only one of application or unit',
    ],
    [['secret-remove'], 2, 'missing secret URI'],
    [
      ['secret-remove', missing, '--revision', 'x'],
      2,
      'invalid value "x" for option --revision: strconv.ParseInt: parsing "x": invalid syntax',
    ],
  ])('%j', ([tool = '', ...args], code, text) => {
    const reply = begin(scene().unit).tool({ tool, args });
    expect(reply).toEqual({ code, stdout: '', stderr: `ERROR ${text}\n` });
  });

  it('refuses a minion that adds a secret for the application', () => {
    expect(call(scene().minion, 'secret-add', 'key=x')).toBe('ERROR this unit is not the leader');
  });

  it('refuses more than a million bytes in base64', () => {
    const run = begin(scene().unit);
    expect(say(run, 'secret-add', `key=${'x'.repeat(750_001)}`)).toMatch(
      /^ERROR base64 encoded secret content for key "key" too large: \d+ bytes$/,
    );
    const halves = ['one', 'two'].map((key) => `${key}=${'x'.repeat(400_000)}`);
    expect(say(run, 'secret-add', ...halves)).toMatch(
      /^ERROR base64 encoded secret content too large: \d+ bytes$/,
    );
  });

  it('repeats no value of a file that is not YAML', () => {
    const { unit } = scene();
    const files = { read: () => '{ password: s3cret', write: () => undefined };
    const run = unit.begin({ kind: 'update-status' }, { files });
    const { stderr } = run.tool({ tool: 'secret-add', args: ['--file', 'f'], cwd: '/' });
    expect(stderr).toMatch(/^ERROR yaml: /);
    expect(stderr).not.toContain('s3cret');
  });
});

describe('a secret that a hook adds', () => {
  it('has an id of twenty letters and digits, and can be read before it is committed', () => {
    const run = begin(scene().unit);
    const uri = say(run, 'secret-add', 'password=x', 'token#base64=QQ==', '--label', 'own');
    expect(uri).toMatch(/^secret:[0-9a-v]{20}$/);
    expect(say(run, 'secret-get', uri, '--format=json')).toBe('{"password":"x","token":"A"}');
    expect(say(run, 'secret-get', '--label', 'own')).toBe('password: x\ntoken: A');
    expect(say(run, 'secret-get', uri, 'password#base64')).toBe('eA==');
    expect(say(run, 'secret-get', uri, 'other')).toBe('ERROR secret key value "other" not found');
  });

  it('is dropped when the hook fails', () => {
    const { juju, unit } = scene();
    const run = begin(unit);
    say(run, 'secret-add', 'password=x');
    run.fail('exit status 1');
    expect(juju.secrets).toEqual([]);
  });

  it('reads values from files relative to the working directory', () => {
    const { juju, unit } = scene();
    const files = {
      read: (path: string) => (path === '/charm/all.yaml' ? 'user: admin\n' : `in ${path}`),
      write: () => undefined,
    };
    const run = unit.begin({ kind: 'update-status' }, { files });
    run.tool({
      tool: 'secret-add',
      args: ['password#file=pw', '--file', 'all.yaml'],
      cwd: '/charm',
    });
    run.commit();
    expect(juju.secrets[0]?.content()).toEqual({ password: 'in /charm/pw', user: 'admin' });
  });

  it('is refused a label that another one of the same hook has', () => {
    const run = begin(scene().unit);
    say(run, 'secret-add', 'password=x', '--label', 'own');
    expect(say(run, 'secret-add', 'password=y', '--label', 'own')).toBe(
      'ERROR secret with label "own" already exists',
    );
  });

  it('fails the hook at its commit when another committed one has its label', () => {
    const { unit, juju } = scene();
    call(unit, 'secret-add', 'password=x', '--label', 'own');
    const run = begin(unit);
    say(run, 'secret-add', 'password=y', '--label', 'own');
    expect(run.commit()).toMatchObject({
      committed: false,
      reason: expect.stringContaining('secret with label "own" already exists'),
    });
    expect(juju.secrets).toHaveLength(1);
  });

  it('leaves the same label to another owner', () => {
    const { unit, juju } = scene();
    call(unit, 'secret-add', 'password=x', '--label', 'own');
    call(unit, 'secret-add', 'password=y', '--label', 'own', '--owner', 'unit');
    expect(juju.secrets.map(({ owner }) => owner.kind)).toEqual(['application', 'unit']);
  });
});

describe('secret-info-get and secret-ids', () => {
  it('tell of secrets that the unit manages, and of who may read them', () => {
    const made = scene();
    const uri = shared(made, '--label', 'own', '--rotate', 'daily', '--description', 'd');
    const id = uri.replace('secret:', '');
    expect(JSON.parse(call(made.unit, 'secret-info-get', uri, '--format=json'))).toEqual({
      [id]: {
        revision: 1,
        label: 'own',
        owner: 'application',
        description: 'd',
        rotation: 'daily',
        rotates: '2026-01-02T00:00:00Z',
        access: [
          {
            target: 'application-reader',
            scope: 'relation-reader.site#proxy.site',
            role: 'view',
          },
        ],
      },
    });
    expect(call(made.unit, 'secret-info-get', '--label', 'own')).toContain(`${id}:\n`);
    expect(call(made.unit, 'secret-ids')).toBe(id);
  });

  it('know nothing of a secret that the unit can only read', () => {
    const made = scene();
    const uri = shared(made);
    for (const unit of [made.minion, made.reader]) {
      expect(call(unit, 'secret-info-get', uri)).toBe(
        `ERROR secret "${uri.replace('secret:', '')}" not found`,
      );
      expect(call(unit, 'secret-ids', '--format=json')).toBe('null');
    }
  });
});

describe('reading', () => {
  it('is refused without a grant, and with one that was revoked or whose relation is gone', () => {
    const made = scene();
    const { unit, reader, juju } = made;
    const uri = shared(made);
    expect(call(reader, 'secret-get', uri)).toBe('password: first');
    call(unit, 'secret-revoke', uri, '-r', '1');
    expect(call(reader, 'secret-get', uri)).toBe('ERROR permission denied');
    call(unit, 'secret-grant', uri, '-r', '1', '--unit', 'reader/0');
    expect(call(reader, 'secret-get', uri)).toBe('password: first');
    juju.removeRelation(1);
    settleAll([unit, made.minion, reader]);
    expect(call(reader, 'secret-get', uri)).toBe('ERROR permission denied');
  });

  it('grants an application only after grants to its units are revoked', () => {
    const { unit } = scene();
    const uri = call(unit, 'secret-add', 'password=x');
    call(unit, 'secret-grant', uri, '-r', '1', '--unit', 'reader/0');
    expect(call(unit, 'secret-grant', uri, '-r', '1')).toBe(
      'ERROR any unit level grants need to be revoked before granting access to the corresponding application',
    );
  });

  it('pins a consumer to the revision that it first read, until it refreshes', () => {
    const made = scene();
    const { unit, reader, juju } = made;
    const uri = shared(made);
    const read = (...flags: string[]): string =>
      call(reader, 'secret-get', uri, 'password', ...flags);
    expect(read()).toBe('first');
    call(unit, 'secret-set', uri, 'password=second');
    expect([read(), read('--peek'), read(), read('--refresh'), read()]).toEqual([
      'first',
      'second',
      'first',
      'second',
      'second',
    ]);
    expect(juju.secret(uri).trackedRevision('reader/0')).toBe(2);
  });

  it('gives the latest revision to the owner and to fellow units of an owning application', () => {
    const made = scene();
    const uri = shared(made);
    expect(call(made.minion, 'secret-get', uri, 'password')).toBe('first');
    call(made.unit, 'secret-set', uri, 'password=second');
    expect(call(made.unit, 'secret-get', uri, 'password')).toBe('second');
    expect(call(made.minion, 'secret-get', uri, 'password')).toBe('second');
  });

  it('shows an update of the same hook only to a peek or a refresh', () => {
    const made = scene();
    const uri = shared(made);
    const run = begin(made.unit);
    say(run, 'secret-set', uri, 'password=second');
    expect(say(run, 'secret-get', uri, 'password')).toBe('first');
    expect(say(run, 'secret-get', uri, 'password', '--peek')).toBe('second');
  });

  it('keeps labels of a consumer apart from those of the owner', () => {
    const made = scene();
    const uri = shared(made, '--label', 'ours');
    expect(call(made.reader, 'secret-get', '--label', 'ours')).toBe(
      'ERROR consumer label "ours" not found',
    );
    call(made.reader, 'secret-get', uri, '--label', 'theirs');
    expect(call(made.reader, 'secret-get', '--label', 'theirs')).toBe('password: first');
    expect(call(made.minion, 'secret-get', '--label', 'ours')).toBe('password: first');
    expect(made.juju.secret(uri).label).toBe('ours');
  });

  it('keeps pin and label of a hook that fails', () => {
    const made = scene();
    const uri = shared(made);
    const run = begin(made.reader);
    say(run, 'secret-get', uri, '--label', 'theirs');
    run.fail('exit status 1');
    expect(made.juju.secret(uri).trackedRevision('reader/0')).toBe(1);
  });
});

describe('writing', () => {
  it('merges several sets of one hook into one revision', () => {
    const made = scene();
    const uri = shared(made);
    const run = begin(made.unit);
    say(run, 'secret-set', uri, 'password=second');
    say(run, 'secret-set', uri, '--description', 'd');
    say(run, 'secret-set', uri, 'password=third');
    run.commit();
    const secret = made.juju.secret(uri);
    expect([secret.latestRevision, secret.content(), secret.description]).toEqual([
      2,
      { password: 'third' },
      'd',
    ]);
  });

  it('makes no revision of the content that is there already', () => {
    const made = scene();
    const uri = shared(made);
    call(made.unit, 'secret-set', uri, 'password=first');
    expect(made.juju.secret(uri).latestRevision).toBe(1);
  });

  it('fails the hook of a unit that does not own the secret', () => {
    const made = scene();
    const uri = shared(made);
    for (const unit of [made.minion, made.reader]) {
      const run = begin(unit);
      expect(run.tool({ tool: 'secret-set', args: [uri, 'password=mine'] }).code).toBe(0);
      expect(run.commit()).toMatchObject({ committed: false });
    }
    expect(made.juju.secret(uri).content()).toEqual({ password: 'first' });
  });

  it('is refused at the call once the leadership is lost', () => {
    const made = scene();
    const uri = shared(made);
    const run = begin(made.unit);
    made.juju.application('proxy').setLeader('proxy/1');
    expect(say(run, 'secret-remove', uri)).toBe('ERROR this unit is not the leader');
  });

  it('removes a revision or the whole secret when the hook commits', () => {
    const made = scene();
    const uri = shared(made);
    call(made.unit, 'secret-set', uri, 'password=second');
    call(made.unit, 'secret-remove', uri, '--revision', '1');
    expect(made.juju.secret(uri).revisions).toEqual([2]);
    const run = begin(made.unit);
    say(run, 'secret-remove', uri);
    expect(made.juju.secrets).toHaveLength(1);
    run.commit();
    expect(made.juju.secrets).toEqual([]);
  });

  it.each([
    ['3.6.9', 1],
    ['4.0.12', 0],
  ])(
    'on %s leaves %i secrets of a hook whose commit is refused for another reason',
    (version, left) => {
      const { unit, juju } = scene(version);
      const run = begin(unit);
      say(run, 'secret-add', '--owner', 'unit', 'password=x');
      say(run, 'relation-set', '-r', '1', '--app', 'a=1');
      juju.application('proxy').setLeader('proxy/1');
      expect(run.commit()).toMatchObject({ committed: false });
      expect(juju.secrets).toHaveLength(left);
    },
  );
});

describe('hooks about secrets', () => {
  it('tell a consumer of a new revision once, with its own label', () => {
    const made = scene();
    const uri = shared(made);
    call(made.reader, 'secret-get', uri, '--label', 'theirs');
    expect(settle(made.reader)).toEqual([]);
    call(made.unit, 'secret-set', uri, 'password=second');
    call(made.unit, 'secret-set', uri, 'password=third');
    const seen: unknown[] = [];
    expect(settle(made.reader, (run) => seen.push(environmentOf(run)))).toEqual(['secret-changed']);
    expect(seen).toEqual([{ JUJU_SECRET_ID: uri, JUJU_SECRET_LABEL: 'theirs' }]);
  });

  it('do not tell a consumer of what changed while its agent was down', () => {
    const made = scene();
    const uri = shared(made);
    call(made.reader, 'secret-get', uri);
    call(made.unit, 'secret-set', uri, 'password=second');
    made.reader.agentRestarted();
    expect(settle(made.reader)).toEqual(['start']);
  });

  it('ask the owner to remove a revision that nobody tracks any more', () => {
    const made = scene();
    const uri = shared(made, '--label', 'ours');
    call(made.reader, 'secret-get', uri);
    call(made.unit, 'secret-set', uri, 'password=second');
    expect(settle(made.unit)).toEqual([]);
    call(made.reader, 'secret-get', uri, '--refresh');
    const seen: unknown[] = [];
    expect(settle(made.unit, (run) => seen.push(environmentOf(run)))).toEqual(['secret-remove']);
    expect(seen).toEqual([
      { JUJU_SECRET_ID: uri, JUJU_SECRET_LABEL: 'ours', JUJU_SECRET_REVISION: '1' },
    ]);
    expect(settle(made.minion)).toEqual([]);
  });

  it('ask for a rotation at its time, and again soon when there was no new revision', () => {
    const made = scene();
    const { clock, unit } = made;
    const uri = shared(made, '--rotate', 'hourly');
    const due = (): string[] => settle(unit).filter((name) => name.startsWith('secret-'));
    clock.advance(3_599_000);
    expect(due()).toEqual([]);
    clock.advance(1_000);
    expect(due()).toEqual(['secret-rotate']);
    clock.advance(300_000);
    expect(
      step(unit, (run) => {
        expect(environmentOf(run)).toEqual({ JUJU_SECRET_ID: uri, JUJU_SECRET_LABEL: '' });
        say(run, 'secret-set', uri, 'password=second');
      }),
    ).toMatchObject({ kind: 'secret-rotate' });
    clock.advance(3_000_000);
    expect(due()).toEqual(['secret-remove']);
    clock.advance(600_000);
    expect(due()).toEqual(['secret-rotate']);
  });

  it('repeat that a revision has expired until it is removed', () => {
    const made = scene();
    const { clock, unit } = made;
    const uri = shared(made, '--expire', '24h');
    const expired = (charm?: (run: HookRun) => void): string[] =>
      settle(unit, charm).filter((name) => name.startsWith('secret-'));
    clock.advance(86_400_000);
    expect([expired(), expired()]).toEqual([['secret-expired'], []]);
    clock.advance(300_000);
    expect(
      expired((run) => {
        if (run.name !== 'secret-expired') return;
        expect(environmentOf(run)['JUJU_SECRET_REVISION']).toBe('1');
        say(run, 'secret-remove', uri, '--revision', '1');
      }),
    ).toEqual(['secret-expired']);
    clock.advance(300_000);
    expect(expired()).toEqual([]);
  });

  it('go to the leader alone for a secret of the application', () => {
    const made = scene();
    shared(made, '--rotate', 'hourly');
    made.juju.application('proxy').setLeader('proxy/1');
    made.clock.advance(3_600_000);
    expect(settle(made.unit)).not.toContain('secret-rotate');
    expect(settle(made.minion)).toContain('secret-rotate');
  });
});

describe("an operator's secret", () => {
  it('is read by the application that it was granted to, which is told of changes', () => {
    const { juju, unit } = scene();
    const secret = juju.addSecret({ password: 'first' }, { label: 'db' });
    expect(call(unit, 'secret-get', secret.uri)).toBe('ERROR permission denied');
    secret.grant('proxy');
    expect(call(unit, 'secret-get', secret.uri)).toBe('password: first');
    secret.setContent({ password: 'second' });
    expect(settle(unit)).toEqual(['secret-changed']);
    expect(call(unit, 'secret-get', secret.uri)).toBe('password: first');
    expect(call(unit, 'secret-get', secret.uri, '--refresh')).toBe('password: second');
    expect(secret.revisions).toEqual([1, 2]);
  });

  it('loses revisions that nobody reads if it is to', () => {
    const { juju } = scene();
    const secret = juju.addSecret({ password: 'first' }, { autoPrune: true });
    secret.setContent({ password: 'second' });
    expect(secret.revisions).toEqual([2]);
  });
});

it('secrets of a unit go with it', () => {
  const { juju, minion } = scene();
  call(minion, 'secret-add', '--owner', 'unit', 'password=x');
  juju.application('proxy').removeUnit('proxy/1');
  settle(minion);
  expect(juju.secrets).toEqual([]);
});
