import type { ModelState } from '../state/model-state.ts';
import type { SecretState } from '../state/secret-state.ts';
import type { UnitState } from '../state/unit-state.ts';
import { isLeader } from './leadership.ts';

/** Whether the unit may change the secret: its own, or as leader its application's. */
export function mayManageSecret(model: ModelState, unit: UnitState, secret: SecretState): boolean {
  const { kind, name } = secret.owner;
  if (kind === 'unit') return name === unit.name;
  return kind === 'application' && name === unit.app && isLeader(model, unit);
}

/** Whether the secret is the unit's or its application's, so that it reads the latest revision. */
export function isOwnSecret({ name, app }: UnitState, { owner }: SecretState): boolean {
  if (owner.kind === 'unit') return owner.name === name;
  return owner.kind === 'application' && owner.name === app;
}

/** Whether the unit may read the secret: one of its own, or one that was granted to it. */
export function mayViewSecret(unit: UnitState, secret: SecretState): boolean {
  return (
    isOwnSecret(unit, secret) ||
    secret.grants.some(({ target }) => target === unit.name || target === unit.app)
  );
}

/**
 * The label that a unit hears a secret by: its own for it, or else the owner's, which it sees only
 * among units of one application.
 */
export function consumerLabel(unit: string, { consumers, owner, label }: SecretState): string {
  return consumers.get(unit)?.label ?? (owner.name === unit.split('/', 1)[0] ? label : '');
}

/** Whose secret of this label it would be twice, if the owner gave it to the secret. */
export function hasLabelTwin(model: ModelState, secret: SecretState, label: string): boolean {
  const { kind, name } = secret.owner;
  return [...model.secrets.values()].some(
    (other) =>
      other !== secret &&
      other.label === label &&
      other.owner.kind === kind &&
      other.owner.name === name,
  );
}
