import {
  JujuContextError,
  maybe,
  need,
  orNothing,
  words,
  type Environment,
} from './environment.ts';
import { readHook, type Hook } from './hook.ts';
import { JujuVersion, JujuVersionError } from './version.ts';

export { JujuContextError, type Environment } from './environment.ts';
export type { Hook, RelationHook } from './hook.ts';

/** What Juju tells a charm through the environment, read once. */
export interface JujuContext {
  /** From JUJU_UNIT_NAME: `pgbouncer/0`. */
  readonly unitName: string;
  /** The part of the unit's name before the slash. */
  readonly appName: string;
  /** From JUJU_MODEL_NAME. */
  readonly modelName: string;
  /** From JUJU_MODEL_UUID. */
  readonly modelUuid: string;
  /** From JUJU_CHARM_DIR, or the older CHARM_DIR. */
  readonly charmDir: string;
  /** From JUJU_VERSION: the agent's version, which may differ from the controller's. */
  readonly version: JujuVersion;
  readonly hook: Hook;
  /** From JUJU_CONTEXT_ID: another one in each run, also of the same hook. */
  readonly contextId?: string;
  /** From JUJU_PRINCIPAL_UNIT: in a subordinate, the unit beside which it runs. */
  readonly principalUnit?: string;
  /** From JUJU_MACHINE_ID: `3`, `0/lxd/1`; absent on Kubernetes. */
  readonly machineId?: string;
  /** From JUJU_AVAILABILITY_ZONE. */
  readonly availabilityZone?: string;
  /** From JUJU_API_ADDRESSES: where the controllers listen. */
  readonly apiAddresses: readonly string[];
  /** From CLOUD_API_VERSION: the version of Kubernetes; absent on machines. */
  readonly cloudApiVersion?: string;
  /** The model's proxies, from JUJU_CHARM_HTTP_PROXY and its kin. Juju leaves it to the charm to apply them. */
  readonly proxies: Proxies;
  /** From JUJU_SLA; Juju 4.0 has none. */
  readonly sla?: string;
  /** From JUJU_METER_STATUS and JUJU_METER_INFO; Juju 4.0 has none. */
  readonly meterStatus?: { readonly status: string; readonly info: string };
  /** From JUJU_TARGET_BASE, in pre-series-upgrade: `ubuntu@22.04`. */
  readonly targetBase?: string;
  /** From JUJU_TRACE_ID, JUJU_SPAN_ID and JUJU_TRACE_FLAGS, where Juju 4 traces the hook. */
  readonly trace?: { readonly traceId: string; readonly spanId: string; readonly flags: string };
  /** Whether JUJU_DEBUG is there: somebody runs `juju debug-hooks` or `debug-code`. */
  readonly debug: boolean;
  /** From JUJU_DEBUG_AT: where to stop, `all`, `hook`, or names of the charm's own. */
  readonly debugAt: readonly string[];
}

export interface Proxies {
  readonly http?: string;
  readonly https?: string;
  readonly ftp?: string;
  /** Hosts without a proxy, separated by commas. */
  readonly no?: string;
}

const unitNamePattern = /^[a-z][a-z0-9-]*\/\d+$/;
const unitTagPattern = /^unit-([a-z][a-z0-9-]*)-(\d+)$/;

/**
 * Hooks of Juju before 3.6.11 that run beside the others, without most of what those have: no model,
 * no version, and the unit's tag in place of its name.
 */
const restricted: readonly string[] = ['collect-metrics', 'meter-status-changed'];

/**
 * Reads Juju's environment. What every hook has must be there, and what the hook at hand has by
 * its kind; all else may be absent or empty.
 *
 * @throws {JujuContextError} naming the first variable that is missing or malformed.
 */
