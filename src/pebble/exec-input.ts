import { Writable } from 'node:stream';

import { endCommand } from './exec-output.ts';
import type { MessageConnection } from './message-transport.ts';
import type { FileContent } from './push.ts';

/** What is sent in one message. */
const largestPiece = 64 * 1024;

/** A process' standard input as a stream of Node. Ending it ends the input. */
export function writableInput(connection: MessageConnection, over: Promise<unknown>): Writable {
  const stream = new Writable({
    write(chunk: Uint8Array, _encoding, done) {
      void report(sendPieces(connection, chunk), done);
    },
    final(done) {
      void report(connection.send(endCommand), done);
    },
    destroy(error, done) {
      // A process that waits for more would wait for ever.
      if (!stream.writableFinished) void settled(connection.send(endCommand));
      done(error);
    },
  });
  // The one who writes hears of it by the stream; a process that has ended needs no more input.
  stream.on('error', () => undefined);
  const close = (): void => {
    stream.destroy();
  };
  over.then(close, close);
  return stream;
}

/** Sends all of the content, then the end of the input. Ends early when the process is over. */
export async function sendInput(
  connection: MessageConnection,
  content: FileContent | undefined,
  over: Promise<unknown>,
): Promise<void> {
  let isOver = false;
  const end = over.then(
    () => 'over' as const,
    () => 'over' as const,
  );
  for await (const piece of piecesOf(content, end)) {
    for (let start = 0; start < piece.length && !isOver; start += largestPiece) {
      const sent = connection.send(piece.subarray(start, start + largestPiece));
      isOver = (await Promise.race([end, settled(sent)])) !== 'sent';
    }
    if (isOver) return;
  }
  await settled(connection.send(endCommand));
}

async function report(promise: Promise<void>, done: (error?: Error | null) => void): Promise<void> {
  let failure: Error | undefined;
  try {
    await promise;
  } catch (error) {
    failure = error instanceof Error ? error : new Error(String(error));
  }
  done(failure);
}

/** A process that does not want its input to the end closes it, which is no failure. */
async function settled(sent: Promise<void>): Promise<'sent' | 'refused'> {
  try {
    await sent;
    return 'sent';
  } catch {
    return 'refused';
  }
}

async function* piecesOf(
  content: FileContent | undefined,
  end: Promise<'over'>,
): AsyncGenerator<Uint8Array, void, undefined> {
  if (content === undefined) return;
  if (typeof content === 'string' || content instanceof Uint8Array) {
    yield toBytes(content);
    return;
  }
  const iterator = content[Symbol.asyncIterator]();
  let finished = false;
  try {
    for (;;) {
      const step = await Promise.race([end, iterator.next()]);
      if (step === 'over') return;
      if (step.done === true) {
        finished = true;
        return;
      }
      yield toBytes(step.value);
    }
  } finally {
    // Not waited for: it may be the one that hangs.
    if (!finished) iterator.return?.().catch(() => undefined);
  }
}

async function sendPieces(connection: MessageConnection, bytes: Uint8Array): Promise<void> {
  for (let start = 0; start < bytes.length; start += largestPiece) {
    await connection.send(bytes.subarray(start, start + largestPiece));
  }
}

function toBytes(piece: string | Uint8Array): Uint8Array {
  return typeof piece === 'string' ? Buffer.from(piece) : piece;
}
