import type { Participant } from '../framework/participant.ts';
import { UndoJournal } from '../framework/undo-journal.ts';
import type { HookTools } from '../juju/hook-tool.ts';
import type { SecretUri } from '../juju/secret-uri.ts';
import type { RelationRef } from '../juju/tools/relation.ts';
import type { SecretContent } from '../juju/tools/secret-content.ts';
import { secretGet, type SecretInfo } from '../juju/tools/secret.ts';
import {
  secretGrant,
  secretRemove,
  secretRevoke,
  secretSet,
  type SecretOwner,
  type SecretRotation,
  type SecretSettings,
} from '../juju/tools/secret-write.ts';
import type { JujuVersion } from '../juju/version.ts';

/** What a secret was made with in this dispatch. */
export interface MadeSecret {
  readonly content: SecretContent;
  readonly settings: SecretSettings;
}

/** A secret that this unit or its application owns, as its writes need it. */
export interface WrittenSecret {
  /** Absent where only Juju knows: the secret comes from an event. */
  readonly owner: SecretOwner | undefined;
  /** Given for a secret that this dispatch has made. */
  readonly made: MadeSecret | undefined;
  /** Asks Juju where only the label is known. */
  uri(): Promise<SecretUri>;
  /** What Juju holds. */
  heldInfo(): Promise<SecretInfo>;
}

/** Who may read a secret: the application on the other side of a relation, or one of its units. */
export interface Access {
  readonly relation: RelationRef;
  readonly unit: string | undefined;
}

/** What is to become of one secret. Never changed in place. */
export interface StagedSecret {
  readonly content?: SecretContent;
  readonly settings: SecretSettings;
  /** In the order of their calls; of two about the same access only the later one. */
  readonly accesses: ReadonlyMap<string, Access & { readonly granted: boolean }>;
  readonly removed: ReadonlySet<number> | 'all';
}

const untouched: StagedSecret = { settings: {}, accesses: new Map(), removed: new Set() };

/**
 * The changes of secrets in a dispatch. They leave when all handlers are done, with at most one
 * `secret-set` for each secret, so that its new content and what is said of it are one revision.
 */
export class SecretWrites implements Participant {
  readonly #tools: HookTools;
  readonly #version: JujuVersion;
  readonly #staged = new Map<WrittenSecret, StagedSecret>();
  readonly #journal = new UndoJournal();
  readonly #made: WrittenSecret[] = [];
  #orphans: WrittenSecret[] = [];

  constructor(tools: HookTools, version: JujuVersion) {
    this.#tools = tools;
    this.#version = version;
  }

  /** What is staged for a secret. */
  of(secret: WrittenSecret): StagedSecret {
    return this.#staged.get(secret) ?? untouched;
  }

  stage(secret: WrittenSecret, change: (staged: StagedSecret) => StagedSecret): void {
    const before = this.#staged.get(secret);
    this.#staged.set(secret, change(before ?? untouched));
    this.#journal.note(() => {
      if (before === undefined) this.#staged.delete(secret);
      else this.#staged.set(secret, before);
    });
  }

  /** Stages a grant, or its end. */
  stageAccess(secret: WrittenSecret, access: Access, granted: boolean): void {
    const key = JSON.stringify([access.relation.id, access.unit ?? null]);
    this.stage(secret, (staged) => {
      const accesses = new Map(staged.accesses);
      accesses.delete(key);
      return { ...staged, accesses: accesses.set(key, { ...access, granted }) };
    });
  }

  /** Notes that Juju has reserved a new secret: a savepoint that goes back before it removes it. */
  add(secret: WrittenSecret): void {
    this.#made.push(secret);
  }

  savepoint(): () => void {
    const back = this.#journal.savepoint();
    const made = this.#made.length;
    return () => {
      this.#orphans.push(...this.#made.splice(made));
      back();
    };
  }

  async flush(): Promise<void> {
    for (const secret of this.#orphans) await secretRemove(this.#tools, await secret.uri());
    for (const [secret, staged] of this.#staged) await this.#send(secret, staged);
    this.#orphans = [];
    this.#staged.clear();
    this.#journal.clear();
  }

  async #send(secret: WrittenSecret, staged: StagedSecret): Promise<void> {
    const tools = this.#tools;
    const uri = await secret.uri();
    if (staged.removed === 'all') {
      await secretRemove(tools, uri);
      return;
    }
    const { content, settings } = await this.#completed(secret, staged);
    const changes = { ...settings, ...(content === undefined ? {} : { content }) };
    if (Object.keys(changes).length > 0) {
      await secretSet(tools, uri, { ...changes, owner: secret.owner });
    }
    for (const { relation, unit, granted } of staged.accesses.values()) {
      if (granted) await secretGrant(tools, uri, relation, { unit });
      else await secretRevoke(tools, uri, { relation, unit });
    }
    for (const revision of staged.removed) await secretRemove(tools, uri, { revision });
  }

  /** Before 3.6, Juju resets what a `secret-set` leaves out: there it is given all of it. */
  async #completed(
    secret: WrittenSecret,
    staged: StagedSecret,
  ): Promise<Pick<StagedSecret, 'content' | 'settings'>> {
    const { content, settings } = staged;
    const changed = content !== undefined || Object.keys(settings).length > 0;
    if (!changed || this.#version.has('secret-set-keeps')) return staged;
    const { made } = secret;
    const uri = await secret.uri();
    return {
      content:
        content ?? made?.content ?? (await secretGet(this.#tools, { uri }, { revision: 'peek' })),
      settings: {
        ...(made === undefined ? settingsIn(await secret.heldInfo()) : made.settings),
        ...settings,
      },
    };
  }
}

const rotations: Readonly<Record<SecretRotation, true>> = {
  never: true,
  hourly: true,
  daily: true,
  weekly: true,
  monthly: true,
  quarterly: true,
  yearly: true,
};

function settingsIn({ label, description, expiry, rotation }: SecretInfo): SecretSettings {
  return {
    ...(label === undefined ? {} : { label }),
    ...(description === undefined ? {} : { description }),
    ...(expiry === undefined ? {} : { expire: expiry }),
    ...(isRotation(rotation) ? { rotate: rotation } : {}),
  };
}

function isRotation(text: string | undefined): text is SecretRotation {
  return text !== undefined && Object.hasOwn(rotations, text);
}