export function readJujuContext(environment: Environment): JujuContext {
  const givenName = need(environment, 'JUJU_UNIT_NAME');
  const charmDir = maybe(environment, 'JUJU_CHARM_DIR') ?? maybe(environment, 'CHARM_DIR');
  if (charmDir === undefined) throw new JujuContextError('JUJU_CHARM_DIR', 'is not set');
  const hook = readHook(environment);
  const unitName = unitNameIn(hook, givenName);
  const least = restricted.includes(hook.name) ? orNothing : need;
  return {
    unitName,
    appName: unitName.slice(0, unitName.indexOf('/')),
    modelName: least(environment, 'JUJU_MODEL_NAME'),
    modelUuid: least(environment, 'JUJU_MODEL_UUID'),
    charmDir,
    version: readVersion(least(environment, 'JUJU_VERSION')),
    hook,
    ...readSurroundings(environment),
  };
}

function unitNameIn(hook: Hook, text: string): string {
  const name = restricted.includes(hook.name) ? text.replace(unitTagPattern, '$1/$2') : text;
  if (unitNamePattern.test(name)) return name;
  throw new JujuContextError('JUJU_UNIT_NAME', `is ${JSON.stringify(text)}, not a unit's name`);
}

/** What a hook may have besides, and what Juju says in every hook without its being needed. */
type Surroundings = Omit<
  JujuContext,
  'unitName' | 'appName' | 'modelName' | 'modelUuid' | 'charmDir' | 'version' | 'hook'
>;

function readSurroundings(environment: Environment): Surroundings {
  const surroundings: Mutable<Surroundings> = {
    apiAddresses: words(orNothing(environment, 'JUJU_API_ADDRESSES'), /\S+/g),
    proxies: readProxies(environment),
    debug: environment['JUJU_DEBUG'] !== undefined,
    debugAt: words(orNothing(environment, 'JUJU_DEBUG_AT'), /[^,]+/g),
  };
  put(surroundings, 'contextId', maybe(environment, 'JUJU_CONTEXT_ID'));
  put(surroundings, 'principalUnit', maybe(environment, 'JUJU_PRINCIPAL_UNIT'));
  put(surroundings, 'machineId', maybe(environment, 'JUJU_MACHINE_ID'));
  put(surroundings, 'availabilityZone', maybe(environment, 'JUJU_AVAILABILITY_ZONE'));
  put(surroundings, 'cloudApiVersion', maybe(environment, 'CLOUD_API_VERSION'));
  put(surroundings, 'sla', maybe(environment, 'JUJU_SLA'));
  put(surroundings, 'targetBase', maybe(environment, 'JUJU_TARGET_BASE'));
  const status = maybe(environment, 'JUJU_METER_STATUS');
  if (status !== undefined) {
    surroundings.meterStatus = { status, info: orNothing(environment, 'JUJU_METER_INFO') };
  }
  const traceId = maybe(environment, 'JUJU_TRACE_ID');
  if (traceId !== undefined) {
    const spanId = orNothing(environment, 'JUJU_SPAN_ID');
    surroundings.trace = { traceId, spanId, flags: orNothing(environment, 'JUJU_TRACE_FLAGS') };
  }
  return surroundings;
}

function readProxies(environment: Environment): Proxies {
  const proxies: Mutable<Proxies> = {};
  put(proxies, 'http', maybe(environment, 'JUJU_CHARM_HTTP_PROXY'));
  put(proxies, 'https', maybe(environment, 'JUJU_CHARM_HTTPS_PROXY'));
  put(proxies, 'ftp', maybe(environment, 'JUJU_CHARM_FTP_PROXY'));
  put(proxies, 'no', maybe(environment, 'JUJU_CHARM_NO_PROXY'));
  return proxies;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** Sets a property where there is a value for it. */
function put<T, K extends keyof T>(target: T, key: K, value: T[K] | undefined): void {
  if (value !== undefined) target[key] = value;
}

/** The empty text, which a restricted hook may have for its version, counts as older than any. */
function readVersion(text: string): JujuVersion {
  if (text === '') return new JujuVersion(text);
  try {
    return JujuVersion.parse(text);
  } catch (error) {
    if (!(error instanceof JujuVersionError)) throw error;
    throw new JujuContextError('JUJU_VERSION', `is ${JSON.stringify(text)}, not a version`);
  }
}
