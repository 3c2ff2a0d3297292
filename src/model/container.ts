import { monotonicTime } from '../monotonic-time.ts';
import type { CheckInfo } from '../pebble/checks.ts';
import {
  PebbleAbortError,
  PebbleApiError,
  PebbleConnectionError,
  PebblePathError,
  PebbleTimeoutError,
} from '../pebble/errors.ts';
import type { FileInfo } from '../pebble/files.ts';
import type { Notice } from '../pebble/notices.ts';
import type { FileAttributes, PushOptions } from '../pebble/push.ts';
import { PebbleClient } from '../pebble/client.ts';
import type { CallOptions } from '../pebble/call-options.ts';
import type { ServiceInfo } from '../pebble/services.ts';
import type { PebbleTransport } from '../pebble/transport.ts';
import type { SecurityLog } from './security-log.ts';

/** Milliseconds for one question, and between two of them, while a daemon is waited for. */
const longestAttempt = 5_000;
const pause = 100;
/** Of a file that is pushed without any. */
const defaultPermissions = 0o644;

/** What Pebble knows of a notice. */
export type NoticeDetails = Notice;

/** What Pebble knows of a check. */
export type CheckDetails = CheckInfo;

/**
 * A workload container, through the Pebble in it. Whatever Pebble answers is asked anew each time,
 * and its errors pass through: `PebbleConnectionError` when the container is not there (any more).
 */
export class Container extends PebbleClient {
  readonly name: string;
  readonly #security: SecurityLog | undefined;

  /** @param security told of stopped checks. @default nobody */
  constructor(name: string, transport: PebbleTransport, security?: SecurityLog) {
    super(transport);
    this.name = name;
    this.#security = security;
  }

  /**
   * Whether the container's Pebble answers now. It may be gone at the very next call.
   *
   * A daemon that refuses to say who it is, as one does that is about to restart, is none to work
   * with either. To learn why it is `false`, call `systemInfo()`, which throws the reason.
   *
   * @throws {PebbleAbortError} when the caller's signal is aborted.
   * @throws {PebbleProtocolError} when something else than Pebble answers.
   */
  async canConnect(options?: CallOptions): Promise<boolean> {
    try {
      await this.systemInfo(options);
      return true;
    } catch (error) {
      if (isOutOfReach(error)) return false;
      throw error;
    }
  }

  /**
   * Waits until the container's Pebble answers. A charm rarely needs it: Juju says so with the
   * container's pebble-ready, and a hook that waits holds up all others of the unit.
   *
   * @param options.timeout milliseconds for all of it. @default 30 000
   * @throws {PebbleTimeoutError} when it does not answer in time; its `cause` is the last failure.
   * @throws {PebbleAbortError} when the caller's signal is aborted.
   */
  async waitReady({ signal, timeout = 30_000 }: CallOptions = {}): Promise<void> {
    const deadline = monotonicTime() + timeout;
    for (;;) {
      const left = deadline - monotonicTime();
      try {
        await this.systemInfo({ signal, timeout: Math.max(1, Math.min(left, longestAttempt)) });
        return;
      } catch (cause) {
        if (!isOutOfReach(cause)) throw cause;
        if (deadline - monotonicTime() <= pause) {
          const why = `Pebble was not ready within ${timeout} ms`;
          throw new PebbleTimeoutError(`reach container ${this.name}`, timeout, { cause, why });
        }
      }
      await sleep(pause, signal, `reach container ${this.name}`);
    }
  }

  /** Whether there is a directory at the path, also through a symbolic link. */
  async isDir(path: string, options?: CallOptions): Promise<boolean> {
    return (await this.findFile(path, options))?.type === 'directory';
  }

  /** Whether there is a file, directory or anything else at the path. */
  async exists(path: string, options?: CallOptions): Promise<boolean> {
    return (await this.findFile(path, options)) !== undefined;
  }

  /** What a path leads to, also through symbolic links, or `undefined` when nothing is there. */
  async findFile(path: string, options?: CallOptions): Promise<FileInfo | undefined> {
    return await orNothing(async () => {
      const [file] = await this.listFiles(path, { ...options, itself: true });
      return file;
    });
  }

  /** The text of a file, or `undefined` when there is none. */
  async findText(path: string, options?: CallOptions): Promise<string | undefined> {
    return await orNothing(async () => await this.pullText(path, options));
  }

  /**
   * Writes a file as `push` does, unless it is there already with this content, these permissions
   * and, as far as one is given, this owner. What works with the file has to be told only then.
   *
   * @returns whether it was written.
   */
  async ensureFile(
    path: string,
    content: string | Uint8Array,
    options: PushOptions = {},
  ): Promise<boolean> {
    const { signal, timeout } = options;
    const bytes = Buffer.from(content);
    const found = await this.findFile(path, { signal, timeout });
    if (found?.type === 'file' && found.size === bytes.length && isLike(found, options)) {
      const held = await orNothing(async () => {
        return await (await this.pull(path, { signal, timeout })).bytes();
      });
      if (held?.equals(bytes) === true) return false;
    }
    await this.push(path, content, options);
    return true;
  }

  /** One service, or `undefined` when the plan has none of this name. */
  async service(name: string, options?: CallOptions): Promise<ServiceInfo | undefined> {
    const services = await this.services([name], options);
    return services.find((service) => service.name === name);
  }

  /** One check, or `undefined` when the plan has none of this name. */
  async check(name: string, options?: CallOptions): Promise<CheckInfo | undefined> {
    const checks = await this.checks({ ...options, names: [name] });
    return checks.find((check) => check.name === name);
  }

  /** As `PebbleClient` does, with an entry for each in the security log. */
  override async stopChecks(
    names: readonly string[],
    options?: CallOptions,
  ): Promise<readonly string[]> {
    const stopped = await super.stopChecks(names, options);
    for (const check of stopped) this.#security?.checkStopped(check);
    return stopped;
  }

  /** One notice, or `undefined` when there is none of this id (any more). */
  async findNotice(id: string, options?: CallOptions): Promise<Notice | undefined> {
    try {
      return await this.notice(id, options);
    } catch (error) {
      if (error instanceof PebbleApiError && error.status === 404) return undefined;
      throw error;
    }
  }
}

/** Whether a file is what a push would make of it. */
function isLike(
  found: FileInfo,
  { permissions = defaultPermissions, userId, user, groupId, group }: FileAttributes,
): boolean {
  return (
    found.permissions === permissions &&
    [undefined, found.userId].includes(userId) &&
    [undefined, found.user].includes(user) &&
    [undefined, found.groupId].includes(groupId) &&
    [undefined, found.group].includes(group)
  );
}

/** What is found at a path; nothing when there is nothing. */
async function orNothing<T>(find: () => Promise<T>): Promise<T | undefined> {
  try {
    return await find();
  } catch (error) {
    if (error instanceof PebblePathError && error.kind === 'not-found') return undefined;
    throw error;
  }
}

/** No daemon answers, or it answers that it will not. */
function isOutOfReach(error: unknown): boolean {
  return (
    error instanceof PebbleConnectionError ||
    error instanceof PebbleTimeoutError ||
    error instanceof PebbleApiError
  );
}

async function sleep(
  milliseconds: number,
  signal: AbortSignal | undefined,
  what: string,
): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const stop = (): void => {
      clearTimeout(timer);
      reject(new PebbleAbortError(what, signal?.reason));
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', stop);
      resolve();
    }, milliseconds);
    if (signal?.aborted === true) stop();
    else signal?.addEventListener('abort', stop, { once: true });
  });
}
