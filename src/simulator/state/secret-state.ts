export const rotatePolicies = [
  'never',
  'hourly',
  'daily',
  'weekly',
  'monthly',
  'quarterly',
  'yearly',
] as const;
export type RotatePolicy = (typeof rotatePolicies)[number];

/** Whose a secret is. A model's secrets are those that its operator adds. */
export interface SecretOwner {
  readonly kind: 'unit' | 'application' | 'model';
  /** The unit's or application's name, or the model's uuid. */
  readonly name: string;
}

/** A secret's values by key, in base64 as Juju keeps them. */
export type SecretContent = Readonly<Record<string, string>>;

export interface SecretRevision {
  readonly content: SecretContent;
  expires: Date | undefined;
  /** When secret-expired comes next; later than `expires` once it has been sent. */
  expiryDue: Date | undefined;
}

/** Leave to view a secret. */
export interface SecretGrant {
  /** A unit's name or an application's. */
  readonly target: string;
  /** The relation that the leave lasts as long as; none for a model's secret. */
  readonly relationId: number | undefined;
}

/** What Juju keeps about a unit that has read a secret. */
export interface SecretConsumer {
  label: string | undefined;
  /** The revision that a plain secret-get answers with. */
  revision: number;
}

export interface SecretState {
  readonly id: string;
  readonly owner: SecretOwner;
  label: string;
  description: string;
  rotatePolicy: RotatePolicy;
  rotates: Date | undefined;
  /** Revisions that still exist, by number. */
  readonly revisions: Map<number, SecretRevision>;
  latest: number;
  grants: SecretGrant[];
  /** Units that have read it, by name. */
  readonly consumers: Map<string, SecretConsumer>;
  /** Whether revisions that nobody reads any more go by themselves; for a model's secrets. */
  autoPrune: boolean;
}

/** The secret as charms name it. */
export function secretUri({ id }: Pick<SecretState, 'id'>): string {
  return `secret:${id}`;
}
