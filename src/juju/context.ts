import { CharmwrightError } from '../errors.ts';
import { JujuVersion } from './version.ts';

/** The environment of a process, as `process.env` has it. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** `database-relation-joined` and its siblings. */
export interface RelationHook {
  readonly family: 'relation';
  readonly name: string;
  /** From JUJU_RELATION. */
  readonly endpoint: string;
  /** From JUJU_RELATION_ID, which is `endpoint:7`. */
  readonly relationId: number;
  /** From JUJU_REMOTE_APP; early 2.9 leaves it out of relation-broken. */
  readonly remoteApp?: string;
  /** From JUJU_REMOTE_UNIT; absent for created, broken, and changes of application data. */
  readonly remoteUnit?: string;
  /** From JUJU_DEPARTING_UNIT, in relation-departed. */
  readonly departingUnit?: string;
}

/** `web-pebble-ready`, and what Pebble's notices and checks bring. */
export interface WorkloadHook {
  readonly family: 'workload';
  readonly name: string;
  /** From JUJU_WORKLOAD_NAME. */
  readonly container: string;
  /** From JUJU_NOTICE_ID, JUJU_NOTICE_TYPE and JUJU_NOTICE_KEY. */
  readonly notice?: { readonly id: string; readonly type: string; readonly key: string };
  /** From JUJU_PEBBLE_CHECK_NAME. */
  readonly check?: string;
}

export interface StorageHook {
  readonly family: 'storage';
  readonly name: string;
  /** From JUJU_STORAGE_ID: `data/0`. */
  readonly storageId: string;
  /** From JUJU_STORAGE_LOCATION. */
  readonly location?: string;
}

export interface SecretHook {
  readonly family: 'secret';
  readonly name: string;
  /** From JUJU_SECRET_ID: `secret:<id>`. */
  readonly secretId: string;
  /** From JUJU_SECRET_LABEL. */
  readonly label?: string;
  /** From JUJU_SECRET_REVISION, only in secret-remove and secret-expired. */
  readonly revision?: number;
}

export interface ActionHook {
  readonly family: 'action';
  /** The action's name, from JUJU_ACTION_NAME or JUJU_DISPATCH_PATH. */
  readonly name: string;
  /** From JUJU_ACTION_UUID. */
  readonly actionId: string;
}

/** Any other hook, known to us or not. Its name says all. */
export interface PlainHook {
  readonly family: 'plain';
  readonly name: string;
}

/** What Juju wants handled. */
export type Hook = RelationHook | WorkloadHook | StorageHook | SecretHook | ActionHook | PlainHook;

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
  /** From JUJU_VERSION: the agent's version. */
  readonly version: JujuVersion;
  readonly hook: Hook;
}

/** The environment lacks what Juju always gives, or gives it in another form. */
export class JujuContextError extends CharmwrightError {
  readonly code = 'juju-context-invalid';
  readonly variable: string;

  constructor(variable: string, problem: string) {
    super(
      `cannot read what Juju asks for: ${variable} ${problem}. A charm's dispatch runs only inside a hook of Juju (or of charmwright's local Juju).`,
    );
    this.variable = variable;
  }
}

const unitNamePattern = /^[a-z][a-z0-9-]*\/\d+$/;

/**
 * Reads Juju's environment.
 *
 * @throws {JujuContextError} naming the first variable that is missing or malformed.
 */
export function readJujuContext(environment: Environment): JujuContext {
  const unitName = need(environment, 'JUJU_UNIT_NAME');
  if (!unitNamePattern.test(unitName)) {
    throw new JujuContextError(
      'JUJU_UNIT_NAME',
      `is ${JSON.stringify(unitName)}, not a unit's name`,
    );
  }
  const charmDir = maybe(environment, 'JUJU_CHARM_DIR') ?? maybe(environment, 'CHARM_DIR');
  if (charmDir === undefined) throw new JujuContextError('JUJU_CHARM_DIR', 'is not set');
  return {
    unitName,
    appName: unitName.slice(0, unitName.indexOf('/')),
    modelName: environment['JUJU_MODEL_NAME'] ?? '',
    modelUuid: environment['JUJU_MODEL_UUID'] ?? '',
    charmDir,
    version: new JujuVersion(environment['JUJU_VERSION'] ?? ''),
    hook: readHook(environment),
  };
}

