import { mayManageSecret } from './rules/secret-access.ts';
import { newSecretId, type SecretSettings } from './new-secret.ts';
import type { ModelState } from './state/model-state.ts';
import type { SecretContent, SecretGrant, SecretOwner, SecretState } from './state/secret-state.ts';
import type { UnitState } from './state/unit-state.ts';

/** A secret that the hook made, or changes of one that was there. */
export interface SecretWrite extends SecretSettings {
  /** Absent where only settings change. */
  readonly content?: SecretContent | undefined;
}

export interface SecretCreation extends SecretWrite {
  readonly owner: SecretOwner;
  readonly content: SecretContent;
}

/** What a charm may know about a secret that it manages, with what its hook has asked for. */
export interface ManagedSecret extends Required<SecretSettings> {
  readonly id: string;
  readonly owner: SecretOwner;
  readonly latest: number;
  readonly rotates: Date | undefined;
  readonly grants: readonly SecretGrant[];
  /** Whether it exists outside the hook. */
  readonly committed: boolean;
}

/** What a hook that is running has asked to do with secrets. All of it waits for the commit. */
export class SecretChanges {
  readonly created: Map<string, SecretCreation> = new Map();
  readonly updated: Map<string, SecretWrite> = new Map();
  /** Revisions to remove, or `all` for the whole secret. */
  readonly removed: Map<string, Set<number> | 'all'> = new Map();
  readonly granted: Map<string, SecretGrant[]> = new Map();
  readonly revoked: Map<string, string[]> = new Map();
  readonly #model: ModelState;
  readonly #known: readonly SecretState[];

  constructor(model: ModelState, unit: UnitState) {
    this.#model = model;
    this.#known = [...model.secrets.values()].filter((secret) =>
      mayManageSecret(model, unit, secret),
    );
  }

  /** Reserves an id, which is used up even if the hook fails. */
  create(creation: SecretCreation): string {
    const id = newSecretId(this.#model);
    this.created.set(id, creation);
    return id;
  }

  /** Merges with what this hook has asked for before, so that one revision comes of it. */
  update(id: string, write: SecretWrite): void {
    this.removed.delete(id);
    const given = Object.fromEntries(
      Object.entries(write).filter(([, value]) => value !== undefined),
    );
    const created = this.created.get(id);
    if (created !== undefined) this.created.set(id, { ...created, ...given });
    else this.updated.set(id, { ...this.updated.get(id), ...given });
  }

  /** @param revision absent for the whole secret */
  remove(id: string, revision: number | undefined): void {
    for (const pending of [this.created, this.updated, this.granted, this.revoked]) {
      pending.delete(id);
    }
    const before = this.removed.get(id);
    if (before === 'all') return;
    this.removed.set(id, revision === undefined ? 'all' : new Set([...(before ?? []), revision]));
  }

  grant(id: string, grant: SecretGrant): void {
    const others = (this.granted.get(id) ?? []).filter(
      ({ relationId }) => relationId !== grant.relationId,
    );
    this.granted.set(id, [...others, grant]);
  }

  revoke(id: string, target: string): void {
    this.revoked.set(id, [...(this.revoked.get(id) ?? []), target]);
  }

  /** The secrets that the unit managed when the hook began, and those that it made since. */
  managed(): ManagedSecret[] {
    const created = [...this.created].map(([id, creation]) => this.#created(id, creation));
    const known = this.#known
      .filter((secret) => this.#model.secrets.has(secret.id) && !this.removed.has(secret.id))
      .map((secret) => this.#existing(secret));
    return [...created, ...known];
  }

  /** A secret that existed when the hook began and that the unit managed then. */
  known(id: string): SecretState | undefined {
    return this.#known.find((secret) => secret.id === id);
  }

  #created(id: string, creation: SecretCreation): ManagedSecret {
    return {
      id,
      owner: creation.owner,
      label: creation.label ?? '',
      description: creation.description ?? '',
      rotatePolicy: creation.rotatePolicy,
      expires: creation.expires,
      latest: 1,
      rotates: undefined,
      grants: this.#grants(id, []),
      committed: false,
    };
  }

  #existing(secret: SecretState): ManagedSecret {
    const update = this.updated.get(secret.id) ?? {};
    return {
      id: secret.id,
      owner: secret.owner,
      label: update.label ?? secret.label,
      description: update.description ?? secret.description,
      rotatePolicy: update.rotatePolicy ?? secret.rotatePolicy,
      expires: update.expires ?? secret.revisions.get(secret.latest)?.expires,
      latest: secret.latest,
      rotates: secret.rotates,
      grants: this.#grants(secret.id, secret.grants),
      committed: true,
    };
  }

  #grants(id: string, committed: readonly SecretGrant[]): SecretGrant[] {
    const revoked = this.revoked.get(id) ?? [];
    const granted = [...committed, ...(this.granted.get(id) ?? [])];
    return granted.filter(({ target }) => !revoked.includes(target));
  }
}
