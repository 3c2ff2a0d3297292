import { createHash } from 'node:crypto';
import type { ModelState } from '../state/model-state.ts';
import type { SecretContent, SecretState } from '../state/secret-state.ts';

/** Adds a revision, unless the latest one has the same content: Juju compares checksums. */
export function addRevision(secret: SecretState, content: SecretContent): void {
  const latest = secret.revisions.get(secret.latest);
  if (latest !== undefined && checksum(latest.content) === checksum(content)) return;
  secret.latest += 1;
  secret.revisions.set(secret.latest, { content, expires: undefined, expiryDue: undefined });
  pruneUnread(secret);
}

/** Revisions that are not the latest and that no unit reads any more, oldest first. */
export function obsoleteRevisions(secret: SecretState): number[] {
  const tracked = new Set([...secret.consumers.values()].map(({ revision }) => revision));
  return [...secret.revisions.keys()].filter(
    (revision) => revision !== secret.latest && !tracked.has(revision),
  );
}

/** Drops revisions that nobody reads, of a secret that wants that. */
export function pruneUnread(secret: SecretState): void {
  if (!secret.autoPrune) return;
  for (const revision of obsoleteRevisions(secret)) secret.revisions.delete(revision);
}

/** Removes one revision, or the secret with the last of them. */
export function removeRevision(model: ModelState, secret: SecretState, revision: number): void {
  secret.revisions.delete(revision);
  if (secret.revisions.size === 0) model.secrets.delete(secret.id);
}

/** Takes back what was granted for as long as a relation lasts. */
export function revokeForRelation(model: ModelState, relationId: number): void {
  for (const secret of model.secrets.values()) {
    secret.grants = secret.grants.filter((grant) => grant.relationId !== relationId);
  }
}

/** Forgets a unit that is gone: its own secrets, and what it has read. */
export function forgetUnit(model: ModelState, unit: string): void {
  for (const secret of model.secrets.values()) {
    if (secret.owner.kind === 'unit' && secret.owner.name === unit) model.secrets.delete(secret.id);
    secret.consumers.delete(unit);
    secret.grants = secret.grants.filter(({ target }) => target !== unit);
    pruneUnread(secret);
  }
}

function checksum(content: SecretContent): string {
  const entries = Object.entries(content).sort(([a], [b]) => (a < b ? -1 : 1));
  return createHash('sha256').update(JSON.stringify(entries)).digest('hex');
}
