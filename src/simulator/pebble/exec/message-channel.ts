import type { Message } from '../../../pebble/message-transport.ts';

/** How the other side left: `closed` with a farewell, `dropped` without one. */
export type Departure = 'closed' | 'dropped';

/** The daemon's end of a conversation in messages, free of how they travel. */
export interface MessageChannel {
  /**
   * What the other side says, until it is gone. Read by one reader; what is not read makes the
   * other side wait. Never throws.
   */
  readonly messages: AsyncIterable<Message>;
  /** Resolves when the other side is gone. */
  readonly departure: Promise<Departure>;
  /**
   * Resolves when the message is on its way, which is later when the other side is slow.
   *
   * @returns false when the other side is gone.
   */
  send(message: Message): Promise<boolean>;
  /** Lets go of all that the other side still says, so that it need not wait. */
  ignore(): void;
  /** Breaks the conversation off without a farewell. */
  drop(): void;
}
