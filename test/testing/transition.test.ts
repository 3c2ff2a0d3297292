import {
  Context,
  deferred,
  later,
  onlyRelation,
  onlySecret,
  peerRelation,
  relation,
  relationIn,
  secret,
  secretIn,
  storage,
  stored,
  withContainer,
  withFiles,
  withoutRelation,
  withRelation,
} from 'charmwright/testing';
import { describe, expect, it } from 'vitest';
import { Hello } from './fixture-charm.ts';
import { Ledger } from './ledger-charm.ts';

const hello = new Context(Hello);
const ledger = new Context(Ledger);

describe('a state', () => {
  it('has a default for all that a test does not say', () => {
    expect(hello.state()).toMatchObject({
      leader: false,
      config: {},
      containers: { web: { canConnect: false, files: {} } },
      relations: [{ kind: 'peer', endpoint: 'cluster', remoteUnits: {} }],
      plannedUnits: 1,
      unitStatus: { status: 'unknown', message: '' },
    });
  });

  it('is frozen in all its parts, before a run and after it', async () => {
    const state = hello.state({ config: { port: 1 }, relations: [relation('db')] });
    const { state: after } = await hello.run(hello.on.configChanged(), state);
    for (const each of [state, after]) {
      expect(Object.isFrozen(each)).toBe(true);
      expect(Object.isFrozen(each.containers.web.files)).toBe(true);
      expect(Object.isFrozen(each.relations[0]?.localUnitData)).toBe(true);
    }
    expect(state.deferred).toEqual([]);
  });

  it('counts the peers that it names among the planned units', () => {
    const cluster = peerRelation('cluster', { peers: { 'hello/1': {}, 'hello/2': {} } });
    expect(hello.state({ relations: [cluster] }).plannedUnits).toBe(3);
  });

  it('has a relation changed, or taken away, by its endpoint or its id', () => {
    const db = relation('db', { id: 7, remoteAppData: { host: 'a' } });
    const state = hello.state({ relations: [db] });
    const changed = withRelation(state, 'db', { remoteAppData: { host: 'b' } });
    expect(onlyRelation(changed, 'db')).toEqual({ ...db, remoteAppData: { host: 'b' } });
    expect(relationIn(withoutRelation(state, 7), 'db')).toBeUndefined();
    const grown = withRelation(state, 'cluster', { remoteUnits: { 'hello/1': {}, 'hello/2': {} } });
    expect(grown.plannedUnits).toBe(3);
    expect(() => onlyRelation(state, 'site')).toThrow(
      'cannot find the relation site: the state has cluster:0, db:7.',
    );
    const two = hello.state({ relations: [db, relation('db', { id: 8 })] });
    expect(() => withRelation(two, 'db', {})).toThrow('the state has the ids 7, 8. Give one');
  });

  it('tells which secrets it has when a label is wrong, and nothing of what they hold', () => {
    const password = secret({ label: 'password', content: { value: 'sesame' } });
    const state = ledger.state({ secrets: [password] });
    expect(onlySecret(state, 'password')).toEqual(password);
    expect(() => onlySecret(state, 'pasword')).toThrow(
      'cannot find the secret "pasword": the state has password. Correct the label',
    );
  });

  it('is derived from another one without changing it', () => {
    const state = hello.state();
    const db = relation('db', { id: 7 });
    const more = withContainer(withRelation(state, db), 'web', { canConnect: true });
    expect(relationIn(more, 'db')).toEqual(db);
    expect(relationIn(state, 'db')).toBeUndefined();
    expect([state.containers.web.canConnect, more.containers.web.canConnect]).toEqual([
      false,
      true,
    ]);
    expect(later(state, 1000).now.getTime() - state.now.getTime()).toBe(1000);
  });
});

