/** What comes before the body of a reply. */
export interface ReplyHead {
  readonly status: number;
  /** Names are in lower case; values of a name that comes more than once are joined by `, `. */
  readonly headers: Readonly<Record<string, string>>;
}

/** The bytes are no reply of HTTP/1.1. */
export class BrokenReplyError extends Error {
  constructor(why: string) {
    super(why);
    this.name = 'BrokenReplyError';
  }
}

const statusLine = /HTTP\/1\.([01]) (\d{3})(?: [^\r\n\0]*)?(?:\r\n|$)/y;
const headerLine = /([!#$%&'*+.^_`|~0-9A-Za-z-]+):([^\r\n\0]*)(?:\r\n|$)/y;

/**
 * Reads the status line and the headers, without the blank line that ends them.
 *
 * @throws {BrokenReplyError} when they are anything else, or could be understood in two ways.
 */
export function readHead(text: string): ReplyHead & { readonly minorVersion: string } {
  statusLine.lastIndex = 0;
  const [, minorVersion, digits] = statusLine.exec(text) ?? [];
  if (minorVersion === undefined || digits === undefined) {
    throw new BrokenReplyError('it does not begin with a status line');
  }
  return { minorVersion, status: Number(digits), headers: readHeaders(text, statusLine.lastIndex) };
}

function readHeaders(text: string, start: number): Readonly<Record<string, string>> {
  const headers: Record<string, string> = {};
  for (let at = start; at < text.length; at = headerLine.lastIndex) {
    headerLine.lastIndex = at;
    const [, name, spaced] = headerLine.exec(text) ?? [];
    if (name === undefined || spaced === undefined) {
      throw new BrokenReplyError('a header is not `name: value`');
    }
    const key = name.toLowerCase();
    const value = spaced.trim();
    if (!Object.hasOwn(headers, key)) {
      headers[key] = value;
    } else if (key !== 'content-length') {
      headers[key] = `${headers[key]}, ${value}`;
    } else if (headers[key] !== value) {
      throw new BrokenReplyError('it has two lengths');
    }
  }
  return headers;
}
