/** What every call to a Pebble daemon takes. */
export interface CallOptions {
  /** Ends the call with a `PebbleAbortError`. */
  readonly signal?: AbortSignal | undefined;
  /**
   * Milliseconds after which the call ends with a `PebbleTimeoutError`. Streams of file content and
   * log lines have this much time for each piece, so that their size does not matter.
   *
   * @default 5 000, or what the client was made with
   */
  readonly timeout?: number | undefined;
}