describe('files of a state', () => {
  const web = { canConnect: true, files: { '/etc/a': 'one', '/etc/b': 'two' } };
  const state = hello.state({ containers: { web } });

  it('are changed one by one, in text or in what is said of them', () => {
    const { files } = withFiles(state, 'web', {
      '/etc/a': { permissions: 0o600 },
      '/etc/b': undefined,
      '/etc/c': 'three',
    }).containers.web;
    expect(files).toEqual({
      '/etc/a': { ...state.containers.web.files['/etc/a'], permissions: 0o600 },
      '/etc/c': { ...state.containers.web.files['/etc/a'], text: 'three' },
    });
  });

  it('are replaced together with the rest of a container', () => {
    const { files } = withContainer(state, 'web', { files: { '/x': 'y' } }).containers.web;
    expect(Object.keys(files)).toEqual(['/x']);
  });
});

describe('a run', () => {
  it('tells what it did in each container', async () => {
    const running = await hello.stateAfter([hello.on.pebbleReady('web')], {
      containers: { web: { canConnect: true } },
    });
    const { workload } = await hello.run(hello.on.configChanged(), {
      ...running,
      config: { port: 81 },
    });
    expect(workload.web.started).toEqual(['web']);
    expect(workload.web.signals).toEqual({ web: ['SIGTERM'] });
    expect(workload.web.requests).toContainEqual({ method: 'POST', path: '/v1/layers' });
    const untouched = await hello.run(hello.on.updateStatus(), running);
    expect(untouched.workload.web).toEqual({ requests: [], started: [], signals: {}, execs: [] });
  });

  it('leads to the state that the next event of several finds', async () => {
    const state = await hello.stateAfter(
      [hello.on.configChanged(), hello.on.pebbleReady('web'), hello.on.updateStatus()],
      { containers: { web: { canConnect: true } } },
    );
    expect(state.unitStatus).toEqual({ status: 'active', message: 'on 80' });
    expect(state.containers.web.services).toEqual({ web: 'active' });
  });

  it('takes the state of the run before it, with what was deferred', async () => {
    const first = await hello.run(hello.on.configChanged(), {
      leader: true,
      config: { port: 8080 },
    });
    expect(first.state.deferred).toMatchObject([
      { kind: 'config-changed', handler: 'onConfigChanged', reason: 'web is not up yet' },
    ]);
    const { state, paths, delivered, unitStatuses } = await hello.run(
      hello.on.pebbleReady('web'),
      withContainer(first.state, 'web', { canConnect: true }),
    );
    expect(state.deferred).toEqual([]);
    expect(paths).toEqual(['ready: can_connect=yes start_web return']);
    expect(delivered).toEqual([
      { kind: 'config-changed', observer: 'charm', handler: 'onConfigChanged', attempts: 1 },
      { kind: 'web-pebble-ready', observer: 'charm', handler: 'ready', attempts: 0 },
    ]);
    expect(state.unitStatus).toEqual({ status: 'active', message: 'on 8080' });
    expect(unitStatuses.at(-1)).toEqual(state.unitStatus);
    expect(state.containers.web).toMatchObject({
      services: { web: 'active' },
      layers: { hello: { services: { web: { command: '/bin/web --port 8080' } } } },
      files: { '/etc/web/port': { text: '8080', permissions: 0o640, user: 'postgres' } },
    });
    expect(relationIn(state, 'cluster')?.localAppData).toEqual({ port: '8080' });
  });

  it('has the files, services and plan that the state says', async () => {
    const { state } = await hello.run(hello.on.pebbleReady('web'), {
      containers: { web: { canConnect: true } },
    });
    const again = await hello.run(hello.on.configChanged(), { ...state, config: { port: 81 } });
    expect(again.state.containers.web.services).toEqual({ web: 'active' });
    expect(again.state.containers.web.layers).toMatchObject({
      hello: { services: { web: { command: '/bin/web --port 81' } } },
    });
    expect(again.state.containers.web.files['/etc/web/port']?.text).toBe('81');
  });

  it('leaves the very objects that it did not touch', async () => {
    const state = hello.state({ containers: { web: { canConnect: true, files: { '/a': 'b' } } } });
    const after = await hello.run(hello.on.updateStatus(), state);
    expect(after.state.containers).toBe(state.containers);
    expect(after.state.relations).toBe(state.relations);
    expect(after.state.openedPorts).toBe(state.openedPorts);
  });

  it('leaves the objects of files and layers that the charm did not change', async () => {
    const web = {
      canConnect: true,
      layers: { base: { services: { cron: { override: 'replace', command: '/bin/cron' } } } },
      files: {
        '/etc/web/name': '\ufeffweb',
        '/etc/web/key': { base64: Buffer.of(0xff, 0).toString('base64') },
        '/etc/web/port': '80',
      },
    } as const;
    const state = hello.state({ containers: { web } });
    const { state: once } = await hello.run(hello.on.pebbleReady('web'), state);
    const { files, layers } = once.containers.web;
    expect(layers['base']).toBe(state.containers.web.layers['base']);
    expect(files['/etc/web/name']).toBe(state.containers.web.files['/etc/web/name']);
    expect(files['/etc/web/key']).toBe(state.containers.web.files['/etc/web/key']);
    expect(files['/etc/web/port']).toMatchObject({ text: '80', user: 'postgres' });
    const { state: twice } = await hello.run(hello.on.pebbleReady('web'), once);
    expect(twice.containers.web.files).toBe(files);
  });

  it('shows the remote side of a relation, and what the charm wrote on its own', async () => {
    const db = relation('db', { remoteApp: 'pg', remoteAppData: { host: 'h' } });
    const { state, hookToolCalls } = await hello.run(hello.on.relationChanged(db), {
      relations: [db],
    });
    expect(state.unitStatus).toEqual({ status: 'active', message: 'db at h' });
    expect(relationIn(state, 'db')?.localUnitData).toEqual({ seen: 'h' });
    expect(hookToolCalls.map(({ tool }) => tool)).toContain('relation-set');
  });

  it('takes a unit out of its relation when it departs, and a relation away when it breaks', async () => {
    const db = relation('db', { remoteUnits: { 'remote-db/0': {}, 'remote-db/1': {} } });
    const { state } = await hello.run(hello.on.relationDeparted(db, { unit: 'remote-db/1' }), {
      relations: [db],
    });
    const left = relationIn(state, 'db');
    expect(Object.keys(left?.remoteUnits ?? {})).toEqual(['remote-db/0']);
    const broken = await hello.run(hello.on.relationBroken(db), { relations: [db] });
    expect(relationIn(broken.state, 'db')).toBeUndefined();
    expect(broken.warnings).toMatchObject([expect.stringContaining('remoteUnits: {}')]);
  });

  it('throws what the handler threw, or tells it when the test expects it', async () => {
    await expect(ledger.run(ledger.on.updateStatus())).rejects.toThrow('the disk is full');
    const { error, exitCode, state, logs } = await ledger.runExpectingError(
      ledger.on.updateStatus(),
    );
    expect(error).toMatchObject({ message: 'the disk is full' });
    expect(exitCode).toBe(1);
    expect(relationIn(state, 'cluster')?.localUnitData).toEqual({});
    expect(logs).toContainEqual({ level: 'INFO', message: 'writing' });
    await expect(ledger.runExpectingError(ledger.on.stop())).rejects.toThrow('succeeded');
  });

  it('discards stored state and the queue with the hook that failed', async () => {
    const start = ledger.state({
      deferred: [deferred(ledger.on.configChanged(), { handler: 'onConfigChanged' })],
    });
    const { state } = await ledger.runExpectingError(ledger.on.updateStatus(), start);
    expect(state.deferred).toEqual(start.deferred);
    expect(state.stored).toEqual({});
  });

  it('keeps stored state, ports and version', async () => {
    const { state } = await ledger.run(ledger.on.stop(), {
      config: { port: 99 },
      stored: { 'charm/seen': stored({ runs: 4 }) },
      deferred: [deferred(ledger.on.configChanged(), { handler: 'onConfigChanged', attempts: 2 })],
    });
    expect(state).toMatchObject({
      stored: { 'charm/seen': { version: 1, value: { runs: 5 } } },
      openedPorts: ['99/tcp'],
      workloadVersion: '1.2',
      deferred: [],
    });
  });

  it('has hook tools and Pebble fail when it is told', async () => {
    const failed = await hello.runExpectingError(
      hello.on.pebbleReady('web'),
      { containers: { web: { canConnect: true } } },
      { pebbleFaults: { web: { path: '/v1/layers' } } },
    );
    expect(failed.error).toMatchObject({
      message: expect.stringContaining('the connection was lost'),
    });
    const refused = await hello.runExpectingError(
      hello.on.pebbleReady('web'),
      { containers: { web: { canConnect: true } } },
      { hookToolFaults: { 'status-set': { message: 'quota' } } },
    );
    expect(refused.error).toMatchObject({ message: expect.stringContaining('quota') });
  });

  it('answers an action, also one that says that it failed', async () => {
    const done = await ledger.run(ledger.on.action('backup', { target: 'disk' }));
    expect(done.action).toMatchObject({ status: 'completed', results: { size: '3' } });
    const failed = await ledger.run(ledger.on.action('backup', { target: 'nowhere' }));
    expect(failed.action).toMatchObject({ status: 'failed', message: 'no such place' });
  });

  it('lets the unit follow a newer revision of a secret', async () => {
    const password = secret({
      owner: 'pg',
      content: { password: 'old' },
      latestContent: { password: 'newer' },
    });
    const { state } = await ledger.run(ledger.on.secretChanged(password), {
      secrets: [password],
      relations: [relation('db', { remoteApp: 'pg' })],
      containers: { web: { canConnect: true } },
    });
    expect(secretIn(state, password.id)).toEqual({ ...password, tracked: 2 });
    expect(state.containers.web.files['/password-length']?.text).toBe('5');
  });

  it('rotates a secret when its time has come', async () => {
    const rotates = new Date('2026-01-02T00:00:00Z');
    const own = secret({ rotate: 'daily', rotates, content: { password: 'old' } });
    const state = ledger.state({ leader: true, secrets: [own] });
    const due = later(state, 24 * 3_600_000);
    const { state: after } = await ledger.run(ledger.on.secretRotate(own), due);
    expect(secretIn(after, own.id)).toMatchObject({
      latest: 2,
      revisions: { 2: { content: { password: 'fresh' } } },
      rotates: new Date('2026-01-03T00:00:00Z'),
    });
  });

  it('tells a notice with its data, which stays', async () => {
    const { state } = await ledger.run(ledger.on.pebbleCustomNotice('web', 'a.example/done'), {
      containers: {
        web: { canConnect: true, notices: [{ key: 'a.example/done', data: { size: '12' } }] },
      },
    });
    expect(state.unitStatus.message).toBe('a.example/done 12');
    expect(state.containers.web.notices).toMatchObject([
      { key: 'a.example/done', data: { size: '12' } },
    ]);
  });

  it('attaches and detaches storage', async () => {
    const data = storage('data', { attached: false });
    const attached = await ledger.run(ledger.on.storageAttached(data), { storages: [data] });
    expect(attached.state.storages).toEqual([storage('data')]);
    const gone = await ledger.run(ledger.on.storageDetaching(data), attached.state);
    expect(gone.state.storages).toEqual([]);
  });

  it('says which service of the state its programs do not let run', async () => {
    const layers = {
      base: { services: { web: { override: 'replace', command: '/bin/web' } } },
    } as const;
    const gone = { canConnect: true, layers, programs: { '/bin/web': undefined } };
    const state = (web: 'active' | 'backoff') =>
      ledger.state({
        containers: { web: { ...gone, services: { web }, notices: ['a.example/x'] } },
      });
    const notice = ledger.on.pebbleCustomNotice('web', 'a.example/x');
    await expect(ledger.run(notice, state('active'))).rejects.toThrow(
      /^cannot have the service web active in the container web, as the state says: .* in backoff\.$/s,
    );
    await expect(ledger.run(notice, state('backoff'))).resolves.toMatchObject({ exitCode: 0 });
  });

  it('brings each service into the state that is asked for', async () => {
    const layers = {
      base: { services: { web: { override: 'replace', command: '/bin/web' } } },
    } as const;
    const { state } = await ledger.run(ledger.on.pebbleCustomNotice('web', 'a.example/x'), {
      containers: {
        web: { canConnect: true, layers, services: { web: 'backoff' }, notices: ['a.example/x'] },
      },
    });
    expect(state.containers.web.services).toEqual({ web: 'backoff' });
  });
});
