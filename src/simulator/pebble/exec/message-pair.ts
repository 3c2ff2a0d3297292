import type { Message, MessageConnection } from '../../../pebble/message-transport.ts';
import type { Departure, MessageChannel } from './message-channel.ts';
import { MessageQueue } from './message-queue.ts';

/** The two ends of a conversation within this process. */
export interface MessagePair {
  readonly client: MessageConnection;
  readonly daemon: MessageChannel;
}

/**
 * Joins a client and a daemon without a socket between them.
 *
 * @param lost makes what the client gets when the conversation was broken off.
 */
export function messagePair(lost: () => Error): MessagePair {
  const toDaemon = new Lane();
  const toClient = new Lane();
  let left: ((departure: Departure) => void) | undefined;
  const departure = new Promise<Departure>((resolve) => {
    left = resolve;
  });
  let broken = false;
  const end = (how: Departure): void => {
    broken ||= how === 'dropped' && !toClient.ended;
    toDaemon.end();
    toClient.end();
    left?.(how);
  };
  return {
    client: {
      messages: heard(toClient.queue, () => (broken ? lost() : undefined)),
      async send(message) {
        if (!(await toDaemon.send(message))) throw lost();
      },
      close: () => {
        end('closed');
      },
      drop: () => {
        end('dropped');
      },
    },
    daemon: {
      messages: toDaemon.queue,
      departure,
      send: async (message) => await toClient.send(message),
      ignore: () => {
        toDaemon.queue.ignore();
      },
      drop: () => {
        end('dropped');
      },
    },
  };
}

/** One direction. */
class Lane {
  readonly queue = new MessageQueue(() => {
    this.#settle();
  });
  #waiting: (() => void)[] = [];
  #ended = false;

  get ended(): boolean {
    return this.#ended;
  }

  async send(message: Message): Promise<boolean> {
    if (this.#ended) return false;
    this.queue.push(message);
    if (this.queue.full) {
      await new Promise<void>((resolve) => {
        this.#waiting.push(resolve);
      });
    }
    return !this.#ended;
  }

  end(): void {
    this.#ended = true;
    this.queue.end();
    this.#settle();
  }

  #settle(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resolve of waiting) resolve();
  }
}

async function* heard(
  messages: AsyncIterable<Message>,
  failure: () => Error | undefined,
): AsyncGenerator<Message, void, undefined> {
  yield* messages;
  const error = failure();
  if (error !== undefined) throw error;
}
