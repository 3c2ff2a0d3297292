import {
  given,
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
  const charmDir = maybe(environment, 'JUJU_CHARM_DIR') ?? maybe(environment, 'CHARM_DIR');
  if (charmDir === undefined) throw new JujuContextError('JUJU_CHARM_DIR', 'is not set');
  const hook = readHook(environment);
  const unitName = readUnitName(environment, hook);
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

function readUnitName(environment: Environment, hook: Hook): string {
  const given = need(environment, 'JUJU_UNIT_NAME');
  const name = restricted.includes(hook.name) ? given.replace(unitTagPattern, '$1/$2') : given;
  if (unitNamePattern.test(name)) return name;
  throw new JujuContextError('JUJU_UNIT_NAME', `is ${JSON.stringify(given)}, not a unit's name`);
}

function readSurroundings(
  environment: Environment,
): Omit<
  JujuContext,
  'unitName' | 'appName' | 'modelName' | 'modelUuid' | 'charmDir' | 'version' | 'hook'
> {
  const meterStatus = maybe(environment, 'JUJU_METER_STATUS');
  const traceId = maybe(environment, 'JUJU_TRACE_ID');
  return {
    ...given('contextId', maybe(environment, 'JUJU_CONTEXT_ID')),
    ...given('principalUnit', maybe(environment, 'JUJU_PRINCIPAL_UNIT')),
    ...given('machineId', maybe(environment, 'JUJU_MACHINE_ID')),
    ...given('availabilityZone', maybe(environment, 'JUJU_AVAILABILITY_ZONE')),
    apiAddresses: words(orNothing(environment, 'JUJU_API_ADDRESSES'), /\s+/),
    ...given('cloudApiVersion', maybe(environment, 'CLOUD_API_VERSION')),
    proxies: {
      ...given('http', maybe(environment, 'JUJU_CHARM_HTTP_PROXY')),
      ...given('https', maybe(environment, 'JUJU_CHARM_HTTPS_PROXY')),
      ...given('ftp', maybe(environment, 'JUJU_CHARM_FTP_PROXY')),
      ...given('no', maybe(environment, 'JUJU_CHARM_NO_PROXY')),
    },
    ...given('sla', maybe(environment, 'JUJU_SLA')),
    ...(meterStatus === undefined
      ? {}
      : {
          meterStatus: { status: meterStatus, info: orNothing(environment, 'JUJU_METER_INFO') },
        }),
    ...given('targetBase', maybe(environment, 'JUJU_TARGET_BASE')),
    ...(traceId === undefined
      ? {}
      : {
          trace: {
            traceId,
            spanId: orNothing(environment, 'JUJU_SPAN_ID'),
            flags: orNothing(environment, 'JUJU_TRACE_FLAGS'),
          },
        }),
    debug: environment['JUJU_DEBUG'] !== undefined,
    debugAt: words(orNothing(environment, 'JUJU_DEBUG_AT'), /,/),
  };
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
