import type { HookTools } from '../juju/hook-tool.ts';
import { closePort, openedPorts, openPort, type Port } from '../juju/tools/ports.ts';
import { Remembered } from './remembered.ts';

export interface PortOptions {
  /** Only for what reaches the unit through these endpoints. Default: all. */
  readonly endpoints?: readonly string[];
}

/**
 * The ports that a unit has opened. Juju lets traffic through when the hook has succeeded; what
 * this dispatch opens and closes counts at once.
 */
export class Ports {
  readonly #tools: HookTools;
  /** Whether Juju counts what a hook has not committed depends on its version: we count it. */
  readonly #before: Remembered<readonly Port[]>;
  readonly #changed = new Map<string, { readonly port: Port; readonly open: boolean }>();

  constructor(tools: HookTools) {
    this.#tools = tools;
    this.#before = new Remembered(() => openedPorts(tools));
  }

  async open(port: Port, { endpoints }: PortOptions): Promise<void> {
    await openPort(this.#tools, port, { endpoints });
    this.#changed.set(keyOf(port), { port, open: true });
  }

  /** For some endpoints only, the port stays open for the others. */
  async close(port: Port, { endpoints }: PortOptions): Promise<void> {
    await closePort(this.#tools, port, { endpoints });
    if (endpoints === undefined) this.#changed.set(keyOf(port), { port, open: false });
  }

  async opened(): Promise<readonly Port[]> {
    const ports = new Map((await this.#before.get()).map((port) => [keyOf(port), port]));
    for (const [key, { port, open }] of this.#changed) {
      if (open) ports.set(key, port);
      else ports.delete(key);
    }
    return [...ports.values()];
  }

  /** Surplus ports first, so that a range can give way to one that overlaps it. */
  async set(wanted: readonly Port[]): Promise<void> {
    const opened = await this.opened();
    const wantedKeys = new Set(wanted.map(keyOf));
    const openedKeys = new Set(opened.map(keyOf));
    for (const port of opened) if (!wantedKeys.has(keyOf(port))) await this.close(port, {});
    for (const port of wanted) if (!openedKeys.has(keyOf(port))) await this.open(port, {});
  }
}

/** `6432/tcp`, as Juju prints it. A range of one port is that port. */
function keyOf(port: Port): string {
  if (port.protocol === 'icmp') return 'icmp';
  const { port: from, toPort: to = from, protocol } = port;
  return from === to ? `${from}/${protocol}` : `${from}-${to}/${protocol}`;
}
