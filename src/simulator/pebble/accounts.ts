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

/** Root alone. */
export const rootOnly: Accounts = {
  users: [{ name: 'root', userId: 0, groupId: 0, home: '/root' }],
  groups: [{ name: 'root', groupId: 0, members: [] }],
};

/** Reads the texts of `/etc/passwd` and `/etc/group`. Rows that are not whole are passed over. */
export function parseAccounts(passwd: string, group: string): Accounts {
  return {
    users: rowsOf(passwd).flatMap(([name = '', , userId = '', groupId = '', , home = '']) =>
      isNumber(userId) && isNumber(groupId)
        ? [{ name, userId: Number(userId), groupId: Number(groupId), home }]
        : [],
    ),
    groups: rowsOf(group).flatMap(([name = '', , groupId = '', members = '']) =>
      isNumber(groupId)
        ? [{ name, groupId: Number(groupId), members: members.split(',').filter(Boolean) }]
        : [],
    ),
  };
}

function rowsOf(text: string): string[][] {
  return text
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => line.split(':'));
}

function isNumber(text: string): boolean {
  return /^\d+$/.test(text);
}