const familyPatterns: readonly (readonly [RegExp, (name: string, from: Environment) => Hook])[] = [
  [/-relation-(created|joined|changed|departed|broken)$/, relationHook],
  [/-pebble-(ready|custom-notice|check-failed|check-recovered)$/, workloadHook],
  [/-storage-(attached|detaching)$/, storageHook],
  [/^secret-(changed|remove|rotate|expired)$/, secretHook],
];

/**
 * JUJU_DISPATCH_PATH says what to run: `hooks/start` or `actions/backup`. Where it is absent,
 * JUJU_ACTION_NAME and JUJU_HOOK_NAME stand in: before Juju 2.8, and in `juju exec`, which has
 * neither and so asks for the hook with the empty name.
 */
function readHook(environment: Environment): Hook {
  const path = maybe(environment, 'JUJU_DISPATCH_PATH');
  const actionName = maybe(environment, 'JUJU_ACTION_NAME');
  if (path === undefined ? actionName !== undefined : /(^|\/)actions\/[^/]+$/.test(path)) {
    const name = path === undefined ? actionName : path.slice(path.lastIndexOf('/') + 1);
    return {
      family: 'action',
      name: name ?? '',
      actionId: need(environment, 'JUJU_ACTION_UUID'),
    };
  }
  const name =
    path === undefined
      ? (environment['JUJU_HOOK_NAME'] ?? '')
      : path.slice(path.lastIndexOf('/') + 1);
  const read = familyPatterns.find(([pattern]) => pattern.test(name))?.[1];
  return read === undefined ? { family: 'plain', name } : read(name, environment);
}

function relationHook(name: string, environment: Environment): Hook {
  const id = need(environment, 'JUJU_RELATION_ID');
  const relationId = Number(id.slice(id.lastIndexOf(':') + 1));
  if (!Number.isSafeInteger(relationId)) {
    throw new JujuContextError('JUJU_RELATION_ID', `is ${JSON.stringify(id)}, not endpoint:number`);
  }
  const remoteUnit = maybe(environment, 'JUJU_REMOTE_UNIT');
  const remoteApp = maybe(environment, 'JUJU_REMOTE_APP') ?? remoteUnit?.replace(/\/\d+$/, '');
  return {
    family: 'relation',
    name,
    endpoint: need(environment, 'JUJU_RELATION'),
    relationId,
    ...given('remoteApp', remoteApp),
    ...given('remoteUnit', remoteUnit),
    ...given('departingUnit', maybe(environment, 'JUJU_DEPARTING_UNIT')),
  };
}

function workloadHook(name: string, environment: Environment): Hook {
  const container = need(environment, 'JUJU_WORKLOAD_NAME');
  if (name.endsWith('-pebble-custom-notice')) {
    const notice = {
      id: need(environment, 'JUJU_NOTICE_ID'),
      type: need(environment, 'JUJU_NOTICE_TYPE'),
      key: need(environment, 'JUJU_NOTICE_KEY'),
    };
    return { family: 'workload', name, container, notice };
  }
  if (name.endsWith('-pebble-ready')) return { family: 'workload', name, container };
  return {
    family: 'workload',
    name,
    container,
    check: need(environment, 'JUJU_PEBBLE_CHECK_NAME'),
  };
}

function storageHook(name: string, environment: Environment): Hook {
  return {
    family: 'storage',
    name,
    storageId: need(environment, 'JUJU_STORAGE_ID'),
    ...given('location', maybe(environment, 'JUJU_STORAGE_LOCATION')),
  };
}

function secretHook(name: string, environment: Environment): Hook {
  const revision = maybe(environment, 'JUJU_SECRET_REVISION');
  return {
    family: 'secret',
    name,
    secretId: need(environment, 'JUJU_SECRET_ID'),
    ...given('label', maybe(environment, 'JUJU_SECRET_LABEL')),
    ...given('revision', revision === undefined ? undefined : Number(revision)),
  };
}

function given<K extends string, V>(key: K, value: V | undefined): { readonly [P in K]?: V } {
  return value === undefined ? {} : oneKey(key, value);
}

function oneKey<K extends string, V>(key: K, value: V): { readonly [P in K]?: V } {
  const result: { [P in K]?: V } = {};
  result[key] = value;
  return result;
}

/** Juju sets some environment to the empty string where it has nothing to say. */
function maybe(environment: Environment, variable: string): string | undefined {
  const value = environment[variable];
  return value === '' ? undefined : value;
}

function need(environment: Environment, variable: string): string {
  const value = maybe(environment, variable);
  if (value === undefined) throw new JujuContextError(variable, 'is not set');
  return value;
}
