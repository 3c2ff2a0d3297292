import { CharmwrightError } from '../errors.ts';

/** Text that is not a version of Juju. */
export class JujuVersionError extends CharmwrightError {
  readonly code = 'juju-version-invalid';
  readonly text: string;

  constructor(text: string) {
    super(
      `cannot read ${JSON.stringify(text)} as a version of Juju: it is not of the form 3.6.9, 3.6.9.1 or 4.0-beta2.`,
    );
    this.text = text;
  }
}

/**
 * What a Juju must be new enough for, with the first version that has it. Charms that run on many
 * versions ask `version.has(feature)`.
 */
const firstVersions = {
  /** Databags of applications. */
  'application-data': [2, 7, 0],
  /** `state-get`, `state-set` and `state-delete`. */
  'controller-storage': [2, 8, 0],
  /** Secrets that work; 3.0.0 to 3.0.2 have the tools, with faults. */
  secrets: [3, 0, 3],
  /** `open-port` has an effect on Kubernetes. */
  'open-port-on-kubernetes': [3, 0, 3],
  /** Pebble runs commands in the context of a service. */
  'exec-service-context': [3, 1, 6],
  /** `<container>-pebble-custom-notice`. */
  'pebble-custom-notice': [3, 4, 0],
  /** Pebble forwards logs. */
  'pebble-log-forwarding': [3, 4, 0],
  /** `<container>-pebble-check-failed` and `-recovered`. */
  'pebble-check-events': [3, 6, 0],
  /** `secret-set` keeps what it is not given; before, it is reset. */
  'secret-set-keeps': [3, 6, 0],
  /** `relation-model-get`. */
  'relation-model': [3, 6, 2],
  'pebble-identities': [3, 6, 4],
  'pebble-metrics': [3, 6, 4],
  /** `credential-get` answers on Kubernetes. */
  'cloud-spec-on-kubernetes': [3, 6, 10],
} as const;

export type JujuFeature = keyof typeof firstVersions;

/** `exec-service-context` was fixed in 3.1.6 and in 3.2.1, so that 3.2.0 lacks it again. */
const lacking: ReadonlySet<string> = new Set(['exec-service-context 3.2.0']);

const versionPattern = /^(\d{1,9})\.(\d{1,9})(?:\.(\d{1,9})|-([a-z]+)(\d{1,9}))?(?:\.(\d{1,9}))?$/;

/** A version of Juju's agent. Versions are ordered as Juju orders them. */
export class JujuVersion {
  /** As Juju wrote it: `3.6.9`, `4.0-beta2.1`. */
  readonly text: string;
  readonly major: number;
  readonly minor: number;
  /** 0 in `4.0-beta2`, where the tag has a number of its own. */
  readonly patch: number;
  /** `beta2` in `4.0-beta2`; such a version is older than `4.0.0`. */
  readonly tag: string | undefined;
  /** The last number of `3.6.9.1`; 0 in a release. */
  readonly build: number;
  readonly #order: readonly [string, number];

  /**
   * @param text what is not a version reads as 0.0.0, so that it counts as older than any. To
   * refuse it, use `JujuVersion.parse`.
   */
  constructor(text: string) {
    const parts = versionPattern.exec(text);
    this.text = text;
    this.major = Number(parts?.[1] ?? 0);
    this.minor = Number(parts?.[2] ?? 0);
    this.patch = Number(parts?.[3] ?? 0);
    this.tag = parts?.[4] === undefined ? undefined : `${parts[4]}${parts[5]}`;
    this.build = Number(parts?.[6] ?? 0);
    this.#order = [parts?.[4] ?? '', Number(parts?.[5] ?? 0)];
  }

  /** @throws {JujuVersionError} */
  static parse(text: string): JujuVersion {
    if (!versionPattern.test(text)) throw new JujuVersionError(text);
    return new JujuVersion(text);
  }

  /** Whether Juju told its version at all. */
  get isKnown(): boolean {
    return versionPattern.test(this.text);
  }

  /** Below 0 when this version is older than the other, 0 when they are equal, above 0 when newer. */
  compare(other: JujuVersion): number {
    const [tag, number] = this.#order;
    const [otherTag, otherNumber] = other.#order;
    return (
      this.major - other.major ||
      this.minor - other.minor ||
      this.patch - other.patch ||
      compareTags(tag, otherTag) ||
      number - otherNumber ||
      this.build - other.build
    );
  }

  /** Whether this version is the given release or a newer one. `4.0-beta1` is older than 4.0. */
  isAtLeast(major: number, minor = 0, patch = 0): boolean {
    if (this.major !== major) return this.major > major;
    if (this.minor !== minor) return this.minor > minor;
    return this.patch > patch || (this.patch === patch && this.tag === undefined);
  }

  /** Whether this Juju is new enough for a feature. */
  has(feature: JujuFeature): boolean {
    const [major, minor, patch] = firstVersions[feature];
    if (lacking.has(`${feature} ${this.major}.${this.minor}.${this.patch}`)) return false;
    return this.isAtLeast(major, minor, patch);
  }

  toString(): string {
    return this.text;
  }
}

/** A release has no tag, and comes after all that have. */
function compareTags(one: string, other: string): number {
  if (one === other) return 0;
  if (one === '') return 1;
  if (other === '') return -1;
  return one < other ? -1 : 1;
}
