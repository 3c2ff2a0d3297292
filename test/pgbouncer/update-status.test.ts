import 'charmwright/testing/vitest';

import {
  onlyRelation,
  withContainer,
  withFiles,
  withRelation,
  type Bag,
} from 'charmwright/testing';
import { describe, expect, test } from 'vitest';

import { pathsOf } from '../../src/flowchart/paths.ts';
import { updateStatusChart } from '../../src/pgbouncer/charts/update-status.ts';
import { backendData, base, FakeMachine } from './pgbouncer-under-test.ts';
import {
  backend,
  client,
  context,
  contextOn,
  leader,
  on,
  published,
  runningUnit,
  servingUnit,
  told,
  type PgBouncerState,
} from './states.ts';

const address = 'pgbouncer-k8s-0.pgbouncer-k8s-endpoints.shop.svc.cluster.local';

/** A leader with a backend and a client, all of it up. */
const serving = await servingUnit();

const withoutBackend = await runningUnit();

const oneDown = withContainer(serving, 'pgbouncer', {
  services: { pgbouncer_0: 'active', pgbouncer_1: 'inactive' },
});

const withoutContainer = withContainer(serving, 'pgbouncer', { canConnect: false });

/** The same unit with fellow units, by name, each of which has written where it can be reached. */
function withPeers(state: PgBouncerState, hosts: Readonly<Record<string, string>>): PgBouncerState {
  const remoteUnits = Object.fromEntries(
    Object.entries(hosts).map(([name, host]) => [name, { 'private-address': host }]),
  );
  return withRelation(state, 'pgb-peers', { remoteUnits });
}

/** A state whose backend has written something else. */
function withBackend(state: PgBouncerState, remoteAppData: Bag): PgBouncerState {
  return withRelation(state, 'backend-database', { remoteAppData });
}

/** A machine that only some servers answer. */
function reaching(...hosts: readonly string[]): FakeMachine {
  return new FakeMachine({ answering: ({ host }) => hosts.includes(host) });
}

describe('every way through the chart', () => {
  const tail = 'update_leader update_relations return';
  const ways: Readonly<Record<string, PgBouncerState>> = {
    [`update-status: is_backend_ready=no set_blocked ${tail}`]: withoutBackend,
    [`update-status: is_backend_ready=yes is_running=yes set_active ${tail}`]: serving,
    [`update-status: is_backend_ready=yes is_running=no set_waiting ${tail}`]: oneDown,
  };

  test('is tried here', () => {
    const lines = pathsOf(updateStatusChart).map(({ line }) => line);
    expect(Object.keys(ways).toSorted()).toEqual(lines.toSorted());
  });

  test.each(Object.entries(ways))('%s', async (line, state) => {
    const result = await context.run(on.updateStatus(), state);
    expect(result).toHaveWalked(line);
    expect(result).not.toHaveDeferred();
  });
});

describe('the status', () => {
  test('is Active while all is well', async () => {
    const result = await context.run(on.updateStatus(), serving);
    expect(result).toHaveStatus('active', '');
  });

  test('is Blocked without a backend', async () => {
    const result = await context.run(on.updateStatus(), withoutBackend);
    expect(result).toHaveStatus('blocked', 'waiting for backend database relation to initialise');
  });

  test.each(['endpoints', 'username', 'password'] as const)(
    'is Blocked while the backend has not written its %s',
    async (key) => {
      const { [key]: _, ...incomplete } = backendData;
      const result = await context.run(on.updateStatus(), withBackend(serving, incomplete));
      expect(result).toHaveStatus('blocked', 'waiting for backend database relation to initialise');
    },
  );

  test('is Blocked while the backend does not answer, which is asked once', async () => {
    const machine = reaching();
    const result = await contextOn(machine).run(on.updateStatus(), serving);
    expect(result).toHaveStatus('blocked', 'backend database relation not ready');
    expect(machine.asked).toEqual([{ host: '10.2.0.1', port: 5432 }]);
  });

  test('is Active again once the backend answers', async () => {
    const { state: blocked } = await contextOn(reaching()).run(on.updateStatus(), serving);
    const result = await context.run(on.updateStatus(), blocked);
    expect(result).toHaveStatus('active', '');
  });

  test('is Active while one of several endpoints answers', async () => {
    const endpoints = '10.2.0.1:5432,10.2.0.2:5432';
    const state = withBackend(serving, { ...backendData, endpoints });
    const result = await contextOn(reaching('10.2.0.2')).run(on.updateStatus(), state);
    expect(result).toHaveStatus('active', '');
  });

  test('is Blocked while PgBouncer does not know the backend user', async () => {
    const state = withFiles(serving, 'pgbouncer', { [`${base}/userlist.txt`]: undefined });
    const result = await context.run(on.updateStatus(), state);
    expect(result).toHaveStatus('blocked', 'backend database relation not ready');
  });

  test('is Waiting while a service is down, and names it', async () => {
    const result = await context.run(on.updateStatus(), oneDown);
    expect(result).toHaveStatus('waiting', 'PgBouncer service pgbouncer_1 not running: inactive');
  });

  test('is Waiting before the services are planned', async () => {
    const started = await context.stateAfter([on.start()], leader({ relations: [backend()] }));
    const result = await context.run(on.updateStatus(), started);
    expect(result).toHaveStatus(
      'waiting',
      'PgBouncer service pgbouncer_0 not running: not planned',
    );
  });

  test('is Waiting while the container is away', async () => {
    const result = await context.run(on.updateStatus(), withoutContainer);
    expect(result).toHaveStatus('waiting', 'waiting for the pgbouncer container');
  });

  test('is set once, also where relations are refreshed', async () => {
    const stale = { ...oneDown, config: { listen_port: 7000 } };
    const { state, unitStatuses } = await context.run(on.updateStatus(), stale);
    expect(state).toHaveStatus('waiting');
    expect(unitStatuses).toHaveLength(1);
  });
});

