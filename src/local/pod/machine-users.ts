/** A user as `/etc/passwd` has it. */
export interface MachineUser {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

/** Reads the text of `/etc/passwd`. */
export function parsePasswd(text: string): readonly MachineUser[] {
  return text.split('\n').flatMap((line) => {
    const [name, , uid, gid] = line.split(':');
    return name && uid && gid ? [{ name, uid: Number(uid), gid: Number(gid) }] : [];
  });
}

/** The text of `/etc/passwd` with one more user, whose group has the same number. */
export function addToPasswd(text: string, { name, uid, gid }: MachineUser): string {
  return `${endLine(text)}${name}:x:${uid}:${gid}::/nonexistent:/usr/sbin/nologin\n`;
}

/** The text of `/etc/group` with one more group. */
export function addToGroup(text: string, { name, gid }: MachineUser): string {
  return `${endLine(text)}${name}:x:${gid}:\n`;
}

function endLine(text: string): string {
  return text === '' || text.endsWith('\n') ? text : `${text}\n`;
}
