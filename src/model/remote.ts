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

  /** The part of the name after the slash. */
  get number(): number {
    return Number(this.name.slice(this.name.lastIndexOf('/') + 1));
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

/** One object for each remote unit and application of a dispatch, so that `===` tells them apart. */
export class Remotes {
  readonly #units = new Map<string, RemoteUnit>();
  readonly #apps = new Map<string, RemoteApplication>();

  unit(name: string): RemoteUnit {
    const known = this.#units.get(name);
    if (known !== undefined) return known;
    const unit = new RemoteUnit(name);
    this.#units.set(name, unit);
    return unit;
  }

  app(name: string): RemoteApplication {
    const known = this.#apps.get(name);
    if (known !== undefined) return known;
    const app = new RemoteApplication(name);
    this.#apps.set(name, app);
    return app;
  }
}
