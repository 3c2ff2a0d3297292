import type { LabelledLayer, Sections } from '../../pebble/plan/shape.ts';
import type { PebbleResponse } from '../../pebble/transport.ts';
import type { Accounts } from './accounts.ts';
import type { PastCheck } from './checks/check.ts';
import type { NetworkProbes } from './checks/network-probes.ts';
import type { PebbleClock } from './clock.ts';
import type { Upgrade } from './exec/upgrade.ts';
import type { FileSystem } from './file-system.ts';
import type { NoticeType, PastNotice } from './notices/notice.ts';
import type { ProcessLauncher } from './process-launcher.ts';

/** A request as the daemon takes it: a client's, or one read off a socket. */
export interface PebbleCoreRequest {
  readonly method: string;
  /** The path with its version, such as `/v1/services`. */
  readonly path: string;
  /** A parameter that was given more than once has all of its values. */
  readonly query?: Readonly<Record<string, string | readonly string[]>> | undefined;
  /** Header names are in lower case. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly body?: string | AsyncIterable<Uint8Array> | undefined;
  /** Aborts when the client has gone away. */
  readonly signal?: AbortSignal | undefined;
}

export type ServiceStatus = 'active' | 'inactive' | 'backoff' | 'error';

/** Something that happened in the daemon. */
export type PebbleCoreEvent =
  | { readonly kind: 'service'; readonly name: string; readonly status: ServiceStatus }
  | {
      readonly kind: 'log';
      readonly service: string;
      readonly message: string;
      readonly time: Date;
    }
  | {
      readonly kind: 'change';
      readonly id: string;
      readonly summary: string;
      readonly status: string;
    }
  /** A notice occurred for the first time, or repeated. */
  | {
      readonly kind: 'notice';
      readonly id: string;
      readonly type: NoticeType;
      readonly key: string;
      readonly data: Readonly<Record<string, string>>;
      /** For an update of a change, the change's status at this moment. */
      readonly changeStatus: string | undefined;
    }
  /** A service's on-success, on-failure or on-check-failure asked for the daemon's end. */
  | { readonly kind: 'shutdown'; readonly exitCode: number };

/** A layer that the daemon starts with: YAML, or what was read of it before. */
export type InitialLayer = { readonly order: number; readonly label: string } & (
  | { readonly text: string }
  | { readonly sections: Sections }
);

export interface PebbleCoreOptions {
  readonly launcher: ProcessLauncher;
  readonly files: FileSystem;
  readonly clock: PebbleClock;
  /** The users and groups of the container. */
  readonly accounts: Accounts;
  /** How checks of HTTP and TCP reach others. Default: a network on which everybody answers. */
  readonly network?: NetworkProbes | undefined;
  /** Names of checks that fail whatever they find; it may change. Default: none. */
  readonly failingChecks?: ReadonlySet<string> | undefined;
  /** The user that every caller counts as. Default: 0. */
  readonly callerId?: number | undefined;
  /** In the order of their numbers. Default: none. */
  readonly layers?: readonly InitialLayer[] | undefined;
  /** How checks of the layers stand, by name. Default: as they begin. */
  readonly checks?: Readonly<Record<string, PastCheck>> | undefined;
  /** Notices that came already, in the order of their last repetition. Default: none. */
  readonly notices?: readonly PastNotice[] | undefined;
  /** What `/v1/system-info` says. Default: `v1.32.1`, the version that the core follows. */
  readonly version?: string | undefined;
  /** Default: a fresh UUID. */
  readonly bootId?: string | undefined;
  /**
   * Milliseconds a service must live before its start is called a success. Default: 1000. With 0
   * a start succeeds as soon as the process was launched, without a timer.
   */
  readonly okayDelay?: number | undefined;
  /** From 0 up to 1: how much of a backoff's 10 % of jitter to add. Default: Math.random. */
  readonly random?: (() => number) | undefined;
}

/** One Pebble daemon without its socket. */
export interface PebbleCore {
  /** Answers one request; errors of every kind are replies. */
  handle(request: PebbleCoreRequest): Promise<PebbleResponse>;
  /** Answers one request that asks for a conversation in messages, as streams of commands are. */
  upgrade(request: PebbleCoreRequest): Promise<Upgrade>;
  /** Starts the services whose startup is enabled. @returns the change's id, if there was any. */
  autostart(): Promise<string | undefined>;
  /** The layers as they are now, in their order. */
  layers(): readonly LabelledLayer[];
  /** Calls `listener` for everything that happens. @returns a function that ends that. */
  listen(listener: (event: PebbleCoreEvent) => void): () => void;
  /** Stops all services in order, kills the commands of clients, and ends every waiting request. May be called twice. */
  close(): Promise<void>;
}
