import {
  Context,
  deferred,
  exec,
  InconsistentStateError,
  peerRelation,
  relation,
  secret,
  storage,
  stored,
  type JujuOccasion,
  type StateParts,
} from 'charmwright/testing';
import { describe, expect, it } from 'vitest';
import { Ledger, type meta } from './ledger-charm.ts';

type Parts = StateParts<typeof meta>;

const { on } = new Context(Ledger);
const db = relation('db', { id: 5, remoteApp: 'pg' });
const cluster = peerRelation('cluster', { id: 1, peers: { 'ledger/1': {} } });
const layers = { base: { checks: { up: { override: 'replace', tcp: { port: 80 } } } } } as const;
const reachable = { web: { canConnect: true } };
/** What plain JavaScript could pass. */
// oxlint-disable-next-line typescript/no-unsafe-type-assertion, typescript/no-unnecessary-type-parameters -- the tests are about wrong values
const untyped = <T>(value: unknown): T => value as T;

async function problemsOf(event: JujuOccasion, state: Parts): Promise<readonly string[]> {
  const error = await new Context(Ledger).run(event, state).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  return error instanceof InconsistentStateError ? error.problems : [];
}

const old = secret({ owner: 'pg', content: { key: 'aaaa' }, latestContent: { key: 'bbbb' } });
const own = secret({ content: { key: 'aaaa' }, latestContent: { key: 'bbbb' } });

