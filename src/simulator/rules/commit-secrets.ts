import { applySettings, newSecret } from '../new-secret.ts';
import type { SecretChanges } from '../secret-changes.ts';
import { isJuju4, type ModelState } from '../state/model-state.ts';
import type { SecretState } from '../state/secret-state.ts';
import type { UnitState } from '../state/unit-state.ts';
import { hasLabelTwin, mayManageSecret } from './secret-access.ts';
import { addRevision, removeRevision } from './secret-revisions.ts';

/** Why Juju's controller does not take what a hook did with secrets. */
export class SecretCommitFault extends Error {
  override readonly name = 'SecretCommitFault';
}

/**
 * Applies what a hook asked for: removals, new secrets, updates, grants, then revocations. Before
 * Juju 4 what came before a fault stays applied; from then on it is all or nothing.
 *
 * @throws {SecretCommitFault}
 */
export function commitSecrets(model: ModelState, unit: UnitState, changes: SecretChanges): void {
  if (isJuju4(model)) apply({ ...model, secrets: structuredClone(model.secrets) }, unit, changes);
  apply(model, unit, changes);
}

function apply(model: ModelState, unit: UnitState, changes: SecretChanges): void {
  const now = model.clock.now();
  const managed = (id: string, doing: string): SecretState => {
    const secret = model.secrets.get(id);
    if (secret === undefined) throw new SecretCommitFault(`${doing}: secret "${id}" not found`);
    if (mayManageSecret(model, unit, secret)) return secret;
    throw new SecretCommitFault(`${doing}: permission denied`);
  };
  for (const [id, revisions] of changes.removed) {
    const secret = managed(id, 'removing secrets');
    if (revisions === 'all') model.secrets.delete(id);
    else for (const revision of revisions) removeRevision(model, secret, revision);
  }
  for (const [id, creation] of changes.created) {
    const secret = newSecret(id, creation.owner);
    if (!mayManageSecret(model, unit, secret)) {
      throw new SecretCommitFault('creating secrets: permission denied');
    }
    refuseTwin(model, secret, creation.label, 'creating secrets');
    addRevision(secret, creation.content);
    applySettings(secret, creation, now);
    model.secrets.set(id, secret);
  }
  for (const [id, update] of changes.updated) {
    const secret = managed(id, 'updating secrets');
    refuseTwin(model, secret, update.label, 'updating secrets');
    if (update.content !== undefined) addRevision(secret, update.content);
    applySettings(secret, update, now);
  }
  for (const [id, grants] of changes.granted) {
    const secret = managed(id, 'granting secrets access');
    secret.grants.push(...grants);
  }
  for (const [id, targets] of changes.revoked) {
    const secret = managed(id, 'revoking secrets access');
    secret.grants = secret.grants.filter(({ target }) => !targets.includes(target));
  }
}

function refuseTwin(
  model: ModelState,
  secret: SecretState,
  label: string | undefined,
  doing: string,
): void {
  if (label === undefined || label === '' || !hasLabelTwin(model, secret, label)) return;
  throw new SecretCommitFault(`${doing}: secret with label "${label}" already exists`);
}
