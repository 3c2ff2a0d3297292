/** Where a server listens. */
export interface Endpoint {
  /** A name or an address; an IPv6 address stands without brackets. */
  readonly host: string;
  readonly port: number;
}

/** A DNS name, an IPv4 or an IPv6 address, as far as characters tell. */
export function isHost(text: string): boolean {
  return (
    text.length <= 253 &&
    /^[A-Za-z0-9]([A-Za-z0-9_.-]*[A-Za-z0-9])?$|^[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*$/.test(text)
  );
}

/** `host:port`, or `[address]:port`; `undefined` when it is anything else. */
export function parseEndpoint(text: string): Endpoint | undefined {
  const [, bracketed, plain, digits] =
    /^(?:\[([^[\]]+)\]|([^:[\]]+)):([1-9]\d{0,4})$/.exec(text) ?? [];
  const host = bracketed ?? plain ?? '';
  const port = Number(digits);
  return isHost(host) && port <= 65_535 ? { host, port } : undefined;
}

/** `host:port`, with brackets around an IPv6 address. */
export function printEndpoint({ host, port }: Endpoint): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}
