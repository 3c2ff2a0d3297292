import type { Socket } from 'node:net';
import type { Md5Challenge } from './console-login.ts';
import { consoleTables, type ConsoleTable, type PoolerState } from './console-tables.ts';
import { standInName, standInVersion } from './stand-in-name.ts';
import { errorMessage, int16, int32, message, readMessages, turnAway } from './wire.ts';

const textType = 25;
const authenticationOk = 0;
const md5Password = 5;

export interface ConsoleSessionOptions {
  /** What the client must answer first; without it the client is let in. */
  readonly challenge?: Md5Challenge;
  /** Whether the client may change something, rather than only look. */
  readonly isAdmin: boolean;
  readonly state: () => PoolerState;
  /** Reads the ini again. */
  readonly reload: () => void;
}

/** Talks to a client of the database `pgbouncer`, where commands take the place of SQL. */
export function serveConsole(socket: Socket, early: Buffer, options: ConsoleSessionOptions): void {
  const { challenge } = options;
  let isIn = challenge === undefined;
  let pending = early;
  if (challenge === undefined) {
    letIn(socket);
  } else {
    socket.write(message('R', Buffer.concat([int32(md5Password), challenge.salt])));
  }
  const read = (chunk: Buffer): void => {
    const { messages, rest } = readMessages(Buffer.concat([pending, chunk]));
    pending = rest;
    for (const { type, body } of messages) {
      const text = body.toString('utf8').replace(/\0.*$/s, '');
      if (!isIn) {
        if (type !== 'p' || challenge?.isAnswer(text) !== true) {
          turnAway(socket, 'password authentication failed', '28P01');
          return;
        }
        isIn = true;
        letIn(socket);
      } else if (type === 'X') {
        socket.end();
      } else {
        socket.write(
          type === 'Q' ? answer(text, options) : refuse('only simple queries work here'),
        );
      }
    }
  };
  socket.on('data', read);
  read(Buffer.alloc(0));
}

function letIn(socket: Socket): void {
  const parameters = [
    ['server_version', `${standInVersion}/${standInName}`],
    ['client_encoding', 'UTF8'],
    ['server_encoding', 'UTF8'],
    ['DateStyle', 'ISO'],
    ['standard_conforming_strings', 'on'],
  ];
  socket.write(
    Buffer.concat([
      message('R', int32(authenticationOk)),
      ...parameters.map((pair) => message('S', Buffer.from(`${pair.join('\0')}\0`))),
      ready(),
    ]),
  );
}

function answer(sql: string, { isAdmin, state, reload }: ConsoleSessionOptions): Buffer {
  const command = sql.replace(/;\s*$/, '').trim().toUpperCase();
  const [verb, subject = ''] = command.split(/\s+/);
  const table = Object.hasOwn(consoleTables, subject) ? consoleTables[subject] : undefined;
  if (verb === 'SHOW' && table !== undefined) {
    return Buffer.concat([rows(table(state())), message('C', Buffer.from('SHOW\0')), ready()]);
  }
  if (command === 'RELOAD') {
    if (!isAdmin) {
      return refuse('admin access needed');
    }
    reload();
    return Buffer.concat([message('C', Buffer.from('RELOAD\0')), ready()]);
  }
  return refuse(`invalid command '${sql.trim()}' for ${standInName}, which knows RELOAD and SHOW`);
}

function rows({ columns, rows }: ConsoleTable): Buffer {
  const fields = columns.map((name) =>
    Buffer.concat([
      Buffer.from(`${name}\0`),
      int32(0),
      int16(0),
      int32(textType),
      int16(-1),
      int32(-1),
      int16(0),
    ]),
  );
  return Buffer.concat([
    message('T', Buffer.concat([int16(columns.length), ...fields])),
    ...rows.map((row) => message('D', Buffer.concat([int16(row.length), ...row.map(cell)]))),
  ]);
}

function cell(value: string | null): Buffer {
  if (value === null) {
    return int32(-1);
  }
  const bytes = Buffer.from(value);
  return Buffer.concat([int32(bytes.length), bytes]);
}

function refuse(why: string): Buffer {
  return Buffer.concat([errorMessage('ERROR', '08P01', why), ready()]);
}

function ready(): Buffer {
  return message('Z', Buffer.from('I'));
}
