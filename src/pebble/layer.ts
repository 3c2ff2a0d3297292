/** How an entry joins an entry of the same name in the layers below. */
export type Override = 'merge' | 'replace';

/** What Pebble does when a service exits. */
export type ExitAction =
  | 'restart'
  | 'shutdown'
  | 'failure-shutdown'
  | 'success-shutdown'
  | 'ignore';

/** A service of a layer, in Pebble's own spelling. Keys that a newer Pebble knows are kept. */
export interface Service<Newer extends string = never> {
  readonly override?: Override | Newer | undefined;
  readonly summary?: string | undefined;
  readonly description?: string | undefined;
  readonly startup?: 'enabled' | 'disabled' | Newer | undefined;
  /** Shell-like words, optionally ending in `[ default arguments ]`. */
  readonly command?: string | undefined;
  /** Orders starting; lists of merged layers are joined. */
  readonly after?: readonly string[] | undefined;
  readonly before?: readonly string[] | undefined;
  /** Started along with this service. Add `after` to have them started first. */
  readonly requires?: readonly string[] | undefined;
  /** The workload of the layers whose environment and user this service has. */
  readonly workload?: string | undefined;
  readonly environment?: Readonly<Record<string, string>> | undefined;
  readonly 'user-id'?: number | undefined;
  readonly user?: string | undefined;
  readonly 'group-id'?: number | undefined;
  readonly group?: string | undefined;
  readonly 'working-dir'?: string | undefined;
  /** When it exits with 0. Default `restart`. */
  readonly 'on-success'?: ExitAction | Newer | undefined;
  /** When it exits with anything else. Default `restart`. */
  readonly 'on-failure'?: ExitAction | Newer | undefined;
  readonly 'on-check-failure'?: Readonly<Record<string, ExitAction | Newer>> | undefined;
  /** Go's spelling, such as `500ms`, which is the default. */
  readonly 'backoff-delay'?: string | undefined;
  /** At least 1. Default 2. */
  readonly 'backoff-factor'?: number | undefined;
  /** Default `30s`. */
  readonly 'backoff-limit'?: string | undefined;
  /** How long a service may take to end after SIGTERM. Default `5s`. */
  readonly 'kill-delay'?: string | undefined;
  readonly [unknownToUs: string]: unknown;
}

/** A health check of a layer: exactly one of `http`, `tcp` and `exec`. */
export interface Check<Newer extends string = never> {
  readonly override?: Override | Newer | undefined;
  readonly level?: 'alive' | 'ready' | Newer | undefined;
  readonly startup?: 'enabled' | 'disabled' | Newer | undefined;
  /** Default `10s`. The first run comes one period after the start. */
  readonly period?: string | undefined;
  /** Default `3s`. */
  readonly timeout?: string | undefined;
  /** Failures in a row until the check is down. Default 3. */
  readonly threshold?: number | undefined;
  readonly http?:
    | {
        readonly url?: string | undefined;
        readonly headers?: Readonly<Record<string, string>> | undefined;
      }
    | undefined;
  readonly tcp?:
    | { readonly port?: number | undefined; readonly host?: string | undefined }
    | undefined;
  readonly exec?:
    | {
        readonly command?: string | undefined;
        readonly 'service-context'?: string | undefined;
        readonly environment?: Readonly<Record<string, string>> | undefined;
        readonly 'user-id'?: number | undefined;
        readonly user?: string | undefined;
        readonly 'group-id'?: number | undefined;
        readonly group?: string | undefined;
        readonly 'working-dir'?: string | undefined;
      }
    | undefined;
  readonly [unknownToUs: string]: unknown;
}

/** Where Pebble forwards the logs of services. */
export interface LogTarget<Newer extends string = never> {
  readonly override?: Override | Newer | undefined;
  readonly type?: 'loki' | 'opentelemetry' | 'syslog' | (string & {}) | undefined;
  readonly location?: string | undefined;
  /** Names, `all`, `-name`, `-all`: the last match wins. */
  readonly services?: readonly string[] | undefined;
  readonly labels?: Readonly<Record<string, string>> | undefined;
  readonly [unknownToUs: string]: unknown;
}

/** Environment and user that services share. Pebble takes workloads when it starts, and not later. */
export interface Workload<Newer extends string = never> {
  readonly override?: Override | Newer | undefined;
  readonly environment?: Readonly<Record<string, string>> | undefined;
  readonly 'user-id'?: number | undefined;
  readonly user?: string | undefined;
  readonly 'group-id'?: number | undefined;
  readonly group?: string | undefined;
  readonly [unknownToUs: string]: unknown;
}

/**
 * A configuration layer, in Pebble's own spelling. Keys that a newer Pebble knows are kept.
 *
 * @typeParam Newer words besides those that are known here, which a layer that was read may have;
 * none in a layer that a program writes, so that a misspelt one is found.
 */
export interface Layer<Newer extends string = never> {
  readonly summary?: string | undefined;
  readonly description?: string | undefined;
  readonly services?: Readonly<Record<string, Service<Newer>>> | undefined;
  readonly checks?: Readonly<Record<string, Check<Newer>>> | undefined;
  readonly 'log-targets'?: Readonly<Record<string, LogTarget<Newer>>> | undefined;
  readonly workloads?: Readonly<Record<string, Workload<Newer>>> | undefined;
  readonly [unknownToUs: string]: unknown;
}

/** Layers laid over one another: what a daemon runs. */
export interface Plan extends Layer<string> {
  readonly services: Readonly<Record<string, Service<string>>>;
  readonly checks: Readonly<Record<string, Check<string>>>;
  readonly 'log-targets': Readonly<Record<string, LogTarget<string>>>;
}

/**
 * Prints a layer for Pebble.
 *
 * The text is JSON, which every YAML parser reads, so that no YAML printer need be loaded.
 */
export function printLayer(layer: Layer<string>): string {
  const json = JSON.stringify(layer, undefined, 2);
  return `${json.replace(unprintableInYaml, escapeCharacter)}\n`;
}

/** JSON lets these stand as they are; YAML wants them escaped. */
const unprintableInYaml = /[\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/g;

function escapeCharacter(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
