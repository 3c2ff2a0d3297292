import * as z from 'zod/mini';
import { CharmEvent, DeferrableEvent, type EventHistory } from '../../framework/event.ts';
import type { Json } from '../../framework/json.ts';
import { lazy } from '../../lazy.ts';
import type { ObservedSecret, OwnedSecret } from '../../model/secret.ts';
import { EventDataError } from '../errors.ts';
import { definedFields, foreignSnapshot, type EventModel, type EventRow } from './row.ts';

/** A secret that this charm reads has a new revision: `event.secret.refresh()` follows it. */
export class SecretChangedEvent extends DeferrableEvent {
  declare readonly kind: 'secret-changed';
  readonly secret: ObservedSecret;

  constructor(secret: ObservedSecret, history?: EventHistory) {
    super('secret-changed', history);
    this.secret = secret;
  }

  snapshot(): Json {
    return snapshotOf(this.secret);
  }
}

/** Nobody reads a revision of this charm's secret any more: the charm should remove it. */
export class SecretRemoveEvent extends DeferrableEvent {
  declare readonly kind: 'secret-remove';
  readonly secret: OwnedSecret;
  readonly revision: number;

  constructor(secret: OwnedSecret, revision: number | undefined, history?: EventHistory) {
    super('secret-remove', history);
    this.secret = secret;
    this.revision = needRevision('secret-remove', revision);
  }

  /** Removes the revision that this event is about. */
  async removeRevision(): Promise<void> {
    await this.secret.removeRevision(this.revision);
  }

  snapshot(): Json {
    return snapshotOf(this.secret, this.revision);
  }
}

/**
 * A revision of this charm's secret has expired: the charm should give it a new content, or remove
 * the revision. Comes again until it is removed, and so it cannot be deferred.
 */
export class SecretExpiredEvent extends CharmEvent {
  declare readonly kind: 'secret-expired';
  readonly secret: OwnedSecret;
  readonly revision: number;

  constructor(secret: OwnedSecret, revision: number | undefined) {
    super('secret-expired');
    this.secret = secret;
    this.revision = needRevision('secret-expired', revision);
  }

  /** Removes the revision that this event is about. */
  async removeRevision(): Promise<void> {
    await this.secret.removeRevision(this.revision);
  }

  snapshot(): Json {
    return null;
  }
}

/** It is time to give this charm's secret a new content. Once for each due time. */
export class SecretRotateEvent extends CharmEvent {
  declare readonly kind: 'secret-rotate';
  readonly secret: OwnedSecret;

  constructor(secret: OwnedSecret) {
    super('secret-rotate');
    this.secret = secret;
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

const snapshotSchema = lazy(() =>
  z.object({
    secretId: z.string(),
    label: z.optional(z.string()),
    revision: z.optional(z.int()),
  }),
);

interface SecretData {
  readonly secretId: string;
  readonly label?: string | undefined;
  readonly revision?: number | undefined;
}

/** The rows of all secrets: their events have no names of their own. */
export const secretRows: readonly EventRow<CharmEvent>[] = [
  secretRow(
    'secret-changed',
    (data, model, history) => new SecretChangedEvent(observed(data, model), history),
  ),
  secretRow(
    'secret-expired',
    (data, model) => new SecretExpiredEvent(owned(data, model), data.revision),
  ),
  secretRow(
    'secret-remove',
    (data, model, history) => new SecretRemoveEvent(owned(data, model), data.revision, history),
  ),
  secretRow('secret-rotate', (data, model) => new SecretRotateEvent(owned(data, model))),
];

function observed({ secretId, label }: SecretData, { secrets }: EventModel): ObservedSecret {
  return secrets.changed(secretId, label);
}

function owned({ secretId, label }: SecretData, { secrets }: EventModel): OwnedSecret {
  return secrets.due(secretId, label);
}

function secretRow(
  kind: string,
  make: (data: SecretData, model: EventModel, history?: EventHistory) => CharmEvent,
): EventRow<CharmEvent> {
  return {
    kind,
    fromHook: (hook, model) => (hook.family === 'secret' ? make(hook, model) : undefined),
    restore: (snapshot, history, model) => {
      const saved = snapshotSchema().safeParse(snapshot);
      return saved.success ? make(saved.data, model, history) : foreignSnapshot();
    },
  };
}

/** Which secret, and which revision of it. Never its content. */
function snapshotOf({ id, label }: ObservedSecret | OwnedSecret, revision?: number): Json {
  return definedFields({ secretId: id, label, revision });
}

function needRevision(kind: string, revision: number | undefined): number {
  if (revision === undefined) throw new EventDataError(kind, 'Juju names no revision');
  return revision;
}
