import 'charmwright/testing/vitest';

import { onlyRelation, withContainer, withRelation, type Bag } from 'charmwright/testing';
import { describe, expect, test } from 'vitest';

import {
  backendData,
  fileText,
  pgbouncerUnderTest,
  runningUnit as runningHarness,
} from './pgbouncer-under-test.ts';
import {
  backend,
  client,
  context,
  fileIn,
  filesIn,
  follower,
  leader,
  on,
  published,
  runningUnit,
  told,
  type PgBouncerState,
} from './states.ts';

const running = await runningUnit();
const postgres = backend();
const related = await context.stateAfter(
  [on.relationChanged(postgres)],
  withRelation(running, postgres),
);

/** What becomes of a unit when its backend writes something. */
async function afterWriting(state: PgBouncerState, data: Bag) {
  const known = state.relations.some(({ endpoint }) => endpoint === 'backend-database');
  const writing = known
    ? withRelation(state, 'backend-database', { remoteAppData: data })
    : withRelation(state, backend(data));
  return await context.run(on.relationChanged(onlyRelation(writing, 'backend-database')), writing);
}

describe('a backend that comes', () => {
  test.each([
    ['leader', leader(), { database: 'pgbouncer' }],
    ['follower', follower(), {}],
  ])('is asked for a database by the leader alone: %s', async (_, unit, asked) => {
    const fresh = backend({});
    const { state } = await context.run(on.relationCreated(fresh), withRelation(unit, fresh));
    expect(onlyRelation(state, 'backend-database').localAppData).toEqual(asked);
  });

  test('reaches the files by SIGHUP, the peers, and the status', async () => {
    const blocked = await context.stateAfter([on.updateStatus()], running);
    expect(blocked).toHaveStatus('blocked');
    const { state, workload } = await afterWriting(blocked, backendData);
    const target = 'orders = dbname=orders host=10.2.0.1 port=5432\n';
    expect(fileIn(state, 'instance_1/pgbouncer.ini')).toContain(target);
    expect(fileIn(state, 'userlist.txt')).toBe('"relation_7" "sesame-open-7"\n');
    expect(published(state)['cfg_file']).toContain(target);
    expect(workload.pgbouncer).toMatchObject({
      started: [],
      signals: { pgbouncer_0: ['SIGHUP'], pgbouncer_1: ['SIGHUP'] },
    });
    expect(state).toHaveStatus('active', '');
  });

  test('with several endpoints is several hosts', async () => {
    const endpoints = 'db-0.example:5433,[fd00::2]:5433';
    const { state } = await afterWriting(running, { ...backendData, endpoints });
    expect(fileIn(state, 'pgbouncer.ini')).toContain('host=db-0.example,fd00::2 port=5433\n');
  });

  test.each(['pgbouncer', 'my db', "Ann's", 'postgres '])(
    'with the database %j, which cannot be a key, is served as backend',
    async (database) => {
      const { state } = await afterWriting(running, { ...backendData, database });
      expect(fileIn(state, 'pgbouncer.ini')).toMatch(
        /^backend = dbname=.* host=10.2.0.1 port=5432$/m,
      );
    },
  );

  test('while the container is away is in the files when that is back', async () => {
    const away = withContainer(running, 'pgbouncer', { canConnect: false });
    const { state } = await afterWriting(away, backendData);
    const back = withContainer(state, 'pgbouncer', {
      ...leader().containers.pgbouncer,
      canConnect: true,
    });
    const { state: after } = await context.run(on.pebbleReady('pgbouncer'), back);
    expect(fileIn(after, 'userlist.txt')).toContain('relation_7');
  });
});