describe('relations are refreshed', () => {
  const readOnly = 'read-only-endpoints';

  test('at once for a client that comes', async () => {
    const running = await runningUnit({ relations: [backend()] });
    const webshop = client();
    const { state } = await context.run(
      on.relationCreated(webshop),
      withRelation(running, webshop),
    );
    expect(told(state)).toEqual({ endpoints: `${address}:6432`, version: '15.8' });
  });

  test('when a unit comes, and when it goes', async () => {
    const unit = 'pgbouncer-k8s/1';
    const joined = withPeers(serving, { [unit]: 'other.example' });
    const peers = onlyRelation(joined, 'pgb-peers');
    const { state: more } = await context.run(on.relationChanged(peers, { unit }), joined);
    expect(told(more)).toMatchObject({ [readOnly]: 'other.example:6432' });
    const { state: fewer } = await context.run(on.relationDeparted(peers, { unit }), more);
    expect(told(fewer)).not.toHaveProperty(readOnly);
  });

  test.each([
    ['blocked', contextOn(reaching()), serving],
    ['waiting', context, oneDown],
    ['active', context, serving],
  ] as const)('when the status is %s', async (status, onMachine, state) => {
    const grown = withPeers(state, { 'pgbouncer-k8s/1': 'other.example' });
    const localAppData = { ...published(state), leader_hostname: 'gone.example' };
    const { state: after } = await onMachine.run(
      on.updateStatus(),
      withRelation(grown, 'pgb-peers', { localAppData }),
    );
    expect(after).toHaveStatus(status);
    expect(published(after)['leader_hostname']).toBe(address);
    expect(told(after)).toEqual({
      endpoints: `${address}:6432`,
      [readOnly]: 'other.example:6432',
      version: '15.8',
    });
  });

  test('by what the leader has published, while the container is away', async () => {
    const { state } = await context.run(
      on.updateStatus(),
      withPeers(withoutContainer, {
        'pgbouncer-k8s/1': 'b.test',
        'pgbouncer-k8s/2': 'a.test',
        'pgbouncer-k8s/3': 'fd::3',
      }),
    );
    expect(told(state)).toMatchObject({ [readOnly]: 'a.test:6432,b.test:6432,[fd::3]:6432' });
  });

  test('and stay as they are while the backend cannot be used', async () => {
    const hostile = withBackend(serving, { ...backendData, endpoints: 'evil\n:1' });
    const { state, logs } = await context.run(on.updateStatus(), hostile);
    expect(logs.filter(({ level }) => level === 'WARNING')).toHaveLength(1);
    expect(state).toHaveStatus('blocked');
    expect(told(state)).toEqual(told(serving));
  });

  test('and unchanged ones are not written', async () => {
    const result = await context.run(on.updateStatus(), serving);
    expect(result).not.toHaveCalled('relation-set');
  });

  test('by the leader alone', async () => {
    const grown = withPeers(serving, { 'pgbouncer-k8s/1': 'other.example' });
    const result = await context.run(on.updateStatus(), { ...grown, leader: false });
    expect(result).not.toHaveCalled('relation-set');
    expect(told(result.state)).toEqual(told(serving));
  });

  test('without what a peer says about itself, when that is no host', async () => {
    const hostile = withPeers(serving, { 'pgbouncer-k8s/1': 'x,evil:1\nendpoints=evil' });
    const { state } = await context.run(on.updateStatus(), hostile);
    expect(told(state)).not.toHaveProperty(readOnly);
  });
});
