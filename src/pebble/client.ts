import type { CallOptions } from './call-options.ts';
import type { Change } from './change.ts';
import type { CheckInfo, CheckRun, ChecksOptions } from './checks.ts';
import {
  abortChange,
  getChange,
  listChanges,
  waitChange,
  type ChangesOptions,
  type WaitOptions,
} from './changes.ts';
import type { ExecClient, ExecOptions } from './exec.ts';
import type { ExecProcess } from './exec-process.ts';
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
import type { Identities, Identity } from './identities.ts';
import type { Layer } from './layer.ts';
import { addLayer, type AddLayerOptions } from './layers.ts';
import { followLogs, readLogs, type LogEntry, type LogsOptions } from './logs.ts';
import type { Metric } from './metrics.ts';
import type { Notice, NoticesOptions, NotifyOptions } from './notices.ts';
import type { Plan } from './layer.ts';
import { getPlan, planText } from './plan.ts';
import { pull, type PulledFile } from './pull.ts';
import { pushFiles, type FileContent, type PushedFile, type PushOptions } from './push.ts';
import { listServices, requestServices, type ServiceAction, type ServiceInfo } from './services.ts';
import { sendSignal } from './signals.ts';
import { systemInfo, type SystemInfo } from './system-info.ts';
import type { PullPathOptions, PushPathOptions } from './transfer/transfer-options.ts';
import type { PebbleTransport } from './transport.ts';
import type { WatchNoticesOptions } from './watch-notices.ts';

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
   * Writes files and directories of this machine, with all that is in them, into a directory, which
   * is made if it is missing. `/a/b` becomes `b` in it; of `/a/b/*`, what is in `/a/b` does. What is
   * there already is replaced, directories apart, which are filled.
   *
   * Small files travel several in one request, large ones each as it is read.
   *
   * @throws {PebbleTransferError} with what could not be carried, when all else is there. An error
   *   of the exchange itself, such as `PebbleConnectionError`, ends the transfer and is thrown as it
   *   is.
   */
  async pushPath(
    sources: string | readonly string[],
    destDir: string,
    options?: PushPathOptions,
  ): Promise<void> {
    const { pushPath } = await import('./transfer/push-path.ts');
    await pushPath(this.#execClient, sources, destDir, options);
  }

  /**
   * Opens a file for reading. Read it to its end, or `cancel()` it: it holds a connection.
   *
   * @throws {PebblePathError} of kind `not-found` when there is no such file.
   */
  async pull(path: string, options?: CallOptions): Promise<PulledFile> {
    return await pull(this.#exchange, path, options);
  }

  /**
   * Reads files and directories of the container, with all that is in them, into a directory of this
   * machine. Sources are named, and failures told, as by {@link pushPath}.
   *
   * Nothing is written outside of the directory, whatever the container says its files are called:
   * links that are in the directory already are not followed, but replaced by files and refused for
   * directories. Each file is put in its place when it has arrived whole.
   *
   * @throws {PebbleTransferError} with what could not be carried, when all else is there.
   */
  async pullPath(
    sources: string | readonly string[],
    destDir: string,
    options?: PullPathOptions,
  ): Promise<void> {
    const { pullPath } = await import('./transfer/pull-path.ts');
    await pullPath(this.#execClient, sources, destDir, options);
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
   * never started before are not followed. A daemon that is lost ends it, also while all is quiet.
   */
  followLogs(options?: LogsOptions): AsyncIterable<LogEntry> {
    const timeout = options?.timeout ?? this.#timeout;
    return followLogs(this.#exchange, { ...options, timeout });
  }

  /** Lists checks by name. */
  async checks(options?: ChecksOptions): Promise<readonly CheckInfo[]> {
    const { listChecks } = await import('./checks.ts');
    return await listChecks(this.#exchange, options);
  }

  /**
   * Starts checks anew, with their counters at zero.
   *
   * @returns those that were stopped before.
   * @throws {PebbleApiError} when the plan has none of a name; then none is started.
   */
  async startChecks(names: readonly string[], options?: CallOptions): Promise<readonly string[]> {
    const { changeChecks } = await import('./checks.ts');
    return await changeChecks(this.#exchange, 'start', names, options);
  }

  /**
   * Stops checks. They keep their counters, and health passes over them.
   *
   * @returns those that were not stopped before.
   * @throws {PebbleApiError} when the plan has none of a name; then none is stopped.
   */
  async stopChecks(names: readonly string[], options?: CallOptions): Promise<readonly string[]> {
    const { changeChecks } = await import('./checks.ts');
    return await changeChecks(this.#exchange, 'stop', names, options);
  }

  /**
   * Runs a check now, also one that is stopped, and says what it found. A failure counts toward the
   * check's threshold and is no error of this call. Give a `timeout` beyond the check's own.
   *
   * @throws {PebbleApiError} of status 404 when the plan has none of this name.
   */
  async runCheck(name: string, options?: CallOptions): Promise<CheckRun> {
    const { runCheck } = await import('./checks.ts');
    return await runCheck(this.#exchange, name, options);
  }

  /** Lists notices of the caller's user and of everybody, the one repeated last at the end. */
  async notices(options?: NoticesOptions): Promise<readonly Notice[]> {
    const { listNotices } = await import('./notices.ts');
    return await listNotices(this.#exchange, options);
  }

  /** Reads one notice. @throws {PebbleApiError} of status 404 when there is none of this id. */
  async notice(id: string, options?: CallOptions): Promise<Notice> {
    const { getNotice } = await import('./notices.ts');
    return await getNotice(this.#exchange, id, options);
  }

  /**
   * Records a custom notice, which Juju turns into the container's pebble-custom-notice.
   *
   * @param key such as `example.com/backup-done`.
   * @returns its id, the same each time for one key.
   */
  async notify(key: string, options?: NotifyOptions): Promise<string> {
    const { notify } = await import('./notices.ts');
    return await notify(this.#exchange, key, options);
  }

  /**
   * Follows notices: those that there are (after `after`, if it is given), then those that come,
   * each as often as it is repeated and never twice, until the signal is aborted or the loop is
   * left. To go on later, give the last one's `lastRepeated` as `after`.
   */
  async *watchNotices(options?: WatchNoticesOptions): AsyncGenerator<Notice, void, undefined> {
    const { watchNotices } = await import('./watch-notices.ts');
    yield* watchNotices(this.#exchange, {
      ...options,
      timeout: options?.timeout ?? this.#timeout,
    });
  }

  /** Lists who may speak to the daemon. Passwords and certificates are masked. */
  async identities(options?: CallOptions): Promise<Identities> {
    const { listIdentities } = await import('./identities.ts');
    return await listIdentities(this.#exchange, options);
  }

  /** Adds identities. @throws {PebbleApiError} when one exists; then none is added. */
  async addIdentities(identities: Identities, options?: CallOptions): Promise<void> {
    const { changeIdentities } = await import('./identities.ts');
    await changeIdentities(this.#exchange, 'add', identities, options);
  }

  /** Changes identities. @throws {PebbleApiError} when one is missing; then none is changed. */
  async updateIdentities(identities: Identities, options?: CallOptions): Promise<void> {
    const { changeIdentities } = await import('./identities.ts');
    await changeIdentities(this.#exchange, 'update', identities, options);
  }

  /** Adds or changes identities, and removes those that are `null`. */
  async replaceIdentities(
    identities: Readonly<Record<string, Identity | null>>,
    options?: CallOptions,
  ): Promise<void> {
    const { changeIdentities } = await import('./identities.ts');
    await changeIdentities(this.#exchange, 'replace', identities, options);
  }

  /** Removes identities. @throws {PebbleApiError} when one is missing; then none is removed. */
  async removeIdentities(names: readonly string[], options?: CallOptions): Promise<void> {
    const { changeIdentities } = await import('./identities.ts');
    const gone = Object.fromEntries(names.map((name) => [name, null]));
    await changeIdentities(this.#exchange, 'remove', gone, options);
  }

  /** Reads what the daemon measures of services and checks, by name. */
  async metrics(options?: CallOptions): Promise<readonly Metric[]> {
    const { readMetrics } = await import('./metrics.ts');
    return await readMetrics(this.#exchange, options);
  }

  /** Reads the metrics as the text, in Prometheus' format, that the daemon prints. */
  async metricsText(options?: CallOptions): Promise<string> {
    const { metricsText } = await import('./metrics.ts');
    return await metricsText(this.#exchange, options);
  }

  /**
   * Executes a command in the daemon's container and answers once it has started. Its standard input
   * is ended unless the options say otherwise.
   *
   * @param command the program and its arguments, without a shell.
   * @throws {PebbleApiError} when there is no such program, user, service or working directory.
   * @throws {PebbleChangeError} when it cannot be started.
   *
   * @example
   * ```ts
   * const process = await pebble.exec(['pg_isready', '-q'], { timeout: 5_000 });
   * await process.wait();
   * ```
   */
  async exec(command: readonly string[], options?: ExecOptions): Promise<ExecProcess> {
    const { exec } = await import('./exec.ts');
    return await exec(this.#execClient, command, options);
  }

  /** Closes the transport. No call may follow. */
  async close(): Promise<void> {
    await this.#transport.close();
  }

  get #execClient(): ExecClient {
    return { exchange: this.#exchange, transport: this.#transport, timeout: this.#timeout };
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
