/** Open ports as printed, each with the endpoints it is open for; empty text stands for all. */
export type OpenPorts = Map<string, ReadonlySet<string>>;

/** One call of open-port or close-port for one endpoint; empty text stands for all. */
export interface PortChange {
  readonly port: string;
  readonly endpoint: string;
  readonly open: boolean;
}

/**
 * Takes in one more change of a hook. It cancels the opposite that the hook asked for earlier, and
 * opening what is open already is nothing.
 */
export function notePortChange(changes: PortChange[], ports: OpenPorts, change: PortChange): void {
  const { port, endpoint, open } = change;
  const before = changes.findIndex((each) => each.port === port && each.endpoint === endpoint);
  if (before >= 0) changes.splice(before, 1);
  if (open && ports.get(port)?.has(endpoint) === true) return;
  changes.push(change);
}

/**
 * The ports after changes. Opening for all endpoints takes in what was open for some, and closing
 * for one what was open for all leaves it open for the others.
 *
 * @param endpoints every endpoint that the unit's charm declares
 */
export function changedPorts(
  ports: OpenPorts,
  changes: readonly PortChange[],
  endpoints: readonly string[],
): OpenPorts {
  const result: OpenPorts = new Map(ports);
  for (const { port, endpoint, open } of changes) {
    const before = result.get(port) ?? new Set();
    const after = open ? opened(before, endpoint) : closed(before, endpoint, endpoints);
    if (after.size === 0) result.delete(port);
    else result.set(port, after);
  }
  return result;
}

function opened(before: ReadonlySet<string>, endpoint: string): ReadonlySet<string> {
  if (endpoint === '' || before.has('')) return new Set(['']);
  return new Set([...before, endpoint]);
}

function closed(
  before: ReadonlySet<string>,
  endpoint: string,
  endpoints: readonly string[],
): ReadonlySet<string> {
  if (endpoint === '') return new Set();
  const each = before.has('') ? endpoints : [...before];
  return new Set(each.filter((name) => name !== endpoint));
}
