/**
 * Reads a `userlist.txt`: a quoted user and a quoted secret a line, each quote in them doubled. As in
 * PgBouncer, what follows a broken line is not read.
 */
export function parseAuthFile(text: string): ReadonlyMap<string, string> {
  const users = new Map<string, string>();
  for (const line of text.split('\n').map((raw) => raw.trim())) {
    if (line === '' || line.startsWith(';')) {
      continue;
    }
    const [, user, secret] = /^"((?:[^"]|"")*)"\s+"((?:[^"]|"")*)"/.exec(line) ?? [];
    if (user === undefined || secret === undefined) {
      break;
    }
    users.set(unquote(user), unquote(secret));
  }
  return users;
}

function unquote(text: string): string {
  return text.replaceAll('""', '"');
}
