import { once } from 'node:events';
import { chmodSync, existsSync, rmSync } from 'node:fs';
import { createServer, connect, type ListenOptions, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { messageOf } from '../../errors.ts';
import { PoolerStartError } from './errors.ts';

const standbyPause = 250;
const firstNodeWithSharing = 23;

export interface ListeningOptions {
  readonly settings: Readonly<Record<string, string>>;
  readonly onClient: (socket: Socket, isLocal: boolean) => void;
  readonly log: (level: 'LOG' | 'WARNING', text: string) => void;
  /** Told when standing by for a port has failed for another reason than that it is in use. */
  readonly onFailure: (error: unknown) => void;
}

/** The sockets that a pooler accepts clients on. */
export interface Listening {
  close(): void;
}

/**
 * Listens where the ini says. With `so_reuseport` several poolers may have one port: from Node 23 on
 * they share it as PgBouncer's do; before, one has it, and the others stand by until it is free.
 *
 * @throws {PoolerStartError} when a socket is in use or cannot be made.
 */
export async function listen(options: ListeningOptions): Promise<Listening> {
  const closers: (() => void)[] = [];
  const { settings, log } = options;
  const port = Number(settings['listen_port'] ?? '');
  const directory = settings['unix_socket_dir'] ?? '';
  if (directory !== '' && existsSync(directory)) {
    closers.push(await listenLocally(join(directory, `.s.PGSQL.${port}`), options));
  } else if (directory !== '') {
    log('WARNING', `unix_socket_dir ${directory} does not exist`);
  }
  const addresses = (settings['listen_addr'] ?? '').split(',').map((address) => address.trim());
  for (const address of addresses.filter((address) => address !== '')) {
    closers.push(await listenOnNetwork(address === '*' ? '0.0.0.0' : address, port, options));
  }
  return { close: () => closers.forEach((close) => close()) };
}

async function listenLocally(path: string, options: ListeningOptions): Promise<() => void> {
  if (await answers(path)) {
    throw new PoolerStartError(`unix socket ${path} is in use`);
  }
  rmSync(path, { force: true });
  const server = createServer((socket) => options.onClient(socket, true));
  await tryListen(server, { path });
  const mode = Number.parseInt(options.settings['unix_socket_mode'] ?? '0777', 8);
  chmodSync(path, mode);
  options.log('LOG', `listening on unix:${path}`);
  return () => {
    server.close();
    rmSync(path, { force: true });
  };
}

async function listenOnNetwork(
  host: string,
  port: number,
  { settings, onClient, log, onFailure }: ListeningOptions,
): Promise<() => void> {
  const isShared = settings['so_reuseport'] === '1';
  const canShare = Number.parseInt(process.versions.node, 10) >= firstNodeWithSharing;
  const where: ListenOptions & { readonly reusePort?: boolean } = {
    host,
    port,
    ...(isShared && canShare ? { reusePort: true } : {}),
  };
  let isOver = false;
  let server = createServer((socket) => onClient(socket, false));
  let timer: NodeJS.Timeout | undefined;
  const attempt = async (isFirst: boolean): Promise<void> => {
    try {
      await tryListen(server, where);
      log('LOG', `listening on ${host}:${port}`);
    } catch (error) {
      const isTaken = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
      if (!isShared || !isTaken) {
        throw new PoolerStartError(messageOf(error), { cause: error });
      }
      if (isFirst) {
        log('LOG', `${host}:${port} belongs to another instance; standing by to take it over`);
      }
      server = createServer((socket) => onClient(socket, false));
      timer = isOver
        ? undefined
        : setTimeout(() => void attempt(false).catch(onFailure), standbyPause);
    }
  };
  await attempt(true);
  return () => {
    isOver = true;
    clearTimeout(timer);
    server.close();
  };
}

async function tryListen(server: Server, where: ListenOptions): Promise<void> {
  server.listen(where);
  await once(server, 'listening');
}

function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ path }, () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
