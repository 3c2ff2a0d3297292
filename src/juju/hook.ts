import { count, given, maybe, need, type Environment } from './environment.ts';

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
  /** From JUJU_STORAGE_KIND: `filesystem` or `block`. */
  readonly kind?: string;
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
  /** From JUJU_ACTION_UUID; since Juju 2.9 a number. */
  readonly actionId: string;
  /** From JUJU_ACTION_TAG: `action-7`. */
  readonly actionTag?: string;
}

/** Any other hook, known to us or not. Its name says all. */
export interface PlainHook {
  readonly family: 'plain';
  readonly name: string;
}

/** What Juju wants handled. */
export type Hook = RelationHook | WorkloadHook | StorageHook | SecretHook | ActionHook | PlainHook;

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
export function readHook(environment: Environment): Hook {
  const path = maybe(environment, 'JUJU_DISPATCH_PATH');
  const actionName = maybe(environment, 'JUJU_ACTION_NAME');
  if (path === undefined ? actionName !== undefined : /(^|\/)actions\/[^/]+$/.test(path)) {
    const name = path === undefined ? actionName : path.slice(path.lastIndexOf('/') + 1);
    return {
      family: 'action',
      name: name ?? '',
      actionId: need(environment, 'JUJU_ACTION_UUID'),
      ...given('actionTag', maybe(environment, 'JUJU_ACTION_TAG')),
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
  const kind = name.slice(name.lastIndexOf('-') + 1);
  const endpoint = need(environment, 'JUJU_RELATION');
  const relationId = count(environment, 'JUJU_RELATION_ID', /(?:^|:)(\d+)$/, 'endpoint:number');
  const ofUnit = kind === 'joined' || kind === 'departed';
  const remoteUnit = (ofUnit ? need : maybe)(environment, 'JUJU_REMOTE_UNIT');
  const remoteApp =
    maybe(environment, 'JUJU_REMOTE_APP') ??
    remoteUnit?.replace(/\/\d+$/, '') ??
    (kind === 'broken' ? undefined : need(environment, 'JUJU_REMOTE_APP'));
  return {
    family: 'relation',
    name,
    endpoint,
    relationId,
    ...given('remoteApp', remoteApp),
    ...given('remoteUnit', remoteUnit),
    ...(kind === 'departed' ? { departingUnit: need(environment, 'JUJU_DEPARTING_UNIT') } : {}),
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
    ...given('kind', maybe(environment, 'JUJU_STORAGE_KIND')),
  };
}

function secretHook(name: string, environment: Environment): Hook {
  const ofRevision = name === 'secret-remove' || name === 'secret-expired';
  return {
    family: 'secret',
    name,
    secretId: need(environment, 'JUJU_SECRET_ID'),
    ...given('label', maybe(environment, 'JUJU_SECRET_LABEL')),
    ...(ofRevision
      ? { revision: count(environment, 'JUJU_SECRET_REVISION', /^(\d+)$/, 'a number') }
      : {}),
  };
}
