import * as z from 'zod/mini';
import { CharmEvent, DeferrableEvent, type EventHistory } from '../../framework/event.ts';
import type { Json } from '../../framework/json.ts';
import { EventDataError } from '../errors.ts';
import { definedFields, foreignSnapshot, type EventRow } from './row.ts';

/** Which secret, and for remove and expired which revision of it. Never its content. */
export interface SecretEventData {
  /** `secret:<id>`. */
  readonly secretId: string;
  /** The label that this charm gave it. */
  readonly label?: string | undefined;
  readonly revision?: number | undefined;
}

/** A secret that this charm reads has a new revision. */
export class SecretChangedEvent extends DeferrableEvent implements SecretEventData {
  declare readonly kind: 'secret-changed';
  readonly secretId: string;
  readonly label: string | undefined;

  constructor({ secretId, label }: SecretEventData, history?: EventHistory) {
    super('secret-changed', history);
    this.secretId = secretId;
    this.label = label;
  }

  snapshot(): Json {
    return definedFields({ secretId: this.secretId, label: this.label });
  }
}

/** Nobody reads a revision of this charm's secret any more: the charm should remove it. */
export class SecretRemoveEvent extends DeferrableEvent implements SecretEventData {
  declare readonly kind: 'secret-remove';
  readonly secretId: string;
  readonly label: string | undefined;
  readonly revision: number;

  constructor({ secretId, label, revision }: SecretEventData, history?: EventHistory) {
    super('secret-remove', history);
    this.secretId = secretId;
    this.label = label;
    this.revision = needRevision('secret-remove', revision);
  }

  snapshot(): Json {
    return definedFields({
      secretId: this.secretId,
      label: this.label,
      revision: this.revision,
    });
  }
}

/** A revision of this charm's secret has expired. Comes again until it is removed. */
export class SecretExpiredEvent extends CharmEvent implements SecretEventData {
  declare readonly kind: 'secret-expired';
  readonly secretId: string;
  readonly label: string | undefined;
  readonly revision: number;

  constructor({ secretId, label, revision }: SecretEventData) {
    super('secret-expired');
    this.secretId = secretId;
    this.label = label;
    this.revision = needRevision('secret-expired', revision);
  }

  snapshot(): Json {
    return null;
  }
}

/** It is time to give this charm's secret a new content. Once for each due time. */
export class SecretRotateEvent extends CharmEvent implements SecretEventData {
  declare readonly kind: 'secret-rotate';
  readonly secretId: string;
  readonly label: string | undefined;

  constructor({ secretId, label }: SecretEventData) {
    super('secret-rotate');
    this.secretId = secretId;
    this.label = label;
  }

  snapshot(): Json {
    return null;
  }
}

export interface SecretEvents {
  readonly 'secret-changed': SecretChangedEvent;
  readonly 'secret-expired': SecretExpiredEvent;
  readonly 'secret-remove': SecretRemoveEvent;
  readonly 'secret-rotate': SecretRotateEvent;
}

const snapshotSchema = () =>
  z.object({
    secretId: z.string(),
    label: z.optional(z.string()),
    revision: z.optional(z.int()),
  });

export const secretRows: readonly EventRow<CharmEvent>[] = [
  secretRow('secret-changed', (data, history) => new SecretChangedEvent(data, history)),
  secretRow('secret-expired', (data) => new SecretExpiredEvent(data)),
  secretRow('secret-remove', (data, history) => new SecretRemoveEvent(data, history)),
  secretRow('secret-rotate', (data) => new SecretRotateEvent(data)),
];

function secretRow(
  kind: string,
  make: (data: SecretEventData, history?: EventHistory) => CharmEvent,
): EventRow<CharmEvent> {
  return {
    kind,
    fromHook: (hook) => (hook.family === 'secret' ? make(hook) : undefined),
    restore: (snapshot, history) => {
      const saved = snapshotSchema().safeParse(snapshot);
      return saved.success ? make(saved.data, history) : foreignSnapshot();
    },
  };
}

function needRevision(kind: string, revision: number | undefined): number {
  if (revision === undefined) throw new EventDataError(kind, 'Juju names no revision');
  return revision;
}
