import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import {
  claimWorkFolder,
  deploy,
  freePort,
  openPodHost,
  pgbouncerImage,
  query,
  startDatabase,
  type Database,
  type LocalModel,
  type PodHost,
  type WorkFolder,
} from '../local/index.ts';
import type { Account } from './account.ts';
import { DemoFailedError } from './demo-failed.ts';
import { statusTable } from './status-table.ts';

export interface PgbouncerStageOptions {
  readonly charmDir: string;
  /** Take PGlite and the stand-in for pgbouncer, also where the machine has the real ones. */
  readonly embedded: boolean;
  /** Default: a temporary one, which is removed. */
  readonly folder?: string;
}

const container = 'pgbouncer';
const firstInstance = '/var/lib/postgresql/pgbouncer/instance_0';

/** The PgBouncer charm on a local Juju with a database behind it, taken through its life. */
export class PgbouncerStage {
  readonly #account: Account;
  readonly #options: PgbouncerStageOptions;
  readonly #undo: (() => Promise<void>)[] = [];
  #model: LocalModel | undefined;
  #stopped = false;
  /** Where PgBouncer listens: on the machine's own network, another may be there already. */
  #port = 6432;

  constructor(account: Account, options: PgbouncerStageOptions) {
    this.#account = account;
    this.#options = options;
  }

  /**
   * Plays it all.
   *
   * @throws {DemoFailedError} when a step does not show what it must.
   */
  async play(): Promise<void> {
    const folder = await claimWorkFolder(this.#options.folder);
    this.#later(() => folder.release());
    const host = await openPodHost({ folder: folder.path });
    this.#later(() => host.dispose());
    const database = await this.#startDatabase(host, folder);
    const model = await this.#deploy(host, folder);
    await this.#relate(model, database);
    await this.#ask(model, database);
    await this.#changePoolMode(model);
    await this.#killProcess(model);
    await this.#ask(model, database);
    this.#account.title('In the end');
    this.#showStatus(model);
  }

  /** Makes the play end soon, by an error; {@link strike} is still to be called. */
  stop(): void {
    this.#stopped = true;
    this.#model?.dispose().catch(() => undefined);
  }

  /** Takes everything down, in the reverse of the order in which it was set up. */
  async strike(): Promise<void> {
    for (let step = this.#undo.pop(); step !== undefined; step = this.#undo.pop()) await step();
  }

  #later(step: () => Promise<void>): void {
    this.#undo.push(step);
    if (this.#stopped) throw new DemoFailedError('go on', 'it was told to stop');
  }

  async #startDatabase(host: PodHost, folder: WorkFolder): Promise<Database> {
    this.#account.title('Set the stage');
    this.#account.say(`everything is written to ${folder.path}`);
    this.#account.say(host.account);
    const database = await startDatabase({
      folder: join(folder.path, 'database'),
      host,
      database: 'shop',
      password: randomBytes(18).toString('base64url'),
      ...(this.#options.embedded ? { kind: 'pglite' } : {}),
    });
    this.#later(() => database.stop());
    this.#account.say(`database: ${database.description}, at ${database.host}:${database.port}`);
    return database;
  }

  async #settle(model: LocalModel): Promise<void> {
    await model.settle({ attempts: 1 });
    if (this.#stopped) throw new DemoFailedError('go on', 'it was told to stop');
  }

  async #deploy(host: PodHost, folder: WorkFolder): Promise<LocalModel> {
    this.#account.title('Deploy the charm');
    if (host.network === 'machine') this.#port = await freePort();
    const image = pgbouncerImage({ standIn: this.#options.embedded });
    const model = await deploy({
      charmDir: this.#options.charmDir,
      host,
      folder: join(folder.path, 'model'),
      model: 'demo',
      config: { listen_port: this.#port },
      images: { [container]: image },
      holdContainers: true,
    });
    this.#model = model;
    this.#later(() => model.dispose());
    model.on((event) => {
      this.#account.hear(event);
    });
    this.#account.say(`unit ${model.unit} has a pod at ${model.pod.address}`);
    this.#account.say(`its container's image: ${image.description ?? ''}`);
    await this.#settle(model);
    await model.startContainers();
    this.#account.say('the image has arrived: the container is up, and Pebble answers');
    await this.#settle(model);
    this.#showStatus(model);
    return model;
  }

  async #relate(model: LocalModel, database: Database): Promise<void> {
    this.#account.title('Relate it to the database');
    model.relate('backend-database', {
      name: 'postgresql',
      data: {
        database: database.database,
        endpoints: `${database.host}:${String(database.port)}`,
        username: database.username,
        password: database.password,
        version: database.version,
      },
    });
    await this.#settle(model);
    await this.#expectStatus(model, 'take up the database', 'active');
  }

  async #ask(model: LocalModel, database: Database): Promise<void> {
    this.#account.title('Ask the database through PgBouncer');
    const { username: user, password } = database;
    const sql = 'select current_user as "user", version() as version';
    const [row] = await query(model.host, {
      host: model.pod.address,
      port: this.#port,
      user,
      password,
      database: database.database,
      sql,
    });
    if (row === undefined) throw new DemoFailedError('query through PgBouncer', 'no row came back');
    this.#account.say(`${user}@${model.pod.address}:${String(this.#port)}> ${sql}`);
    for (const [name, value] of Object.entries(row)) {
      this.#account.say(`  ${name.padEnd(8)} ${value ?? 'null'}`);
    }
  }

  async #changePoolMode(model: LocalModel): Promise<void> {
    this.#account.title('Change pool_mode to transaction');
    const before = await this.#runningPoolMode(model);
    model.setConfig({ pool_mode: 'transaction' });
    await this.#settle(model);
    const after = await this.#runningPoolMode(model);
    this.#account.say(`SHOW CONFIG on PgBouncer's console: pool_mode was ${before}, is ${after}`);
    if (after !== 'transaction') {
      throw new DemoFailedError('change pool_mode', `the running PgBouncer has ${after}`);
    }
  }

  /** What the first process itself says. Its own system user needs no password there. */
  async #runningPoolMode(model: LocalModel): Promise<string> {
    const { pod } = model;
    const place = {
      command: (argv: readonly string[]) =>
        pod.containerCommand(container, argv, { user: 'postgres' }),
    };
    const rows = await query(place, {
      host: pod.containerPath(container, firstInstance),
      port: this.#port,
      user: 'pgbouncer',
      database: 'pgbouncer',
      sql: 'show config',
    });
    return rows.find(({ key }) => key === 'pool_mode')?.['value'] ?? 'unknown';
  }

