import type { RotatePolicy, SecretState } from '../state/secret-state.ts';

/** How long Juju waits before it asks again for what the charm has not done, in milliseconds. */
export const secretRetryDelay = 300_000;

/** When a secret is due that was last rotated at the time; undefined for one that never is. */
export function nextRotation(policy: RotatePolicy, last: Date): Date | undefined {
  const next = new Date(last);
  switch (policy) {
    case 'never':
      return undefined;
    case 'hourly':
      next.setUTCHours(next.getUTCHours() + 1);
      break;
    case 'daily':
      next.setUTCDate(next.getUTCDate() + 1);
      break;
    case 'weekly':
      next.setUTCDate(next.getUTCDate() + 7);
      break;
    case 'monthly':
      next.setUTCMonth(next.getUTCMonth() + 1);
      break;
    case 'quarterly':
      next.setUTCMonth(next.getUTCMonth() + 3);
      break;
    case 'yearly':
      next.setUTCFullYear(next.getUTCFullYear() + 1);
      break;
  }
  return next;
}

/**
 * Sets when secret-rotate comes again after one has run: as the policy says if the charm gave the
 * secret a new revision, and else after a few minutes.
 */
export function settleRotation(secret: SecretState, revisionAtStart: number, now: Date): void {
  if (secret.rotates === undefined) return;
  const regular = nextRotation(secret.rotatePolicy, secret.rotates);
  const retry = new Date(now.getTime() + secretRetryDelay);
  if (secret.latest === revisionAtStart) secret.rotates = retry;
  else secret.rotates = regular !== undefined && regular < now ? now : regular;
}
