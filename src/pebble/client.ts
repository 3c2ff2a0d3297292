import type { CallOptions } from './call-options.ts';
import type { Change } from './change.ts';
import {
  abortChange,
  getChange,
  listChanges,
  waitChange,
  type ChangesOptions,
  type WaitOptions,
} from './changes.ts';
import { Exchange } from './exchange.ts';
import {
  listFiles,
  makeDir,
  removePath,
  type FileInfo,
  type ListOptions,
  type MakeDirOptions,
  type RemoveOptions,
} from './files.ts';
import { isHealthy, type HealthOptions } from './health.ts';
import type { Layer } from './layer.ts';
import { addLayer, type AddLayerOptions } from './layers.ts';
import { followLogs, readLogs, type LogEntry, type LogsOptions } from './logs.ts';
import { getPlan, planText, type Plan } from './plan.ts';
import { pull, type PulledFile } from './pull.ts';
import { pushFiles, type FileContent, type PushedFile, type PushOptions } from './push.ts';
import { listServices, requestServices, type ServiceAction, type ServiceInfo } from './services.ts';
import { sendSignal } from './signals.ts';
import { systemInfo, type SystemInfo } from './system-info.ts';
import type { PebbleTransport } from './transport.ts';

/** How a client behaves where a call does not say otherwise. */
export interface PebbleClientOptions {
  /**
   * Milliseconds for a call, or for a piece of a stream.
   *
   * @default 5 000
   */
  readonly timeout?: number | undefined;
}

/**
 * A client of one Pebble daemon.
 *
 * Every call ends: with its result, or with a `PebbleError` of the situation's own class, at the
 * latest when its timeout is up.
 *
 * @example
 * ```ts
 * import { PebbleClient, UnixSocketTransport } from 'charmwright/pebble';
 *
 * const pebble = new PebbleClient(new UnixSocketTransport('/charm/containers/web/pebble.socket'));
 * await pebble.addLayer('web', {
 *   services: { web: { override: 'replace', command: '/bin/web', startup: 'enabled' } },
 * });
 * await pebble.replan();
 * await pebble.close();
 * ```
 */
export class PebbleClient {
  readonly #transport: PebbleTransport;
  readonly #exchange: Exchange;
  readonly #timeout: number;

  constructor(transport: PebbleTransport, { timeout = 5_000 }: PebbleClientOptions = {}) {
    this.#transport = transport;
    this.#timeout = timeout;
    this.#exchange = new Exchange(transport, timeout);
  }