describe('a backend that is there', () => {
  test('changes the file of users alone with a new password, which is nowhere else', async () => {
    const result = await afterWriting(related, { ...backendData, password: 'sesame-2' });
    const { 'userlist.txt': users, ...others } = filesIn(result.state);
    const { 'userlist.txt': _, ...before } = filesIn(related);
    expect(users?.text).toBe('"relation_7" "sesame-2"\n');
    expect(others).toEqual(before);
    const { logs, state, hookToolCalls } = result;
    const calls = hookToolCalls.map(({ tool, args, stdin }) => ({ tool, args, stdin }));
    const shown = { others, logs, calls, own: published(state), status: state.unitStatus };
    expect(JSON.stringify(shown)).not.toContain('sesame');
  });

  test('takes its database and users along when it goes', async () => {
    const { state } = await context.run(
      on.relationBroken(onlyRelation(related, 'backend-database')),
      withRelation(related, 'backend-database', { remoteUnits: {} }),
    );
    expect(fileIn(state, 'instance_0/pgbouncer.ini')).not.toMatch(/orders|auth_file/);
    expect(filesIn(state)).not.toHaveProperty(['userlist.txt']);
    expect(state).toHaveStatus('blocked', 'waiting for backend database relation to initialise');
    const { state: again } = await afterWriting(state, backendData);
    expect(fileIn(again, 'userlist.txt')).toContain('relation_7');
    expect(again).toHaveStatus('active');
  });
});

describe('hostile data', () => {
  const hostile: Readonly<Record<string, Bag>> = {
    'a line break in an endpoint': { endpoints: 'db:5432\nauth_type = any' },
    'a parameter in an endpoint': { endpoints: 'db user=postgres:5432' },
    'a quote in an endpoint': { endpoints: "d'b:5432" },
    'an endpoint without a port': { endpoints: 'db' },
    'a port that is none': { endpoints: 'db:99999' },
    'two ports': { endpoints: 'a:1,b:2' },
    'an include for a database': { database: 'x\n%include /etc/passwd' },
    'a NUL in the database': { database: 'x\0y' },
    'a comment in the database': { database: 'x ; y' },
    'a database of 64 bytes': { database: 'x'.repeat(64) },
    'a line break in the user': { username: 'x"\n"admin' },
    'a NUL in the user': { username: 'x\0y' },
    'a user of a megabyte': { username: 'x'.repeat(1024 * 1024) },
    'a line break in the password': { password: 'x"\n"admin" "y' },
    'a password that looks like a hash': { password: `md5${'0'.repeat(32)}` },
    'a password of megabytes': { password: 'x'.repeat(1024 * 1024) },
    'endpoints of megabytes': { endpoints: 'a:1,'.repeat(1024 * 256) },
  };

  test.each(Object.entries(hostile))('%s is warned about and reaches no file', async (_, data) => {
    const [key = ''] = Object.keys(data);
    const result = await afterWriting(running, { ...backendData, ...data });
    const unusable = new RegExp(`backend database is not usable yet: in its data, ${key} [a-z]`);
    expect(result).toHaveLogged(unusable, 'warning');
    expect(result.logs.every(({ message }) => message.length < 1000)).toBe(true);
    expect(filesIn(result.state)).toEqual(filesIn(running));
    const { state } = await context.run(on.updateStatus(), result.state);
    expect(state).toHaveStatus('blocked');
  });

  test('from a backend that worked leaves what worked', async () => {
    const { state } = await afterWriting(related, { ...backendData, endpoints: 'evil\n:1' });
    expect(filesIn(state)).toEqual(filesIn(related));
  });

  test('from keys that nobody reads, or a version that is none, goes nowhere', async () => {
    const serving = withRelation(running, client());
    const junk = { junk: 'x'.repeat(1024 * 1024), version: '15\nevil' };
    const { state } = await afterWriting(serving, { ...backendData, ...junk });
    expect(fileIn(state, 'userlist.txt')).toContain('relation_7');
    expect(Object.keys(told(state))).toEqual(['endpoints']);
  });
});