describe('what Juju cannot produce is refused', () => {
  const impossible: Record<string, [JujuOccasion, Parts, string]> = {
    'an option that is not declared': [
      on.stop(),
      { config: untyped({ prot: 1 }) },
      'the charm has no option "prot": it declares port, motto',
    ],
    'a value of another type': [on.stop(), { config: untyped({ port: 'x' }) }, 'expected int'],
    'leader-elected on a unit that does not lead': [on.leaderElected(), {}, 'Write leader: true'],
    'leader-settings-changed on the leader': [
      on.leaderSettingsChanged(),
      { leader: true },
      'Write leader: false',
    ],
    'a port that is none': [on.stop(), { openedPorts: ['99999/tcp'] }, 'is no port'],
    'a port in other words': [on.stop(), { openedPorts: ['80'] }, 'Write 80/tcp'],
    'a range of ports on Kubernetes': [on.stop(), { openedPorts: ['80-90/tcp'] }, "type: 'iaas'"],
    'fewer planned units than none': [on.stop(), { plannedUnits: -1 }, 'plannedUnits is -1'],
    'two relations with one id': [
      on.stop(),
      { relations: [db, relation('site', { id: 5 })] },
      'two relations have the id 5',
    ],
    'an endpoint that is not declared': [
      on.stop(),
      { relations: [untyped(relation('dbs'))] },
      'the charm has no endpoint "dbs"',
    ],
    'a peer endpoint with another application': [
      on.stop(),
      { relations: [relation('cluster')] },
      "Write peerRelation('cluster', …)",
    ],
    'peers on an endpoint that is none of theirs': [
      on.stop(),
      { relations: [peerRelation('db')] },
      "Write relation('db', …)",
    ],
    'two peer relations of an endpoint': [
      on.stop(),
      { relations: [cluster, peerRelation('cluster', { id: 2 })] },
      'Juju makes one peer relation',
    ],
    'more relations than the limit': [
      on.stop(),
      { relations: [db, relation('db', { id: 6 })] },
      'its limit is 1',
    ],
    'a relation with oneself': [
      on.stop(),
      { relations: [relation('db', { remoteApp: 'ledger' })] },
      'only a peer relation is',
    ],
    'data of a remote application among peers': [
      on.stop(),
      { relations: [{ ...cluster, remoteAppData: { a: 'b' } }] },
      'Write it as `appData`',
    ],
    'a unit without a number': [
      on.stop(),
      { relations: [relation('db', { remoteApp: 'pg', remoteUnits: { pg: {} } })] },
      'is no unit',
    ],
    'the unit under test among its peers': [
      on.stop(),
      { relations: [peerRelation('cluster', { peers: { 'ledger/0': {} } })] },
      'is a peer of itself',
    ],
    'a unit of a third application': [
      on.stop(),
      { relations: [relation('db', { remoteApp: 'pg', remoteUnits: { 'my/0': {} } })] },
      'a unit of another application. Write pg/0',
    ],
    'a bag with something else than text': [
      on.stop(),
      { relations: [relation('db', { localAppData: untyped({ port: 1 }) })] },
      'bags hold text',
    ],
    'a bag with empty text': [
      on.stop(),
      { relations: [relation('db', { localAppData: { port: '' } })] },
      'Leave the key out',
    ],
    'an event of a relation that is not there': [on.relationChanged(db), {}, 'relation 5'],
    'joined without a unit in the relation': [
      on.relationJoined({ ...db, remoteUnits: {} }),
      { relations: [{ ...db, remoteUnits: {} }] },
      'is about a unit, and relation 5 has none',
    ],
    'joined by a unit that is not in the relation': [
      on.relationJoined(db, { unit: 'pg/3' }),
      { relations: [db] },
      'which is not in relation 5: that has pg/0',
    ],
    'joined by the unit itself': [
      on.relationJoined(cluster, { unit: 'ledger/0' }),
      { relations: [cluster] },
      'Juju tells a unit of others only',
    ],
    'departed by a third unit': [
      on.relationDeparted(db, { departingUnit: 'pg/9' }),
      { relations: [db] },
      'Correct `departingUnit`',
    ],
    'broken among peers': [
      on.relationBroken(cluster),
      { relations: [cluster] },
      'a peer relation lasts as long as its application',
    ],
    'a container that is not declared': [
      on.stop(),
      { containers: untyped({ wbe: {} }) },
      'the charm has no container "wbe": it declares web',
    ],
    'a service that no layer has': [
      on.stop(),
      { containers: { web: { services: { web: 'active' } } } },
      'Put it into `layers`',
    ],
    'a file with a relative path': [
      on.stop(),
      { containers: { web: { files: { 'etc/x': '' } } } },
      'Write /etc/x',
    ],
    'a directory whose path ends like a file': [
      on.stop(),
      { containers: { web: { files: { '/etc': { kind: 'directory' } } } } },
      'ends in a slash',
    ],
    'pebble-ready of a container that cannot be reached': [
      on.pebbleReady('web'),
      {},
      'containers: { web: { canConnect: true } }',
    ],
    'pebble-ready of a container that is not declared': [
      on.pebbleReady(untyped('wbe')),
      {},
      'the charm has no container "wbe"',
    ],
    'a notice that the container has not': [
      on.pebbleCustomNotice('web', 'a.example/b'),
      { containers: reachable },
      'Put it into `notices`',
    ],
    'a check that no layer has': [
      on.pebbleCheckFailed('web', 'up'),
      { containers: reachable },
      'the check "up"',
    ],
    'a relation with another model that is the same one': [
      on.stop(),
      { model: { uuid: 'u' }, relations: [relation('db', { remoteModel: 'u' })] },
      'Leave `remoteModel` out',
    ],
    'a cloud that Juju tells no charm on Kubernetes of': [
      on.stop(),
      {
        model: {
          cloud: {
            type: 'kubernetes',
            name: 'k8s',
            caCertificates: [],
            skipTlsVerify: false,
            isControllerCloud: false,
          },
        },
      },
      "jujuVersion: '3.6.10'",
    ],
    'two units where there can be one': [
      on.stop(),
      {
        relations: [
          relation('agent', { remoteUnits: { 'remote-agent/0': {}, 'remote-agent/1': {} } }),
        ],
      },
      'a unit sees only the one beside it',
    ],
    'a network without an address': [
      on.stop(),
      { networks: { db: { address: '' } } },
      'the network of db has no address',
    ],
    'a check of the state that no layer has': [
      on.stop(),
      { containers: { web: { checks: { up: 'up' } } } },
      'a check "up" that no layer of it has',
    ],
    'a check that is down too early': [
      on.stop(),
      { containers: { web: { layers, checks: { up: { status: 'down', failures: 1 } } } } },
      'it takes 3, its threshold',
    ],
    'a check that is up for too long': [
      on.stop(),
      { containers: { web: { layers, checks: { up: { failures: 3 } } } } },
      'is up after 3 failures in a row',
    ],
    'a check that counts what cannot be counted': [
      on.stop(),
      { containers: { web: { layers, checks: { up: { failures: -1 } } } } },
      'counts -1 failures',
    ],
    'two notices with one key': [
      on.stop(),
      { containers: { web: { notices: ['a.example/b', 'a.example/b'] } } },
      'to Pebble they are one that came twice',
    ],
    "a notice's key of another form": [
      on.stop(),
      { containers: { web: { notices: ['done'] } } },
      'Pebble takes example.com/path',
    ],
    "a notice's id of another form": [
      on.stop(),
      { containers: { web: { notices: [{ key: 'a.example/b', id: 'first' }] } } },
      'Pebble counts them from 1 on',
    ],
    'a time that is none': [
      on.stop(),
      { containers: { web: { notices: [{ key: 'a.example/b', lastOccurred: 'today' }] } } },
      'Write it as 2026-01-01T00:00:00Z',
    ],
    'two answers to one command': [
      on.stop(),
      { containers: { web: { execs: [exec(['/bin/a'], 1), exec(['/bin/a'], 2)] } } },
      'two execs for ["/bin/a"]',
    ],
    'a command of a program that is not there': [
      on.stop(),
      { containers: { web: { execs: [exec(['/bin/a'])], programs: { '/bin/a': undefined } } } },
      'and no program /bin/a',
    ],
    'two secrets with one id': [on.stop(), { secrets: [own, own] }, 'two secrets have the id'],
    'two secrets of an owner with one label': [
      on.stop(),
      { secrets: [secret({ label: 'a' }), secret({ label: 'a' })] },
      'have the label "a"',
    ],
    "a secret's id of another form": [on.stop(), { secrets: [secret({ id: 'x' })] }, 'no secret'],
    'a latest revision that is not there': [
      on.stop(),
      { secrets: [{ ...own, latest: 9 }] },
      'the latest exists and is the highest',
    ],
    'a tracked revision that is gone': [
      on.stop(),
      { secrets: [{ ...own, tracked: 9 }] },
      'the unit reads revision 9',
    ],
    'a secret without content': [
      on.stop(),
      { secrets: [secret({ content: {} })] },
      'without content',
    ],
    "a secret's key of another form": [
      on.stop(),
      { secrets: [secret({ content: { Key: 'x' } })] },
      '"Key" is no key of a secret',
    ],
    'a secret of an application that is not related': [
      on.stop(),
      { secrets: [old] },
      'no relation is with pg',
    ],
    'a secret event of a secret that is not there': [on.secretRotate(own), {}, 'the state has not'],
    'secret-changed to the owner': [on.secretChanged(own), { secrets: [own] }, "the charm's own"],
    'secret-changed to a unit that never read it': [
      on.secretChanged(old),
      { relations: [db], secrets: [{ ...old, tracked: undefined }] },
      'has not read',
    ],
    'secret-changed to a unit that may not read it': [
      on.secretChanged(old),
      { relations: [db], secrets: [{ ...old, granted: false }] },
      'may not read',
    ],
    "secret-remove of somebody else's secret": [
      on.secretRemove(old),
      { relations: [db], secrets: [old] },
      'or send secretChanged',
    ],
    "an event of the application's secret without leadership": [
      on.secretRemove(own),
      { secrets: [own] },
      'comes to its leader',
    ],
    'secret-rotate without a policy': [
      on.secretRotate(own),
      { leader: true, secrets: [own] },
      'rotates never',
    ],
    'secret-rotate before its time': [
      on.secretRotate(own),
      {
        leader: true,
        secrets: [{ ...own, rotate: 'daily', rotates: new Date('2027-01-01T00:00:00Z') }],
      },
      'is due at 2027-01-01',
    ],
    'secret-expired of a revision that lives': [
      on.secretExpired(own),
      { leader: true, secrets: [own] },
      'never does',
    ],
    'a secret event about a revision that is not there': [
      on.secretRemove(own, { revision: 7 }),
      { leader: true, secrets: [own] },
      'revision 7',
    ],
    'secret-remove of the latest revision': [
      on.secretRemove(own, { revision: 2 }),
      { leader: true, secrets: [own] },
      'is the latest',
    ],
    'secret-remove of a revision that is read': [
      on.secretRemove(own),
      { leader: true, secrets: [{ ...own, trackedByOthers: [1] }] },
      'still read',
    ],
    'a storage that is not declared': [
      on.stop(),
      { storages: [untyped(storage('dta'))] },
      'the charm has no storage "dta"',
    ],
    'two storages with one id': [
      on.stop(),
      { storages: [storage('data'), storage('data')] },
      'two storages are data/0',
    ],
    'more instances of a storage than one': [
      on.stop(),
      { storages: [storage('data'), storage('data', { index: 1 })] },
      'without `multiple`',
    ],
    'a storage event without its storage': [on.storageAttached(storage('data')), {}, 'data/0'],
    'detaching what is not attached': [
      on.storageDetaching(storage('data')),
      { storages: [storage('data', { attached: false })] },
      'is not attached',
    ],
    'a resource that is not declared': [
      on.stop(),
      { resources: untyped({ sead: '/x' }) },
      'the charm has no resource "sead"',
    ],
    'a network of a binding that is not declared': [
      on.stop(),
      { networks: untyped({ web: '10.0.0.1' }) },
      'the charm has no binding "web"',
    ],
    'an action that is not declared': [
      on.action(untyped<'backup'>('bakup')),
      {},
      'the charm has no action "bakup"',
    ],
    'an action without what it requires': [on.action('backup'), {}, 'target'],
    'a deferred event that nobody observes': [
      on.stop(),
      { deferred: [deferred(on.start(), { handler: 'onStart' })] },
      'charm.onStart, which does not observe it',
    ],
    'a deferred event that the charm has not': [
      on.stop(),
      { deferred: [deferred(on.pebbleReady(untyped('wbe')), { handler: 'onStart' })] },
      'the charm has no such event',
    ],
  };

  it.each(Object.entries(impossible))('%s', async (_, [event, state, sentence]) => {
    const problems = await problemsOf(event, state);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(sentence);
    expect(problems[0]).toMatch(/\.$/);
  });
});

