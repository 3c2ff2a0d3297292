/** Hooks that are about nothing but the unit. Their kind is their name. */
export type PlainHookKind =
  | 'install'
  | 'start'
  | 'config-changed'
  | 'update-status'
  | 'upgrade-charm'
  | 'leader-elected'
  | 'leader-settings-changed'
  | 'stop'
  | 'remove';

export interface PlainHook {
  readonly kind: PlainHookKind;
}

export interface RelationHook {
  readonly kind:
    | 'relation-created'
    | 'relation-joined'
    | 'relation-changed'
    | 'relation-departed'
    | 'relation-broken';
  readonly endpoint: string;
  readonly relationId: number;
  readonly remoteApp: string;
  /** Absent in created and broken, and in a changed that is about the remote application's data. */
  readonly remoteUnit?: string;
  /** Only in departed: the unit that goes, which is our own when we are the ones who go. */
  readonly departingUnit?: string;
}

export interface PebbleReadyHook {
  readonly kind: 'pebble-ready';
  readonly container: string;
  /** The daemon's boot that this hook answers. */
  readonly bootId: string;
}

export interface CustomNoticeHook {
  readonly kind: 'pebble-custom-notice';
  readonly container: string;
  readonly noticeId: string;
  readonly noticeKey: string;
}

export interface CheckHook {
  readonly kind: 'pebble-check-failed' | 'pebble-check-recovered';
  readonly container: string;
  readonly check: string;
}

export interface StorageHook {
  readonly kind: 'storage-attached' | 'storage-detaching';
  readonly storage: string;
  /** `<name>/<number>` */
  readonly storageId: string;
  readonly storageKind: 'filesystem' | 'block';
  readonly location: string;
}

export interface SecretHook {
  readonly kind: 'secret-changed' | 'secret-rotate' | 'secret-expired' | 'secret-remove';
  /** Without `secret:`. */
  readonly secretId: string;
  /** The consumer's or owner's label, or empty text. */
  readonly label: string;
  /** The revision that it is about: the one to remove, or else the latest. */
  readonly revision: number;
}

/** An action that someone runs; no hook, and yet run like one. */
export interface ActionHook {
  readonly kind: 'action';
  readonly action: string;
  readonly actionId: string;
  /** As the schema has them, with defaults. */
  readonly params: Readonly<Record<string, unknown>>;
}

/** One thing that Juju tells a unit, with all that the charm learns about it. */
export type Hook =
  | PlainHook
  | RelationHook
  | PebbleReadyHook
  | CustomNoticeHook
  | CheckHook
  | StorageHook
  | SecretHook
  | ActionHook;

/** Juju's full name of a hook, such as `database-relation-joined`. */
export function hookName(hook: Hook): string {
  switch (hook.kind) {
    case 'relation-created':
    case 'relation-joined':
    case 'relation-changed':
    case 'relation-departed':
    case 'relation-broken':
      return `${hook.endpoint}-${hook.kind}`;
    case 'pebble-ready':
    case 'pebble-custom-notice':
    case 'pebble-check-failed':
    case 'pebble-check-recovered':
      return `${hook.container}-${hook.kind}`;
    case 'storage-attached':
    case 'storage-detaching':
      return `${hook.storage}-${hook.kind}`;
    case 'action':
      return hook.action;
    default:
      return hook.kind;
  }
}

/** The hook as one about a relation, if it is one. */
export function relationHook(hook: Hook): RelationHook | undefined {
  return 'relationId' in hook ? hook : undefined;
}
