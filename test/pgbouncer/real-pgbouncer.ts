import { execFile, spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chown, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** The system user that PgBouncer runs as: `postgres` under root, which it refuses to be. */
export const poolerUser: { readonly name: string; readonly uid: number; readonly gid: number } =
  userInfo().uid === 0 ? accountOf('postgres') : accountOf(userInfo().username);

/** What this machine lacks to run PgBouncer and ask it, or `undefined` when it has all. */
export const missingProgram: string | undefined = ['pgbouncer', 'psql'].find(
  (program) => spawnSync(program, ['--version']).error !== undefined,
);

/** One PgBouncer process in a folder of its own. */
export class RealPgbouncer {
  readonly folder: string;
  readonly #port: number;
  readonly #process: ChildProcess;
  #log = '';

  private constructor(folder: string, port: number, process: ChildProcess) {
    this.folder = folder;
    this.#port = port;
    this.#process = process;
    process.stderr?.on('data', (text: Buffer) => (this.#log += text.toString()));
  }

  /** A folder that PgBouncer may use for its files and sockets. */
  static async folder(): Promise<string> {
    const folder = await mkdtemp(join(tmpdir(), 'pgb-'));
    await chown(folder, poolerUser.uid, poolerUser.gid);
    return folder;
  }

  /** Starts PgBouncer on a file and waits until it says that it is up. */
  static async start(folder: string, port: number, ini: string): Promise<RealPgbouncer> {
    const file = join(folder, 'pgbouncer.ini');
    await writeFile(file, ini);
    const { uid, gid } = poolerUser;
    const child = spawn('pgbouncer', [file], { uid, gid, stdio: ['ignore', 'ignore', 'pipe'] });
    const pooler = new RealPgbouncer(folder, port, child);
    await pooler.logged(/process up/);
    return pooler;
  }

  /** What the process has written so far. */
  get log(): string {
    return this.#log;
  }

  /** Waits for a line, or says what was written instead. */
  async logged(line: RegExp): Promise<void> {
    const deadline = AbortSignal.timeout(10_000);
    while (!line.test(this.#log)) {
      if (this.#process.exitCode !== null || deadline.aborted) {
        throw new Error(`pgbouncer did not log ${line.source}:\n${this.#log}`);
      }
      await Promise.race([
        once(this.#process.stderr!, 'data', { signal: deadline }),
        once(this.#process, 'exit', { signal: deadline }),
      ]);
    }
  }

  /** Replaces the file and has it read again. */
  async reload(ini: string): Promise<void> {
    await writeFile(join(this.folder, 'pgbouncer.ini'), ini);
    this.#log = '';
    this.#process.kill('SIGHUP');
    await this.logged(/got SIGHUP/);
  }

  /** Asks the admin console over the unix socket. Column names lead to values. */
  async show(what: 'CONFIG' | 'DATABASES'): Promise<readonly Record<string, string>[]> {
    const { uid, gid } = poolerUser;
    const options = ['-XA', '-F', '\u001f', '-h', this.folder, '-p', String(this.#port)];
    const { stdout } = await run(
      'psql',
      [...options, '-U', 'pgbouncer', '-c', `SHOW ${what}`, '-P', 'footer=off', 'pgbouncer'],
      { uid, gid, cwd: '/', encoding: 'utf8', env: { ...process.env, PGCLIENTENCODING: 'UTF8' } },
    );
    const [head = '', ...rows] = stdout.trimEnd().split('\n');
    const columns = head.split('\u001f');
    return rows.map((row) => {
      const cells = row.split('\u001f');
      return Object.fromEntries(columns.map((column, index) => [column, cells[index] ?? '']));
    });
  }

  /** Ends the process and removes its folder. */
  async stop(): Promise<void> {
    if (this.#process.exitCode === null && this.#process.kill('SIGTERM')) {
      await once(this.#process, 'exit');
    }
    await rm(this.folder, { recursive: true, force: true });
  }
}

/** What PgBouncer says of a file that it does not start with. */
export async function refusalOf(folder: string, ini: string): Promise<string> {
  const file = join(folder, 'pgbouncer.ini');
  await writeFile(file, ini);
  const { uid, gid } = poolerUser;
  const { status, stderr } = spawnSync('pgbouncer', [file], { uid, gid, timeout: 5_000 });
  return status === 1 ? stderr.toString() : '';
}

function accountOf(name: string): { name: string; uid: number; gid: number } {
  const id = (option: string) => Number(spawnSync('id', [option, name]).stdout.toString().trim());
  return { name, uid: id('-u'), gid: id('-g') };
}
