import type { Clock } from '../framework/clock.ts';
import type { SecretRotation, SecretSettings } from '../juju/tools/secret-write.ts';

/** A stretch of time. What is left out counts as 0. */
export interface Duration {
  readonly days?: number;
  readonly hours?: number;
  readonly minutes?: number;
  readonly seconds?: number;
}

/** What the owner says of a secret besides its content. */
export interface SecretOptions {
  /** The owner's own name for it, unique among the owner's secrets. */
  readonly label?: string;
  readonly description?: string;
  /** When Juju sends `secret-expired`: at a time, or after a while. */
  readonly expire?: Date | Duration;
  /** How often Juju sends `secret-rotate`. */
  readonly rotate?: SecretRotation;
}

/** With the time of expiry in place of a duration. */
export function settingsOf({ expire, ...settings }: SecretOptions, clock: Clock): SecretSettings {
  if (expire === undefined) return settings;
  return { ...settings, expire: expire instanceof Date ? expire : after(clock.now(), expire) };
}

function after(start: Date, { days = 0, hours = 0, minutes = 0, seconds = 0 }: Duration): Date {
  const total = ((days * 24 + hours) * 60 + minutes) * 60 + seconds;
  return new Date(start.getTime() + total * 1000);
}
