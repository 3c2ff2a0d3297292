import { WebSocket, type RawData } from 'ws';
import type { Message } from '../../pebble/message-transport.ts';
import type { Departure, MessageChannel } from '../../simulator/pebble/exec/message-channel.ts';
import { MessageQueue } from '../../simulator/pebble/exec/message-queue.ts';

/** The code of a connection that ended without a farewell. */
const withoutFarewell = 1006;

/** A conversation that travels over a websocket. */
export function webSocketChannel(socket: WebSocket): MessageChannel {
  const queue = new MessageQueue(() => {
    if (socket.isPaused) socket.resume();
  });
  let broken = false;
  socket.on('message', (data, isBinary) => {
    queue.push(messageOf(data, isBinary));
    if (queue.full && socket.readyState === WebSocket.OPEN) socket.pause();
  });
  socket.on('error', () => {
    broken = true;
  });
  const departure = new Promise<Departure>((resolve) => {
    socket.on('close', (code) => {
      queue.end();
      // One who breaks the rules of websockets has not left; that is no reason to kill, to Pebble.
      resolve(code === withoutFarewell && !broken ? 'dropped' : 'closed');
    });
  });
  return {
    messages: queue,
    departure,
    async send(message) {
      return await new Promise((resolve) => {
        socket.send(message, { binary: typeof message !== 'string' }, (error) => {
          resolve(!error);
        });
      });
    },
    ignore: () => {
      queue.ignore();
    },
    drop: () => {
      socket.terminate();
    },
  };
}

function messageOf(data: RawData, isBinary: boolean): Message {
  const bytes = Array.isArray(data)
    ? Buffer.concat(data)
    : data instanceof ArrayBuffer
      ? Buffer.from(data)
      : data;
  return isBinary ? bytes : bytes.toString('utf8');
}
