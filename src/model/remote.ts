/** A unit whose databag this charm can read: another application's, or a peer. */
export class RemoteUnit {
  /** `postgresql/0`. */
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }

  /** The part of the name before the slash. */
  get appName(): string {
    return this.name.slice(0, this.name.lastIndexOf('/'));
  }
}

/** The application on the other side of a relation; on a peer relation, the charm's own. */
export class RemoteApplication {
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }
}
