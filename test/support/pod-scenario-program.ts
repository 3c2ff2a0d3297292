// Lives through one deployment of a pooler on a real pod and writes what it saw as JSON. It is a
// program so that tests can run it as another user, and kill it.
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Database } from '../../src/local/database/database.ts';
import type * as FreePort from '../../src/local/database/free-port.ts';
import type * as Local from '../../src/local/index.ts';
import type { Pod, PodCommand } from '../../src/local/pod/pod.ts';
import type { QueryPlace } from '../../src/local/probe/query.ts';
import type { QueryRow } from '../../src/local/probe/query-reply.ts';
import type * as Pebble from '../../src/pebble/index.ts';
import type { Scenario, Sighting } from './pod-scenario.ts';

// The tests' own argument, and the compiled doors: pods run programs of the same build.
/* oxlint-disable typescript/no-unsafe-type-assertion */
const scenario = JSON.parse(process.argv[2] ?? '') as Scenario & { readonly dist: string };
const local = (await import(join(scenario.dist, 'local/index.js'))) as typeof Local;
const pebbleDoor = (await import(join(scenario.dist, 'pebble/index.js'))) as typeof Pebble;
const { freePort } = (await import(
  join(scenario.dist, 'local/database/free-port.js')
)) as typeof FreePort;
/* oxlint-enable typescript/no-unsafe-type-assertion */

const { folder, isolation } = scenario;
const home = '/var/lib/postgresql/pgbouncer';
const place = `${home}/instance_0`;
const owned = { user: 'postgres', group: 'postgres' };

const host = await local.openPodHost({ folder, isolation });
try {
  const database = await local.startDatabase({
    folder: join(folder, 'db'),
    host,
    password: "it's secret",
    database: 'app',
    kind: scenario.database,
  });
  try {
    const sighting = await live(database);
    process.stdout.write(`${JSON.stringify(sighting)}\n`);
  } finally {
    await database.stop();
  }
} finally {
  await host.dispose();
}

async function live(database: Database): Promise<Sighting> {
  const image = local.pgbouncerImage({ standIn: scenario.standIn });
  const pod = await host.createPod({
    name: 'pgbouncer-0',
    domain: 'pgbouncer-endpoints.demo',
    folder: join(folder, 'pod'),
    containers: [{ name: 'pgbouncer', image }],
  });
  const port = host.network === 'own' ? 6432 : await freePort();
  const inside = { charm: lookAtCharm(pod), workload: lookAtWorkload(pod) };

  const pebble = connect(pod);
  await startPooler(pebble, { database, port });
  const ask = (from: QueryPlace): Promise<readonly QueryRow[]> =>
    local.query(from, {
      host: pod.address,
      port,
      user: database.username,
      password: database.password,
      database: 'app',
      sql: 'select 6 * 7 as answer',
    });
  const [answer] = await eventually(() => ask(host));
  const seen = {
    host: { isolation: host.isolation, network: host.network },
    networkNamespace: run(host.command(['/usr/bin/readlink', '/proc/self/ns/net'])),
    database: database.kind,
    image: image.description ?? '',
    address: pod.address,
    ...inside,
    answer: answer?.['answer'] ?? '',
    console: await lookAtConsole(pod, pebble, { database, port }),
    files: (await pebble.listFiles(place)).map(
      ({ name, user, permissions }) => `${name} ${user} ${permissions.toString(8)}`,
    ),
    neighbour: await meetNeighbour(ask),
  };
  await pebble.close();
  if (scenario.hang === true) {
    process.stdout.write(`${JSON.stringify(seen)}\n`);
    await new Promise(() => setInterval(() => {}, 60_000));
  }
  await pod.restartContainer('pgbouncer');
  const again = connect(pod);
  const afterRestart = {
    services: (await again.services()).map(({ name }) => name),
    files: (await again.listFiles(home)).map(({ name }) => name),
  };
  await again.close();
  return { ...seen, afterRestart, ...(host.isolation !== 'mapped' && { death: await kill(pod) }) };
}

/** Ends the container's first process from within, as nobody asked for it. */
async function kill(pod: Pod): Promise<string> {
  const died = new Promise<string>((resolve) => {
    pod.onContainerDeath(resolve);
  });
  const { command, args, ...options } = pod.containerCommand('pgbouncer', [
    '/bin/kill',
    '-TERM',
    '1',
  ]);
  // It may itself be killed with the container before it can say how it went.
  spawnSync(command, args, options);
  return Promise.race([died, delay(10_000, 'nobody told', { ref: false })]);
}

function connect(pod: Pod): Pebble.PebbleClient {
  const path = pod.hostPath('pgbouncer', '/charm/container/pebble.socket');
  return new pebbleDoor.PebbleClient(new pebbleDoor.UnixSocketTransport(path));
}

