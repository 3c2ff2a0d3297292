/** A port as Juju's tools read it, such as `80/tcp` or `icmp`. */
export interface Port {
  readonly protocol: 'tcp' | 'udp' | 'icmp';
  readonly from: number;
  readonly to: number;
}

/** The port in the argument, or why it is none, in Juju's words. */
export function parsePort(text: string): Port | { readonly refusal: string } {
  const lower = text.toLowerCase();
  if (lower === 'icmp') return { protocol: 'icmp', from: -1, to: -1 };
  const [numbers, protocol = 'tcp'] = cut(lower, '/');
  const [first, last = first] = cut(numbers, '-');
  for (const bound of [first, last]) {
    if (!/^\d+$/.test(bound)) {
      return {
        refusal: `invalid port "${bound}": strconv.Atoi: parsing "${bound}": invalid syntax`,
      };
    }
  }
  if (protocol !== 'tcp' && protocol !== 'udp') {
    return { refusal: `invalid protocol "${protocol}", expected "tcp", "udp", or "icmp"` };
  }
  const [from, to] = [Number(first), Number(last)];
  if (from > to) return { refusal: `invalid port range ${from}-${to}` };
  if (to > 65_535) {
    return { refusal: `port range bounds must be between 0 and 65535, got ${from}-${to}` };
  }
  return { protocol, from, to };
}

/** What stands before a mark, and what after it if there is one. */
function cut(text: string, mark: string): [string, string?] {
  const at = text.indexOf(mark);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}

/** The port as Juju prints it. */
export function portText({ protocol, from, to }: Port): string {
  if (protocol === 'icmp') return 'icmp';
  return from === to ? `${from}/${protocol}` : `${from}-${to}/${protocol}`;
}

/** Printed ports in Juju's order: by protocol, then by number. */
export function sortedPorts(ports: Iterable<string>): string[] {
  return [...ports].sort(
    (a, b) =>
      protocolOf(a).localeCompare(protocolOf(b)) || Number.parseInt(a, 10) - Number.parseInt(b, 10),
  );
}

function protocolOf(port: string): string {
  return port.split('/')[1] ?? port;
}
