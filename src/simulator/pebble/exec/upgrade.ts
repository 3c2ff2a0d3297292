import type { PebbleResponse } from '../../../pebble/transport.ts';
import type { MessageChannel } from './message-channel.ts';

/** The answer to a request that asks for a conversation in messages. */
export type Upgrade =
  | { readonly accepted: false; readonly response: PebbleResponse }
  /** `begin` must be called with the daemon's end of it, as soon as it is open. */
  | { readonly accepted: true; readonly begin: (channel: MessageChannel) => void };
