import type { SecretHook } from '../hook.ts';
import { consumerLabel, mayManageSecret, mayViewSecret } from '../rules/secret-access.ts';
import { obsoleteRevisions } from '../rules/secret-revisions.ts';
import { secretRetryDelay, settleRotation } from '../rules/secret-rotation.ts';
import type { ModelState } from '../state/model-state.ts';
import type { SecretState } from '../state/secret-state.ts';
import type { UnitState } from '../state/unit-state.ts';

/** The news of secrets that is due, in Juju's order: expired, rotate, changed, remove. */
export function secretHook(model: ModelState, unit: UnitState): SecretHook | undefined {
  if (model.secrets.size === 0) return undefined;
  const secrets = [...model.secrets.values()];
  const managed = secrets.filter((secret) => mayManageSecret(model, unit, secret));
  return (
    first(managed, (secret) => expiredHook(model, secret)) ??
    first(managed, (secret) => rotateHook(model, secret)) ??
    first(secrets, (secret) => changedHook(unit, secret)) ??
    first(managed, (secret) => removeHook(unit, secret))
  );
}

/** Notes that a hook about a secret has run. */
export function settleSecretHook(model: ModelState, unit: UnitState, hook: SecretHook): void {
  const secret = model.secrets.get(hook.secretId);
  const now = model.clock.now();
  switch (hook.kind) {
    case 'secret-changed':
      unit.secretsSeen.set(hook.secretId, hook.revision);
      break;
    case 'secret-rotate':
      if (secret !== undefined) settleRotation(secret, hook.revision, now);
      break;
    case 'secret-expired': {
      const revision = secret?.revisions.get(hook.revision);
      if (revision !== undefined && revision.expires !== undefined && revision.expires <= now) {
        revision.expiryDue = new Date(now.getTime() + secretRetryDelay);
      }
      break;
    }
    case 'secret-remove':
      unit.secretsRemoved.add(`${hook.secretId}/${hook.revision}`);
      break;
  }
}

/**
 * What an agent forgets when it restarts: it takes the revisions that are then the latest for
 * known, so that a change from before goes unannounced.
 */
export function forgetSecretNews(model: ModelState, unit: UnitState): void {
  for (const secret of model.secrets.values()) {
    if (unit.secretsSeen.has(secret.id)) unit.secretsSeen.set(secret.id, secret.latest);
  }
}

function first(
  secrets: readonly SecretState[],
  hookAbout: (secret: SecretState) => SecretHook | undefined,
): SecretHook | undefined {
  for (const secret of secrets) {
    const hook = hookAbout(secret);
    if (hook !== undefined) return hook;
  }
  return undefined;
}

function expiredHook(model: ModelState, secret: SecretState): SecretHook | undefined {
  const now = model.clock.now();
  for (const [revision, { expiryDue }] of secret.revisions) {
    if (expiryDue !== undefined && expiryDue <= now) {
      return { kind: 'secret-expired', secretId: secret.id, label: secret.label, revision };
    }
  }
  return undefined;
}

function rotateHook(model: ModelState, secret: SecretState): SecretHook | undefined {
  const { id, label, latest, rotates } = secret;
  if (rotates === undefined || rotates > model.clock.now()) return undefined;
  return { kind: 'secret-rotate', secretId: id, label, revision: latest };
}

function changedHook(unit: UnitState, secret: SecretState): SecretHook | undefined {
  const consumer = secret.consumers.get(unit.name);
  if (consumer === undefined || unit.secretsSeen.get(secret.id) === secret.latest) return undefined;
  if (!mayViewSecret(unit, secret)) return undefined;
  const label = consumerLabel(unit.name, secret);
  return { kind: 'secret-changed', secretId: secret.id, label, revision: secret.latest };
}

function removeHook(unit: UnitState, secret: SecretState): SecretHook | undefined {
  const revision = obsoleteRevisions(secret).find(
    (each) => !unit.secretsRemoved.has(`${secret.id}/${each}`),
  );
  if (revision === undefined) return undefined;
  return { kind: 'secret-remove', secretId: secret.id, label: secret.label, revision };
}
