/** A unit whose databag this charm can read: another application's, or a peer. */
export class RemoteUnit {
  /** Without it the compiler would take the charm's own unit, which has a name too, for one. */
  readonly isRemote: true = true;
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
  /** Without it the compiler would take the charm's own application for one. */
  readonly isRemote: true = true;
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }
}
