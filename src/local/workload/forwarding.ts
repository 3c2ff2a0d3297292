import { connect, type Socket } from 'node:net';
import { startupPacket, turnAway } from './wire.ts';

/** Where a database's clients are sent. */
export interface Backend {
  /** Names or addresses, tried in order; a directory stands for the unix socket in it. */
  readonly hosts: readonly string[];
  readonly port: number;
}

export interface ForwardingOptions {
  readonly backend: Backend;
  /** What the server is told at the start: the user, its database, and the client's wishes. */
  readonly parameters: ReadonlyMap<string, string>;
  /** Milliseconds for one host to answer. */
  readonly timeout: number;
}

/** A database's connection string as a backend. */
export function backendOf(pairs: ReadonlyMap<string, string>): Backend {
  const hosts = (pairs.get('host') ?? '/var/run/postgresql').split(',').map((host) => host.trim());
  return { hosts, port: Number(pairs.get('port') ?? '5432') };
}

/**
 * Connects a client with its server and passes everything through, the login included: the server
 * decides who comes in.
 */
export async function forward(
  client: Socket,
  early: Buffer,
  options: ForwardingOptions,
): Promise<void> {
  client.pause();
  const server = await connectFirst(options.backend, options.timeout);
  if (server === undefined) {
    turnAway(client, 'server login failed: no server answers', '08006');
    return;
  }
  server.write(startupPacket(options.parameters));
  server.write(early);
  server.on('error', () => client.destroy());
  client.on('error', () => server.destroy());
  client.on('close', () => server.destroy());
  server.on('close', () => client.end());
  client.pipe(server).pipe(client);
}

/** Passes a client's wish to cancel on to every server; all but the right one take no notice. */
export async function forwardCancel(packet: Buffer, backends: readonly Backend[]): Promise<void> {
  await Promise.all(
    backends.map(async (backend) => {
      const server = await connectFirst(backend, 5000);
      server?.on('error', () => server.destroy()).end(packet);
    }),
  );
}

async function connectFirst(
  { hosts, port }: Backend,
  timeout: number,
): Promise<Socket | undefined> {
  for (const host of hosts) {
    const socket = await connectTo(host, port, timeout);
    if (socket !== undefined) {
      return socket;
    }
  }
  return undefined;
}

function connectTo(host: string, port: number, timeout: number): Promise<Socket | undefined> {
  return new Promise((resolve) => {
    const where = host.startsWith('/') ? { path: `${host}/.s.PGSQL.${port}` } : { host, port };
    const socket = connect(where, () => {
      socket.setTimeout(0);
      resolve(socket);
    });
    const giveUp = (): void => {
      socket.destroy();
      resolve(undefined);
    };
    socket.once('error', giveUp);
    socket.setTimeout(timeout, giveUp);
  });
}