  /** Kills until Pebble waits long enough before the next start for a hook to see it. */
  async #killProcess(model: LocalModel): Promise<void> {
    this.#account.title('Kill a PgBouncer process');
    let killed = '';
    for (let count = 0; count < 3; count += 1) {
      killed = await this.#nextProcess(model, killed);
      await model.exec(container, ['sh', '-c', 'kill -9 "$0"', killed]);
      this.#account.say(`kill -9 ${killed} (pgbouncer_0)`);
    }
    model.requestUpdateStatus();
    await this.#settle(model);
    await this.#expectStatus(model, 'notice the killed process', 'waiting', 'pgbouncer_0');
    await this.#nextProcess(model, killed);
    this.#account.say('Pebble has started it again');
    model.requestUpdateStatus();
    await this.#settle(model);
    await this.#expectStatus(model, 'recover', 'active');
  }

  /** Waits for a process other than the one before, and answers its number in the container. */
  async #nextProcess(model: LocalModel, before: string): Promise<string> {
    const deadline = performance.now() + 15_000;
    while (performance.now() < deadline) {
      const path = model.pod.hostPath(container, `${firstInstance}/pgbouncer.pid`);
      const pid = (await readFile(path, 'utf8').catch(() => '')).trim();
      if (pid !== '' && pid !== before) return pid;
      await delay(20);
    }
    throw new DemoFailedError('find the process of pgbouncer_0', 'it does not come up');
  }

  async #expectStatus(model: LocalModel, step: string, wanted: string, naming = ''): Promise<void> {
    if (unitStatus(model).status !== wanted) {
      model.requestUpdateStatus();
      await this.#settle(model);
    }
    const { status, message } = unitStatus(model);
    if (status === wanted && message.includes(naming)) return;
    const about = naming === '' ? '' : ` about ${naming}`;
    throw new DemoFailedError(step, `the unit is ${status} (${message}), not ${wanted}${about}`);
  }

  #showStatus(model: LocalModel): void {
    this.#account.block(statusTable(model.status(), this.#account.palette));
  }
}

function unitStatus(model: LocalModel): { readonly status: string; readonly message: string } {
  const units = model.status().applications.flatMap((application) => application.units);
  return units.find(({ name }) => name === model.unit)?.workload ?? { status: '', message: '' };
}
