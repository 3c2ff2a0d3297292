import { fraction } from './random.ts';
import { nextRotation } from './rules/secret-rotation.ts';
import type { ModelState } from './state/model-state.ts';
import type { RotatePolicy, SecretOwner, SecretState } from './state/secret-state.ts';

/** What a secret can be given besides its content; what is absent stays as it was. */
export interface SecretSettings {
  readonly label?: string | undefined;
  readonly description?: string | undefined;
  readonly rotatePolicy?: RotatePolicy | undefined;
  /** When the latest revision expires. */
  readonly expires?: Date | undefined;
}

/** Reserves an id: 20 letters and digits, of which the last can only be one of two. */
export function newSecretId(model: ModelState): string {
  const digits = '0123456789abcdefghijklmnopqrstuv';
  model.secretIds += 1;
  const pickFrom = (choice: string, place: number): string =>
    choice[Math.floor(fraction(model.seed, model.secretIds, 'secret', place) * choice.length)] ??
    '';
  const places = Array.from({ length: 19 }, (_, place) => pickFrom(digits, place));
  return `${places.join('')}${pickFrom('0g', 19)}`;
}

/** A secret without any revision yet. */
export function newSecret(id: string, owner: SecretOwner): SecretState {
  return {
    id,
    owner,
    label: '',
    description: '',
    rotatePolicy: 'never',
    rotates: undefined,
    revisions: new Map(),
    latest: 0,
    grants: [],
    consumers: new Map(),
    autoPrune: false,
  };
}

/** Applies settings to a secret and, where they are about one, to its latest revision. */
export function applySettings(secret: SecretState, settings: SecretSettings, now: Date): void {
  secret.label = settings.label ?? secret.label;
  secret.description = settings.description ?? secret.description;
  const { rotatePolicy, expires } = settings;
  if (rotatePolicy !== undefined && rotatePolicy !== secret.rotatePolicy) {
    secret.rotatePolicy = rotatePolicy;
    secret.rotates = nextRotation(rotatePolicy, now);
  }
  const latest = secret.revisions.get(secret.latest);
  if (expires !== undefined && latest !== undefined) {
    latest.expires = expires;
    latest.expiryDue = expires;
  }
}
