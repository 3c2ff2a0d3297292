/** What an HTTP server answered. */
export interface HttpAnswer {
  readonly status: number;
  /** The beginning of the body, of at least 512 bytes where it has as many. */
  readonly body: string;
}

/** How checks reach others: over the network, or over a pretended one. */
export interface NetworkProbes {
  /**
   * Asks a server, following redirects.
   *
   * @throws {Error} whose message says why there is no answer.
   */
  http(
    url: string,
    headers: Readonly<Record<string, string>>,
    signal: AbortSignal,
  ): Promise<HttpAnswer>;
  /**
   * Connects, and lets go at once.
   *
   * @throws {Error} whose message says why it could not.
   */
  tcp(host: string, port: number, signal: AbortSignal): Promise<void>;
}

/** A network on which everybody answers. */
export const kindNetwork: NetworkProbes = {
  http: async () => Promise.resolve({ status: 200, body: '' }),
  tcp: async () => Promise.resolve(),
};
