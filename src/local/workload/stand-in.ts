import { appendFileSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { parseArgs } from 'node:util';
import { messageOf } from '../../errors.ts';
import { parsePasswd } from '../pod/machine-users.ts';
import { PoolerStartError, UsageError } from './errors.ts';
import { listen } from './listening.ts';
import { parsePoolerIni, type PoolerIni } from './pooler-ini.ts';
import { standInName, standInVersion } from './stand-in-name.ts';
import { StandInPooler } from './stand-in-pooler.ts';

let logFile = '';

try {
  await run(process.argv.slice(2));
} catch (error) {
  fail(error);
}

function fail(error: unknown): void {
  log('FATAL', messageOf(error));
  process.exit(1);
}

async function run(args: readonly string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      version: { type: 'boolean', short: 'V' },
      verbose: { type: 'boolean', short: 'v' },
      quiet: { type: 'boolean', short: 'q' },
    },
  });
  if (values.version === true) {
    process.stdout.write(`PgBouncer ${standInVersion} (${standInName})\n`);
    return;
  }
  const [path, ...others] = positionals;
  if (path === undefined || others.length > 0) {
    throw new UsageError(standInName, 'pgbouncer [-q] [-v] INI | --version');
  }
  await serve(path);
}

async function serve(path: string): Promise<void> {
  const ini = readIni(path);
  logFile = ini.settings['logfile'] ?? '';
  checkPlaces(ini);
  checkUser(ini);
  log('LOG', `this is ${standInName}: it reads PgBouncer's ini and forwards connections, unpooled`);

  const reload = (): void => {
    try {
      pooler.configure(readIni(path));
      log('LOG', 'config reloaded');
    } catch (error) {
      log('ERROR', `config stays as it was: ${messageOf(error)}`);
    }
  };
  const pooler = new StandInPooler({ ini, reload, log });
  const listening = await listen({
    settings: ini.settings,
    onClient: (socket, isLocal) => pooler.accept(socket, isLocal),
    log,
    onFailure: fail,
  });
  const pidFile = ini.settings['pidfile'] ?? '';
  if (pidFile !== '') {
    writeFileSync(pidFile, `${process.pid}\n`);
  }
  const leave = (): void => {
    listening.close();
    pooler.close();
    if (pidFile !== '') {
      rmSync(pidFile, { force: true });
    }
    process.exit(0);
  };
  process.on('SIGHUP', reload);
  process.on('SIGTERM', () => {
    log('LOG', 'got SIGTERM, fast exit');
    leave();
  });
  process.on('SIGINT', () => {
    log('LOG', 'got SIGINT, waiting for clients to leave');
    void pooler.drained().then(leave);
  });
  log('LOG', `process up: PgBouncer ${standInVersion} (${standInName})`);
}

function readIni(path: string): PoolerIni {
  return parsePoolerIni(readFileSync(path, 'utf8'));
}

function checkPlaces({ settings }: PoolerIni): void {
  for (const key of ['logfile', 'pidfile']) {
    const path = settings[key] ?? '';
    if (path !== '' && !existsSync(dirname(path))) {
      throw new PoolerStartError(`the directory of ${key} ${path} does not exist`);
    }
  }
}

function checkUser({ settings }: PoolerIni): void {
  if (process.getuid?.() === 0) {
    throw new PoolerStartError('it should not run as root');
  }
  const wanted = settings['user'] ?? '';
  if (wanted !== '') {
    const user = parsePasswd(readFileSync('/etc/passwd', 'utf8')).find(
      ({ name }) => name === wanted,
    );
    if (user?.uid !== process.getuid?.()) {
      throw new PoolerStartError(`only root could change to user ${wanted}`);
    }
  }
}

function log(level: 'LOG' | 'WARNING' | 'ERROR' | 'FATAL', text: string): void {
  const time = new Date().toISOString().replace('T', ' ').replace('Z', ' UTC');
  const line = `${time} [${process.pid}] ${level} ${text}\n`;
  process.stderr.write(line);
  if (logFile !== '') {
    appendFileSync(logFile, line);
  }
}
