import type { Answers } from './canned-juju.ts';

/** Of the model that all hooks run in. */
export const modelUuid = 'b1c9d2a4-0000-4000-8000-000000000001';

/** A relation event's relation, and whom it is about. */
export interface AboutRelation {
  /** `db:1`. */
  readonly relation: string;
  readonly app: string;
  readonly unit?: string;
  readonly departing?: string;
}

/** What Juju says about a hook beside its name, by family. */
export interface About {
  readonly relation?: AboutRelation;
  /** `data/0`, mounted at `/srv/data/0`. */
  readonly storage?: string;
  readonly container?: string;
  readonly notice?: { readonly id: string; readonly type: string; readonly key: string };
  readonly check?: string;
  readonly secret?: { readonly id: string; readonly label?: string; readonly revision?: number };
}

/** The environment of a hook on a machine, as Juju 3.6 sets it. @param path `hooks/start` or `actions/backup`. */
export function hookEnvironment(path: string, about: About): Record<string, string> {
  const [folder, name = ''] = path.split('/');
  const isAction = folder === 'actions';
  if (restricted.has(name)) return restrictedEnvironment(name);
  return {
    JUJU_API_ADDRESSES: '10.152.183.1:17070',
    JUJU_AVAILABILITY_ZONE: '',
    JUJU_CONTEXT_ID: `twin/0-${name}-0123456789abcdef0123456789abcdef`,
    JUJU_DISPATCH_PATH: path,
    JUJU_HOOK_NAME: isAction ? '' : name,
    JUJU_MACHINE_ID: '3',
    JUJU_MODEL_NAME: 'dev',
    JUJU_MODEL_UUID: modelUuid,
    JUJU_PRINCIPAL_UNIT: '',
    JUJU_UNIT_NAME: 'twin/0',
    JUJU_VERSION: '3.6.9',
    LANG: 'C.UTF-8',
    ...(isAction
      ? { JUJU_ACTION_NAME: name, JUJU_ACTION_UUID: '7', JUJU_ACTION_TAG: 'action-7' }
      : {}),
    ...aboutRelation(about.relation),
    ...(about.storage === undefined
      ? {}
      : {
          JUJU_STORAGE_ID: about.storage,
          JUJU_STORAGE_KIND: 'filesystem',
          JUJU_STORAGE_LOCATION: `/srv/${about.storage}`,
        }),
    ...given('JUJU_WORKLOAD_NAME', about.container),
    ...given('JUJU_NOTICE_ID', about.notice?.id),
    ...given('JUJU_NOTICE_TYPE', about.notice?.type),
    ...given('JUJU_NOTICE_KEY', about.notice?.key),
    ...given('JUJU_PEBBLE_CHECK_NAME', about.check),
    ...(about.secret === undefined
      ? {}
      : { JUJU_SECRET_ID: about.secret.id, JUJU_SECRET_LABEL: about.secret.label ?? '' }),
    ...given('JUJU_SECRET_REVISION', about.secret?.revision?.toString()),
  };
}

const restricted = new Set(['collect-metrics', 'meter-status-changed']);

/** All that Juju before 3.6.11 gives such a hook: the unit's tag goes for its name. */
function restrictedEnvironment(name: string): Record<string, string> {
  return {
    JUJU_CONTEXT_ID: `unit-twin-0-${name}-8674665223082153551`,
    JUJU_DISPATCH_PATH: `hooks/${name}`,
    JUJU_UNIT_NAME: 'unit-twin-0',
    LANG: 'C.UTF-8',
    ...(name === 'meter-status-changed'
      ? { JUJU_METER_STATUS: 'NOT SET', JUJU_METER_INFO: '' }
      : {}),
  };
}

function aboutRelation(about: AboutRelation | undefined): Record<string, string> {
  if (about === undefined) return {};
  return {
    JUJU_RELATION: about.relation.replace(/:\d+$/, ''),
    JUJU_RELATION_ID: about.relation,
    JUJU_REMOTE_APP: about.app,
    JUJU_REMOTE_UNIT: about.unit ?? '',
    ...given('JUJU_DEPARTING_UNIT', about.departing),
  };
}

function given(name: string, value: string | undefined): Record<string, string> {
  return value === undefined ? {} : { [name]: value };
}

type Bag = Readonly<Record<string, string>>;

/** A relation as the hook tools tell of it. */
export interface CannedRelation {
  readonly app: string;
  /** The other side's units that are in the relation, with their databags. */
  readonly units?: Readonly<Record<string, Bag>>;
  /** Units that have left, whose databags can be read still. */
  readonly left?: Readonly<Record<string, Bag>>;
  readonly appData?: Bag;
  readonly own?: Bag;
  readonly ownApp?: Bag;
}

/** What the tools of one hook answer. */
export interface CannedModel {
  /** @default true */
  readonly leader?: boolean;
  readonly config?: Readonly<Record<string, unknown>>;
  /** By `endpoint:id`; endpoints without one have no relation. */
  readonly relations?: Readonly<Record<string, CannedRelation>>;
  /** Ids of attached instances, such as `data/0`. */
  readonly storage?: readonly string[];
  /** Goes before the rest. */
  readonly more?: Answers;
}

const endpoints = ['friends', 'site', 'db'];

/** Answers for a model that is told in its own words. */
export function answersOf(model: CannedModel, refusal: (why: string) => unknown): Answers {
  const { leader = true, config = {}, relations = {}, storage = [], more = {} } = model;
  const answers: Record<string, unknown> = {
    'is-leader*': leader,
    'config-get*': config,
    'action-get*': {},
  };
  for (const endpoint of endpoints) {
    const ids = Object.keys(relations).filter((id) => id.startsWith(`${endpoint}:`));
    answers[`relation-ids*${endpoint}*`] = ids;
  }
  for (const [id, relation] of Object.entries(relations)) {
    const { app, units = {}, left = {}, appData = {}, own = {}, ownApp = {} } = relation;
    answers[`relation-list*--app*${id}*`] = app;
    answers[`relation-list*${id}*`] = Object.keys(units);
    const bags = { ...left, ...units, 'twin/0': own };
    for (const [name, bag] of Object.entries(bags)) answers[`relation-get*${id}* ${name}`] = bag;
    answers[`relation-get*${id}* twin`] =
      leader || app === 'twin' ? ownApp : refusal('permission denied');
    answers[`relation-get*${id}* ${app}`] = app === 'twin' ? ownApp : appData;
  }
  const names = [...new Set(storage.map((id) => id.replace(/\/\d+$/, '')))];
  for (const name of names) answers[`storage-list*${name}*`] = storage;
  answers['storage-list*'] = [];
  for (const id of storage) {
    answers[`storage-get*${id}*location*`] = `/srv/${id}`;
    answers[`storage-get*${id}*`] = { kind: 'filesystem', location: `/srv/${id}` };
  }
  return { ...more, ...answers, ...more };
}
