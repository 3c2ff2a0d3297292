/** One HTTP exchange with a Pebble daemon, free of how it travels. */
export interface PebbleRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** The path with its version, such as `/v1/services`. */
  readonly path: string;
  /** Parameters of the address, each once or several times. */
  readonly query?: Readonly<Record<string, string | readonly string[]>>;
  readonly headers?: Readonly<Record<string, string>>;
  /** Text is sent as it is; an iterable is streamed in constant memory. */
  readonly body?: string | AsyncIterable<Uint8Array>;
}

/** The daemon's reply. The body must be read to its end or its iterator returned. */
export interface PebbleResponse {
  readonly status: number;
  /** Header names are in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: AsyncIterable<Uint8Array>;
  /**
   * Takes the whole body when all of it has come, as that of a short reply often has, without the
   * steps of an iterator. Undefined while some of it is still to come; then read `body`.
   */
  readonly takeWhole?: (() => Buffer | undefined) | undefined;
}

/** Where exchanges with one Pebble daemon go: its unix socket, or a daemon in this process. */
export interface PebbleTransport {
  /**
   * Sends a request and resolves when the reply's headers have arrived.
   *
   * A transport keeps no time of its own: the client keeps it, and aborts the signal when it is up.
   *
   * @param options.signal when aborted, the exchange ends at once and its connection is given up.
   * @throws {PebbleConnectionError} when no daemon answers, or it goes away in the middle.
   */
  request(
    request: PebbleRequest,
    options?: { readonly signal?: AbortSignal },
  ): Promise<PebbleResponse>;
  /** Closes kept-alive connections. No request may follow. */
  close(): Promise<void>;
}
