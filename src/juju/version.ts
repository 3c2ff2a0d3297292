/** A version of Juju's agent. */
export class JujuVersion {
  /** As Juju wrote it: `3.6.9`, `4.0-beta2.1`. */
  readonly text: string;
  readonly major: number;
  readonly minor: number;
  readonly patch: number;

  /** @param text what is not a version reads as 0.0.0, so that it counts as older than any. */
  constructor(text: string) {
    this.text = text;
    const numbers = /^(\d+)\.(\d+)(?:\.(\d+))?/.exec(text);
    this.major = Number(numbers?.[1] ?? 0);
    this.minor = Number(numbers?.[2] ?? 0);
    this.patch = Number(numbers?.[3] ?? 0);
  }

  /** Whether this version is the given one or a newer one. */
  isAtLeast(major: number, minor = 0, patch = 0): boolean {
    if (this.major !== major) return this.major > major;
    if (this.minor !== minor) return this.minor > minor;
    return this.patch >= patch;
  }

  toString(): string {
    return this.text;
  }
}