describe('peers', () => {
  const hostname = 'pgbouncer-k8s-0.pgbouncer-k8s-endpoints.shop.svc.cluster.local';
  const second: PgBouncerState = { ...running, leader: false };

  /** What becomes of a follower that runs when the leader has published something. */
  async function afterPublishing(localAppData: Bag) {
    const state = withRelation(second, 'pgb-peers', { localAppData });
    return await context.run(on.relationChanged(onlyRelation(state, 'pgb-peers')), state);
  }

  test.each(['relationCreated', 'relationChanged'] as const)(
    'say where they are in %s, also if that was lost',
    async (event) => {
      const state = follower();
      const result = await context.run(on[event](onlyRelation(state, 'pgb-peers')), state);
      expect(result).toHaveSet({ 'private-address': hostname }, { bag: 'unit' });
    },
  );

  test('follow what the leader publishes, once', async () => {
    const config = published(running)['cfg_file'] ?? '';
    const changed = { cfg_file: config.replace('session', 'transaction') };
    const { state, workload } = await afterPublishing(changed);
    expect(fileIn(state, 'instance_0/pgbouncer.ini')).toContain('pool_mode = transaction\n');
    expect(workload.pgbouncer.signals).toMatchObject({ pgbouncer_0: ['SIGHUP'] });
    const other = withRelation(state, 'pgb-peers', { localAppData: { ...changed, other: 'x' } });
    const again = await context.run(on.relationChanged(onlyRelation(other, 'pgb-peers')), other);
    expect(again.workload.pgbouncer.signals).toEqual({});
  });

  test('keep what they have when the databag is hostile', async () => {
    const config = published(running)['cfg_file'] ?? '';
    const { state } = await afterPublishing({ cfg_file: `${config}%include /etc/passwd\n` });
    expect(filesIn(state)).toEqual(filesIn(running));
  });

  test('of a leader that is lost hear from the next one where it is', async () => {
    const heir = withRelation(running, 'pgb-peers', { localAppData: {} });
    const result = await context.run(on.leaderElected(), heir);
    expect(result).toHaveSet(
      { leader_hostname: hostname, cfg_file: /\[pgbouncer\]\n/ },
      { endpoint: 'pgb-peers', bag: 'app' },
    );
  });

  test('lose no option that changed while another unit led, or nobody', async () => {
    const config = { pool_mode: 'statement', max_db_connections: -1 };
    const { state } = await context.run(on.configChanged(), { ...second, config });
    expect(fileIn(state, 'pgbouncer.ini')).toContain('pool_mode = session\n');
    const { state: leading } = await context.run(on.leaderElected(), { ...state, leader: true });
    const taken = 'pool_mode = statement\nmax_db_connections = 100\n';
    expect(fileIn(leading, 'instance_0/pgbouncer.ini')).toContain(taken);
    expect(published(leading)['cfg_file']).toContain(taken);
  });
});

describe('in the life of a unit', () => {
  test('of two backends, which a suspended relation makes possible, the one related last counts', async () => {
    const { harness } = await runningHarness();
    const old = await harness.addRelation('backend-database', 'postgresql', {
      appData: backendData,
      units: { 'postgresql/0': {} },
    });
    await harness.updateModel((juju) => juju.relation(old).suspend());
    await harness.addRelation('backend-database', 'other-postgresql', {
      appData: { ...backendData, endpoints: '10.2.0.2:5432' },
      units: { 'other-postgresql/0': {} },
    });
    await harness.updateModel((juju) => juju.relation(old).resume());
    expect(fileText(harness, 'pgbouncer.ini')).toContain('host=10.2.0.2 ');
    await harness.removeRelation(old);
    expect(fileText(harness, 'pgbouncer.ini')).toContain('host=10.2.0.2 ');
    expect(harness).toHaveStatus('active');
  });

  test('a backend that is there before the unit is asked for a database as well', async () => {
    const { harness } = pgbouncerUnderTest();
    const id = await harness.addRelation('backend-database', 'postgresql');
    await harness.beginWithInitialHooks();
    expect(harness.getRelationData(id, harness.appName)).toEqual({ database: 'pgbouncer' });
  });
});
