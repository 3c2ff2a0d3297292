import type { CheckInfo } from '../pebble/checks.ts';
import {
  PebbleApiError,
  PebbleConnectionError,
  PebblePathError,
  PebbleTimeoutError,
} from '../pebble/errors.ts';
import type { Notice } from '../pebble/notices.ts';
import { PebbleClient } from '../pebble/client.ts';
import type { CallOptions } from '../pebble/call-options.ts';
import type { ServiceInfo } from '../pebble/services.ts';
import type { PebbleTransport } from '../pebble/transport.ts';

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

  constructor(name: string, transport: PebbleTransport) {
    super(transport);
    this.name = name;
  }

  /** Whether the container's Pebble answers now. It may be gone at the very next call. */
  async canConnect(options?: CallOptions): Promise<boolean> {
    try {
      await this.systemInfo(options);
      return true;
    } catch (error) {
      if (error instanceof PebbleConnectionError || error instanceof PebbleTimeoutError)
        return false;
      throw error;
    }
  }

  /** Whether there is a file, directory or anything else at the path. */
  async exists(path: string, options?: CallOptions): Promise<boolean> {
    try {
      await this.listFiles(path, { ...options, itself: true });
      return true;
    } catch (error) {
      if (error instanceof PebblePathError && error.kind === 'not-found') return false;
      throw error;
    }
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
