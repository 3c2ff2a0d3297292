/** The parameters of a connection string, or why it cannot be taken apart. */
export type ConnectionStringReading =
  | { readonly parameters: Readonly<Record<string, string>> }
  | { readonly problem: string };

const pair = /^([a-z_]+)=(?:'((?:[^']|'')*)'|([^' ]+))(?: +|$)/;
const bare = /^[A-Za-z0-9_.:/,*@+-]+$/;

/** `key=value` pairs in the order given, joined by one space; values are quoted where needed. */
export function renderConnectionString(
  parameters: Readonly<Record<string, string | undefined>>,
): string {
  return Object.entries(parameters)
    .flatMap(([key, value]) => (value === undefined ? [] : [`${key}=${quoteWhereNeeded(value)}`]))
    .join(' ');
}

/** Takes apart what {@link renderConnectionString} writes, and what PgBouncer reads the same way. */
export function readConnectionString(text: string): ConnectionStringReading {
  const found = new Map<string, string>();
  for (let rest = text; rest !== '';) {
    const match = pair.exec(rest);
    if (match === null) {
      return { problem: 'is not a list of key=value pairs with single quotes around odd values' };
    }
    const [whole, key = '', quoted, plain] = match;
    if (found.has(key)) {
      return { problem: `sets ${key} twice` };
    }
    found.set(key, quoted?.replaceAll("''", "'") ?? plain ?? '');
    rest = rest.slice(whole.length);
  }
  return { parameters: Object.fromEntries(found) };
}

function quoteWhereNeeded(value: string): string {
  return bare.test(value) ? value : `'${value.replaceAll("'", "''")}'`;
}
