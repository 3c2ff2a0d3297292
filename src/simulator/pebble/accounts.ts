/** A row of `/etc/passwd`. */
export interface UserAccount {
  readonly name: string;
  readonly userId: number;
  /** The primary group. */
  readonly groupId: number;
  readonly home: string;
}

/** A row of `/etc/group`. */
export interface GroupAccount {
  readonly name: string;
  readonly groupId: number;
  /** Names of the users for whom this is a supplementary group. */
  readonly members: readonly string[];
}

/** The users and groups that a container knows. */
export interface Accounts {
  readonly users: readonly UserAccount[];
  readonly groups: readonly GroupAccount[];
}

/** Who owns a new file or directory, or runs a process. */
export interface Owner {
  readonly userId: number;
  readonly groupId: number;
}
