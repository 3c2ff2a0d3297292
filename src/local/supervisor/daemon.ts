import { readFile } from 'node:fs/promises';
import { messageOf } from '../../errors.ts';
import { PebblePlanError } from '../../pebble/plan/plan-error.ts';
import { parseAccounts, type Accounts } from '../../simulator/pebble/accounts.ts';
import { systemClock } from '../../simulator/pebble/clock.ts';
import { createPebbleCore } from '../../simulator/pebble/create-pebble-core.ts';
import { childProcessLauncher } from './child-process-launcher.ts';
import { parseDaemonOptions, type DaemonOptions } from './daemon-options.ts';
import { servePebble } from './http-server.ts';
import { readLayerFolder } from './layer-folder.ts';
import { PathMap } from './path-map.ts';
import { realFileSystem } from './real-file-system.ts';
import { realNetwork } from './real-network.ts';

/** Runs one daemon until something asks for its end. @returns what to exit with. */
async function run(options: DaemonOptions): Promise<number> {
  const paths = new PathMap(options.mappings);
  const launcher = childProcessLauncher({
    environment: inheritedEnvironment(process.env),
    commandPrefix: options.commandPrefix,
    keepUser: options.keepUser,
    toHost: (path) => paths.toHost(path),
  });
  // Whatever ends this process, an error of its own included, takes its services along.
  process.on('exit', () => {
    launcher.killAll();
  });
  const core = createPebbleCore({
    launcher,
    files: realFileSystem({ paths, recordOwners: options.keepUser }),
    clock: systemClock,
    accounts: await containerAccounts(paths),
    network: realNetwork,
    callerId: process.getuid?.() ?? 0,
    layers: options.layersFolder === undefined ? [] : await readLayerFolder(options.layersFolder),
  });
  const ended = new Promise<number>((resolve) => {
    core.listen((event) => {
      if (event.kind === 'shutdown') {
        resolve(event.exitCode);
      }
    });
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGQUIT'] as const) {
      process.on(signal, () => {
        resolve(0);
      });
    }
    if (options.exitWithParent) {
      process.stdin.once('end', () => {
        resolve(0);
      });
      process.stdin.once('error', () => {
        resolve(0);
      });
      process.stdin.resume();
    }
  });
  const server = await servePebble(core, options.socketPath);
  // Nobody may be reading any more; that is no reason to end.
  process.stdout.on('error', () => undefined);
  process.stdout.write(`listening on ${options.socketPath}\n`);
  if (!options.hold) {
    await core.autostart();
  }
  const exitCode = await ended;
  // While it is read, standard input keeps the process alive.
  process.stdin.destroy();
  await core.close();
  await server.close();
  return exitCode;
}

/** The users and groups of the container. */
async function containerAccounts(paths: PathMap): Promise<Accounts> {
  const [passwd, group] = await Promise.all(
    ['/etc/passwd', '/etc/group'].map((path) => readFile(paths.toHost(path), 'utf8')),
  );
  return parseAccounts(passwd ?? '', group ?? '');
}

function inheritedEnvironment(env: NodeJS.ProcessEnv): Record<string, string> {
  return Object.fromEntries(
    Object.entries(env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}

try {
  process.exitCode = await run(parseDaemonOptions(process.argv.slice(2), process.getuid?.() === 0));
} catch (error) {
  // Of a plan that it refuses, Pebble says no more than the reason.
  const why = error instanceof PebblePlanError ? error.reason : messageOf(error);
  process.stderr.write(`${why}\n`);
  process.exitCode = 1;
}
