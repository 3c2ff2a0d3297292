import type { RotatePolicy } from '../../simulator/state/secret-state.ts';

/** The values of a secret by key. */
export type SecretValues = Readonly<Record<string, string>>;

/** One content that a secret has had. */
export interface StateSecretRevision {
  readonly content: SecretValues;
  readonly expires: Date | undefined;
}

/** Leave to read a secret. */
export interface StateSecretGrant {
  /** An application or a unit by name. */
  readonly target: string;
  /** The relation that the leave lasts as long as; undefined for a secret of the model's. */
  readonly relationId: number | undefined;
}

/** A secret as a state has it. Made by {@link secret}. */
export interface StateSecret {
  /** Without `secret:`. */
  readonly id: string;
  /**
   * `unit`: the unit under test. `app`: its application. `model`: a user, who made it with
   * `juju add-secret`. Else another application or unit by name.
   */
  readonly owner: string;
  /** The label that its owner gave it, or empty text. */
  readonly label: string;
  readonly description: string;
  readonly rotate: RotatePolicy;
  /** When it is to be rotated next. */
  readonly rotates: Date | undefined;
  /** Revisions that exist, by number. */
  readonly revisions: Readonly<Record<number, StateSecretRevision>>;
  /** The number of the newest revision. */
  readonly latest: number;
  /** The revision that the unit under test reads; undefined when it never read the secret. */
  readonly tracked: number | undefined;
  /** The label that the unit under test gave to somebody else's secret. */
  readonly trackedAs: string | undefined;
  /** Revisions that units other than this one still read. */
  readonly trackedByOthers: readonly number[];
  /** Whether the unit under test may read it. */
  readonly granted: boolean;
  /** Who else may read it. */
  readonly grants: readonly StateSecretGrant[];
}

/** What may be said of a new secret. */
export interface SecretParts {
  /** 20 letters and digits. Default: one that no other secret of this process has. */
  readonly id?: string;
  /** Default: `app`. */
  readonly owner?: 'unit' | 'app' | 'model' | (string & {});
  readonly label?: string;
  readonly description?: string;
  readonly rotate?: RotatePolicy;
  readonly rotates?: Date;
  /** What the unit reads: revision 1, unless {@link revisions} say otherwise. */
  readonly content?: SecretValues;
  /** What it reads once it refreshes: revision 2. Default: there is nothing newer. */
  readonly latestContent?: SecretValues;
  /** When the newest revision expires. */
  readonly expires?: Date;
  /** Every revision by number, instead of the contents. */
  readonly revisions?: Readonly<Record<number, StateSecretRevision>>;
  /** Default: the oldest revision of somebody else's secret; undefined for one's own. */
  readonly tracked?: number;
  readonly trackedAs?: string;
  readonly trackedByOthers?: readonly number[];
  /** Only for somebody else's secret: whether the charm may read it. Default: true. */
  readonly granted?: boolean;
  readonly grants?: readonly StateSecretGrant[];
}

/**
 * A secret; without an owner, the charm's application's own.
 *
 * @example
 * ```ts
 * secret({ owner: 'postgresql', content: { password: 'old' }, latestContent: { password: 'new' } });
 * ```
 */
export function secret(parts: SecretParts = {}): StateSecret {
  const { content = { value: 'secret' }, latestContent, expires, owner = 'app' } = parts;
  const contents = latestContent === undefined ? [content] : [content, latestContent];
  const revisions =
    parts.revisions ??
    Object.fromEntries(
      contents.map((each, index) => [
        index + 1,
        { content: each, expires: index === contents.length - 1 ? expires : undefined },
      ]),
    );
  const numbers = Object.keys(revisions).map(Number);
  const own = owner === 'unit' || owner === 'app';
  return {
    id: parts.id ?? nextId(),
    owner,
    label: parts.label ?? '',
    description: parts.description ?? '',
    rotate: parts.rotate ?? 'never',
    rotates: parts.rotates,
    revisions,
    latest: Math.max(...numbers),
    tracked: parts.tracked ?? (own ? undefined : Math.min(...numbers)),
    trackedAs: parts.trackedAs,
    trackedByOthers: parts.trackedByOthers ?? [],
    granted: own || (parts.granted ?? true),
    grants: parts.grants ?? [],
  };
}

let made = 0;

function nextId(): string {
  made += 1;
  return `c${String(made).padStart(18, '0')}g`;
}