it('all reasons come at once, under one sentence', async () => {
  const run = new Context(Ledger).run(on.leaderElected(), {
    openedPorts: ['80'],
    plannedUnits: -2,
  });
  await expect(run).rejects.toThrow(
    /^cannot run leader-elected: .*\n- leader-elected comes .*\n- "80" .*\n- plannedUnits/,
  );
});

it("no secret's content is in a message", async () => {
  const hidden = {
    ...own,
    latest: 9,
    revisions: { 1: { content: { Bad: 'sesame' }, expires: undefined } },
  };
  const problems = await problemsOf(on.secretRotate(hidden), { secrets: [hidden] });
  expect(problems.length).toBeGreaterThan(2);
  expect(problems.join()).not.toContain('sesame');
});

describe('what is odd is told, and runs', () => {
  it.each<[string, JujuOccasion, Parts, string]>([
    [
      'fewer planned units than there are',
      on.stop(),
      { relations: [cluster], plannedUnits: 1 },
      'scaling down',
    ],
    [
      'a secret that did not change',
      on.secretChanged(secret({ id: old.id, owner: 'pg', content: { password: 'aaaa' } })),
      {
        relations: [db],
        containers: reachable,
        secrets: [secret({ id: old.id, owner: 'pg', content: { password: 'aaaa' } })],
      },
      'reads the latest',
    ],
    [
      'stored state that no object has',
      on.stop(),
      { stored: { 'charm/sen': stored(1), 'charm/seen': stored({ runs: 1 }) } },
      '"charm/sen" is stored, and no object of the charm has it: there is charm/seen.',
    ],
    [
      'a check that has recovered since it failed',
      on.pebbleCheckFailed('web', 'up'),
      { containers: { web: { canConnect: true, layers, checks: { up: 'up' } } } },
      'Say in `checks` that it is down',
    ],
  ])('%s', async (_, event, state, sentence) => {
    const { warnings } = await new Context(Ledger).run(event, state);
    expect(warnings).toMatchObject([expect.stringContaining(sentence)]);
  });
});
