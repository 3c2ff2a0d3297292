import { readFileSync, statSync } from 'node:fs';
import type { Socket } from 'node:net';
import { messageOf } from '../../errors.ts';
import { parseAuthFile } from './auth-file.ts';
import { md5Challenge } from './console-login.ts';
import { serveConsole } from './console-session.ts';
import type { PoolerState } from './console-tables.ts';
import { backendOf, forward, forwardCancel } from './forwarding.ts';
import type { PoolerIni } from './pooler-ini.ts';
import { readOpening, turnAway, type Opening } from './wire.ts';

const consoleDatabase = 'pgbouncer';
const consoleUser = 'pgbouncer';
const ownParameters = new Set(['user', 'database', 'client_encoding', 'datestyle', 'timezone']);

export interface StandInPoolerOptions {
  readonly ini: PoolerIni;
  readonly reload: () => void;
  readonly log: (level: 'LOG' | 'WARNING', text: string) => void;
}

/** Answers clients as a pooler, except that it forwards each client to a server of its own. */
export class StandInPooler {
  #ini: PoolerIni;
  readonly #reload: () => void;
  readonly #log: StandInPoolerOptions['log'];
  readonly #clients = new Map<Socket, { readonly database: string; readonly user: string }>();
  readonly #sockets = new Set<Socket>();
  #whenEmpty: (() => void) | undefined;

  constructor({ ini, reload, log }: StandInPoolerOptions) {
    this.#ini = ini;
    this.#reload = reload;
    this.#log = log;
  }

  /** Takes a new configuration for clients to come; clients of a database that is gone are cut. */
  configure(ini: PoolerIni): void {
    this.#ini = ini;
    for (const [socket, { database }] of this.#clients) {
      if (this.#pairsOf(database) === undefined) {
        turnAway(socket, 'database removed');
      }
    }
  }

  /** Takes a client that has just connected, over a unix socket or the network. */
  accept(socket: Socket, isLocal: boolean): void {
    let pending: Buffer = Buffer.alloc(0);
    this.#sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => this.#forget(socket));
    const read = (chunk: Buffer): void => {
      pending = Buffer.concat([pending, chunk]);
      const found = readOpening(pending);
      if (found === undefined) {
        return;
      }
      pending = pending.subarray(found.length);
      if (found.opening.kind === 'encryption') {
        socket.write('N');
        read(Buffer.alloc(0));
        return;
      }
      socket.off('data', read);
      this.#open(socket, { opening: found.opening, early: pending, isLocal });
    };
    socket.on('data', read);
  }

  /** Resolves when the last client has left. */
  drained(): Promise<void> {
    return new Promise((resolve) => {
      this.#whenEmpty = resolve;
      this.#tellWhenEmpty();
    });
  }

  /** Cuts every client. */
  close(): void {
    this.#sockets.forEach((socket) => socket.destroy());
  }

  #open(
    socket: Socket,
    { opening, early, isLocal }: { opening: Opening; early: Buffer; isLocal: boolean },
  ): void {
    switch (opening.kind) {
      case 'cancel': {
        const backends = [...this.#ini.databases.values()].map(backendOf);
        void forwardCancel(opening.packet, backends).then(() => socket.destroy());
        return;
      }
      case 'startup': {
        const user = opening.parameters.get('user') ?? '';
        const database = opening.parameters.get('database') ?? user;
        if (database === consoleDatabase) {
          this.#openConsole(socket, early, { user, isLocal });
        } else {
          void this.#forward(socket, early, { user, database, parameters: opening.parameters });
        }
        return;
      }
      case 'encryption':
      case 'unknown':
        turnAway(socket, 'bad packet header');
    }
  }

  #openConsole(
    socket: Socket,
    early: Buffer,
    { user, isLocal }: { readonly user: string; readonly isLocal: boolean },
  ): void {
    const base = {
      state: (): PoolerState => ({ ini: this.#ini, clients: [...this.#clients.values()] }),
      reload: this.#reload,
    };
    if (user === consoleUser && isLocal && this.#isSocketPrivate()) {
      serveConsole(socket, early, { ...base, isAdmin: true });
      return;
    }
    const isAdmin = this.#lists('admin_users', user);
    const secret = this.#secrets().get(user);
    if (!isAdmin && !this.#lists('stats_users', user)) {
      turnAway(socket, 'not allowed');
    } else if (this.#ini.settings['auth_type'] === 'trust') {
      serveConsole(socket, early, { ...base, isAdmin });
    } else {
      const challenge = secret === undefined ? undefined : md5Challenge(user, secret);
      if (challenge === undefined) {
        turnAway(socket, 'password authentication failed', '28P01');
      } else {
        serveConsole(socket, early, { ...base, isAdmin, challenge });
      }
    }
  }

  async #forward(
    socket: Socket,
    early: Buffer,
    {
      user,
      database,
      parameters,
    }: {
      readonly user: string;
      readonly database: string;
      readonly parameters: ReadonlyMap<string, string>;
    },
  ): Promise<void> {
    const pairs = this.#pairsOf(database);
    const limit = Number(this.#ini.settings['max_client_conn'] ?? '');
    const unwanted = [...parameters.keys()].find((name) => !this.#takes(name));
    if (pairs === undefined) {
      turnAway(socket, `no such database: ${database}`);
    } else if (this.#clients.size >= limit) {
      turnAway(socket, 'no more connections allowed (max_client_conn)');
    } else if (unwanted !== undefined) {
      turnAway(socket, `unsupported startup parameter: ${unwanted}`);
    } else {
      this.#log('LOG', `login attempt: db=${database} user=${user}`);
      this.#clients.set(socket, { database, user });
      const kept = [...parameters].filter(([name]) => !this.#ignores(name));
      await forward(socket, early, {
        backend: backendOf(pairs),
        parameters: new Map([...kept, ['database', pairs.get('dbname') ?? database]]),
        timeout: Number(this.#ini.settings['server_connect_timeout'] ?? '') * 1000,
      });
    }
  }

  #pairsOf(database: string): ReadonlyMap<string, string> | undefined {
    return this.#ini.databases.get(database) ?? this.#ini.databases.get('*');
  }

  #takes(parameter: string): boolean {
    const known = ownParameters.has(parameter.toLowerCase()) || parameter === 'application_name';
    return known || this.#ignores(parameter);
  }

  #ignores(parameter: string): boolean {
    return this.#lists('ignore_startup_parameters', parameter);
  }

  #lists(setting: string, name: string): boolean {
    const names = (this.#ini.settings[setting] ?? '').split(',');
    return names.some((listed) => listed.trim() === name);
  }

  #secrets(): ReadonlyMap<string, string> {
    const path = this.#ini.settings['auth_file'] ?? '';
    try {
      return path === '' ? new Map() : parseAuthFile(readFileSync(path, 'utf8'));
    } catch (error) {
      this.#log('WARNING', `cannot read auth_file ${path}: ${messageOf(error)}`);
      return new Map();
    }
  }

  /** PgBouncer asks the kernel who is there; we can only see that nobody else could be. */
  #isSocketPrivate(): boolean {
    const directory = this.#ini.settings['unix_socket_dir'] ?? '';
    const { uid, mode } = statSync(directory);
    return uid === process.getuid?.() && (mode & 0o077) === 0;
  }

  #forget(socket: Socket): void {
    this.#sockets.delete(socket);
    this.#clients.delete(socket);
    this.#tellWhenEmpty();
  }

  #tellWhenEmpty(): void {
    if (this.#clients.size === 0) {
      this.#whenEmpty?.();
    }
  }
}
