/**
 * Takes a connection string apart: `key=value` pairs, where a value may stand in single quotes with
 * each quote in it doubled. Nothing, when it cannot be read.
 */
export function parseConnectionString(text: string): ReadonlyMap<string, string> | undefined {
  const pair = /\s*([^\s=]+)\s*=\s*(?:'((?:[^']|'')*)'(?=\s|$)|([^\s']\S*|(?=$)))/y;
  const pairs = new Map<string, string>();
  const end = text.trimEnd().length;
  while (pair.lastIndex < end) {
    const [, key, quoted, plain] = pair.exec(text) ?? [];
    if (key === undefined) {
      return undefined;
    }
    pairs.set(key, quoted?.replaceAll("''", "'") ?? plain ?? '');
  }
  return pairs;
}