function lookAtCharm(pod: Pod): readonly string[] {
  const unit = '/var/lib/juju/agents/unit-pgbouncer-0';
  mkdirSync(pod.hostPath('charm', unit), { recursive: true });
  writeFileSync(join(pod.hostPath('charm', unit), 'note'), 'for the charm');
  const script = [
    'cat note; echo',
    'uname -n',
    'test -S "$CONTAINERS/pgbouncer/pebble.socket" && echo socket',
    'env | cut -d= -f1',
  ].join('\n');
  const env = { PATH: '/usr/bin:/bin', CONTAINERS: pod.containersDir, ...pod.charmEnvironment };
  const cwd = pod.charmPath(unit);
  return run(pod.dispatchCommand(['/bin/sh', '-c', script], { env, cwd })).split('\n');
}

function lookAtWorkload(pod: Pod): readonly string[] {
  const path = pod.containerPath('pgbouncer', home);
  const script = [
    `touch '${path}/probe' && rm '${path}/probe' && echo own`,
    `ls '${path}/..'`,
    `test -e '${pod.containerPath('pgbouncer', folder)}' || echo 'nothing of the machine'`,
  ].join('\n');
  const command = pod.containerCommand('pgbouncer', ['/bin/sh', '-c', script], {
    user: 'postgres',
    env: { PATH: '/usr/bin:/bin' },
  });
  return run(command).split('\n');
}

interface Pooler {
  readonly database: Database;
  readonly port: number;
}

async function startPooler(pebble: Pebble.PebbleClient, pooler: Pooler): Promise<void> {
  const { username, password } = pooler.database;
  await pebble.makeDir(place, { ...owned, permissions: 0o700 });
  await pebble.push(`${home}/userlist.txt`, `"${username}" "${password}"\n`, {
    ...owned,
    permissions: 0o400,
  });
  await pushIni(pebble, pooler, 7);
  await pebble.addLayer('pgbouncer', {
    services: {
      pgbouncer: {
        override: 'replace',
        summary: 'pooler',
        startup: 'enabled',
        command: `pgbouncer ${place}/pgbouncer.ini`,
        ...owned,
      },
    },
  });
  await pebble.replan();
}

async function pushIni(
  pebble: Pebble.PebbleClient,
  { database, port }: Pooler,
  size: number,
): Promise<void> {
  const text = `[databases]
app = host=${database.host} port=${database.port} dbname=app

[pgbouncer]
listen_addr = *
listen_port = ${port}
logfile = ${place}/pgbouncer.log
pidfile = ${place}/pgbouncer.pid
unix_socket_dir = ${place}
user = postgres
auth_type = ${database.kind === 'pglite' ? 'trust' : 'scram-sha-256'}
auth_file = ${home}/userlist.txt
so_reuseport = 1
default_pool_size = ${size}
`;
  await pebble.push(`${place}/pgbouncer.ini`, text, { ...owned, permissions: 0o400 });
}

async function lookAtConsole(
  pod: Pod,
  pebble: Pebble.PebbleClient,
  pooler: Pooler,
): Promise<Sighting['console']> {
  const from: QueryPlace = {
    command: (argv, options) =>
      pod.containerCommand('pgbouncer', argv, { ...options, user: 'postgres' }),
  };
  const show = (sql: string): Promise<readonly QueryRow[]> =>
    local.query(from, {
      host: pod.containerPath('pgbouncer', place),
      port: pooler.port,
      user: 'pgbouncer',
      database: 'pgbouncer',
      sql,
    });
  const poolSize = async (): Promise<string> =>
    (await show('SHOW CONFIG')).find((row) => row['key'] === 'default_pool_size')?.['value'] ?? '';
  const before = await poolSize();
  await pushIni(pebble, pooler, 9);
  await pebble.sendSignal('SIGHUP', ['pgbouncer']);
  const after = await eventually(async () => {
    const size = await poolSize();
    if (size === before) {
      throw new Error(`the pooler did not reload: default_pool_size is still ${size}`);
    }
    return size;
  });
  return { version: (await show('SHOW VERSION'))[0]?.['version'] ?? '', before, after };
}

async function meetNeighbour(
  ask: (from: QueryPlace) => Promise<readonly QueryRow[]>,
): Promise<Sighting['neighbour']> {
  try {
    const neighbour = await host.createPod({
      name: 'client-0',
      folder: join(folder, 'neighbour'),
      containers: [],
    });
    const [row] = await ask({
      command: (argv, options) => neighbour.dispatchCommand(argv, options),
    });
    await neighbour.dispose();
    return { address: neighbour.address, answer: row?.['answer'] ?? '' };
  } catch (error) {
    return { refused: error instanceof Error && 'code' in error ? String(error.code) : '' };
  }
}

function run({ command, args, ...options }: PodCommand): string {
  const { stdout, stderr, status } = spawnSync(command, args, { ...options, encoding: 'utf8' });
  if (status !== 0) {
    throw new Error(`${[command, ...args].join(' ')}: ${stderr}`);
  }
  return stdout.trim();
}

async function eventually<T>(attempt: () => Promise<T>): Promise<T> {
  const deadline = Date.now() + 15_000;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (Date.now() > deadline) {
        throw error;
      }
      await delay(50);
    }
  }
}