  /** Asks the daemon who it is: the cheapest way to know that it answers. */
  async systemInfo(options?: CallOptions): Promise<SystemInfo> {
    return await systemInfo(this.#exchange, options);
  }

  /** Tells whether no check is down. */
  async isHealthy(options?: HealthOptions): Promise<boolean> {
    return await isHealthy(this.#exchange, options);
  }

  /**
   * Writes a file: beside it first, then in its place, so that no reader sees half of it.
   *
   * The new file has the owner and permissions of this call, not those of a file it replaces; a
   * symbolic link is replaced, not followed.
   *
   * @throws {PebblePathError} of kind `not-found` when its directory is missing.
   */
  async push(path: string, content: FileContent, options?: PushOptions): Promise<void> {
    const { signal, timeout, ...attributes } = options ?? {};
    await this.pushFiles([{ ...attributes, path, content }], { signal, timeout });
  }

  /**
   * Writes several files in one request: each as {@link push} does, in their order. When one cannot
   * be written, the ones behind it are written all the same.
   *
   * @throws {PebblePathError} about the first that could not be written.
   */
  async pushFiles(files: readonly PushedFile[], options?: CallOptions): Promise<void> {
    await pushFiles(this.#exchange, files, options);
  }

  /**
   * Opens a file for reading. Read it to its end, or `cancel()` it: it holds a connection.
   *
   * @throws {PebblePathError} of kind `not-found` when there is no such file.
   */
  async pull(path: string, options?: CallOptions): Promise<PulledFile> {
    return await pull(this.#exchange, path, options);
  }

  /** Reads a file of UTF-8 text. */
  async pullText(path: string, options?: CallOptions): Promise<string> {
    return await (await this.pull(path, options)).text();
  }

  /**
   * Lists a directory, by name; of anything but a directory, the thing itself.
   *
   * @throws {PebblePathError} of kind `not-found` when nothing is there.
   */
  async listFiles(path: string, options?: ListOptions): Promise<readonly FileInfo[]> {
    return await listFiles(this.#exchange, path, options);
  }

  /** Makes a directory. @throws {PebblePathError} when it exists, unless `makeParents` is set. */
  async makeDir(path: string, options?: MakeDirOptions): Promise<void> {
    await makeDir(this.#exchange, path, options);
  }

  /** Removes a file or directory. @throws {PebblePathError} when a directory is not empty. */
  async removePath(path: string, options?: RemoveOptions): Promise<void> {
    await removePath(this.#exchange, path, options);
  }

  /**
   * Adds a layer to the plan, or merges it into one. Services follow at their next start, restart
   * or replan.
   *
   * @param layer a value, or YAML text that is sent as it is.
   */
  async addLayer(label: string, layer: Layer | string, options?: AddLayerOptions): Promise<void> {
    await addLayer(this.#exchange, label, layer, options);
  }

  /** Reads all layers laid over one another. */
  async plan(options?: CallOptions): Promise<Plan> {
    return await getPlan(this.#exchange, options);
  }

  /** Reads the plan as the YAML text that the daemon prints. */
  async planText(options?: CallOptions): Promise<string> {
    return await planText(this.#exchange, options);
  }

  /** Lists services by name; without names, all of them. Unknown names are left out. */
  async services(
    names?: readonly string[],
    options?: CallOptions,
  ): Promise<readonly ServiceInfo[]> {
    return await listServices(this.#exchange, names, options);
  }

  /**
   * Starts services and what they require, and waits until each has run for a second.
   *
   * @throws {PebbleChangeError} when one did not; Pebble may still restart it later.
   */
  async start(names: readonly string[], options?: WaitOptions): Promise<Change> {
    return await this.#change('start', names, options);
  }

  /** Stops services and what requires them, and waits until they have ended. */
  async stop(names: readonly string[], options?: WaitOptions): Promise<Change> {
    return await this.#change('stop', names, options);
  }

  /** Stops services, starts them again, and waits. Stopped ones are started. */
  async restart(names: readonly string[], options?: WaitOptions): Promise<Change> {
    return await this.#change('restart', names, options);
  }

  /**
   * Starts all services whose `startup` is `enabled`, and waits.
   *
   * @throws {PebbleApiError} of kind `no-default-services` when there is none.
   */
  async autostart(options?: WaitOptions): Promise<Change> {
    return await this.#change('autostart', [], options);
  }

  /** Restarts what the plan has changed, starts what is enabled, and waits. */
  async replan(options?: WaitOptions): Promise<Change> {
    return await this.#change('replan', [], options);
  }

  /** Asks for a change of services and answers with its id at once. */
  async requestServices(
    action: ServiceAction,
    names?: readonly string[],
    options?: CallOptions,
  ): Promise<string> {
    return await requestServices(this.#exchange, action, names, options);
  }

  /** Lists changes, oldest first. */
  async changes(options?: ChangesOptions): Promise<readonly Change[]> {
    return await listChanges(this.#exchange, options);
  }

  /** Reads one change. */
  async change(id: string, options?: CallOptions): Promise<Change> {
    return await getChange(this.#exchange, id, options);
  }

  /**
   * Waits until a change is ready.
   *
   * @throws {PebbleChangeError} when it ended in any way but `Done`.
   * @throws {PebbleTimeoutError} when it is not ready in time. It goes on all the same.
   */
  async waitChange(id: string, options?: WaitOptions): Promise<Change> {
    return await waitChange(this.#exchange, id, options);
  }

  /** Asks a change to stop what it has not finished. Wait for it to see how it ended. */
  async abortChange(id: string, options?: CallOptions): Promise<Change> {
    return await abortChange(this.#exchange, id, options);
  }

  /** Sends a signal to the main process of each service. All of them must be running. */
  async sendSignal(
    signal: NodeJS.Signals,
    services: readonly string[],
    options?: CallOptions,
  ): Promise<void> {
    await sendSignal(this.#exchange, signal, services, options);
  }

  /** Reads the last lines that services wrote. */
  async logs(options?: LogsOptions): Promise<readonly LogEntry[]> {
    return await readLogs(this.#exchange, options);
  }

  /**
   * Follows what services write until the signal is aborted or the loop is left. Services that were
   * never started before are not followed.
   */
  followLogs(options?: LogsOptions): AsyncIterable<LogEntry> {
    return followLogs(this.#exchange, options);
  }

  /** Closes the transport. No call may follow. */
  async close(): Promise<void> {
    await this.#transport.close();
  }

  async #change(
    action: ServiceAction,
    names: readonly string[],
    options: WaitOptions = {},
  ): Promise<Change> {
    const { signal, timeout = Infinity } = options;
    const id = await requestServices(this.#exchange, action, names, {
      signal,
      timeout: Math.min(timeout, this.#timeout),
    });
    return await waitChange(this.#exchange, id, options);
  }
}
