import type { PebbleTransport } from './transport.ts';

/** Text or bytes: they come as whole as they were sent, and as the kind that they were sent as. */
export type Message = string | Uint8Array;

/** A conversation in messages with a daemon, such as one stream of a process that it executes. */
export interface MessageConnection {
  /**
   * What the other side says, until it is gone, with or without a farewell. Read by one reader; what
   * is not read makes the other side wait.
   *
   * @throws {PebbleProtocolError} when it breaks the rules of the conversation.
   */
  readonly messages: AsyncIterable<Message>;
  /**
   * Resolves when the message is on its way, which is later when the other side is slow.
   *
   * @throws {PebbleConnectionError} when the conversation is over.
   */
  send(message: Message): Promise<void>;
  /** Ends the conversation with a farewell. */
  close(): void;
  /** Breaks it off without one, which tells Pebble to kill what it executes. */
  drop(): void;
}

/** A transport that can also hold conversations, which only executing commands needs. */
export interface MessageTransport extends PebbleTransport {
  /**
   * Begins a conversation at an endpoint, such as `/v1/tasks/1/websocket/stdio`.
   *
   * @param options.signal when aborted before the conversation has begun, it does not begin.
   * @throws {PebbleApiError} when the daemon refuses.
   * @throws {PebbleConnectionError} when no daemon answers, or it goes away in the middle.
   */
  openMessages(
    path: string,
    options?: { readonly signal?: AbortSignal },
  ): Promise<MessageConnection>;
}

/** Whether a transport can hold conversations. */
export function carriesMessages(transport: PebbleTransport): transport is MessageTransport {
  return 'openMessages' in transport && typeof transport.openMessages === 'function';
}
