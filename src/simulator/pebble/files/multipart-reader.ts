import { CharmwrightError } from '../../../errors.ts';
import { ByteSource } from './byte-source.ts';

/** One part of a multipart body. Its content is to be read before the next part. */
export interface Part {
  readonly name: string;
  readonly fileName: string;
  readonly content: AsyncIterable<Uint8Array>;
}

const headerLimit = 64 * 1024;
/** What comes after a boundary: the rest of its line, or the sign that it is the last. */
const boundaryEnd = /^(?:[ \t\r]|--)/;
const lineEnd = Buffer.from('\r\n');

/** The head of a part is longer than anybody's path could make it. */
export class HeaderTooLongError extends CharmwrightError {
  readonly code = 'header-too-long';
}

/**
 * Reads the parts of a multipart body, in constant memory.
 *
 * @throws {BytesEndedError} when the body ends before its closing boundary.
 * @throws {HeaderTooLongError}
 */
export async function* readParts(
  body: AsyncIterable<Uint8Array>,
  boundary: string,
): AsyncGenerator<Part> {
  const delimiter = Buffer.from(`\r\n--${boundary}`, 'latin1');
  // The first boundary has no line before it.
  const source = new ByteSource(body, '\r\n');
  await drain(source.until(delimiter, boundaryEnd));
  for (;;) {
    const end = (await source.take(2)).toString('latin1');
    if (end === '--') {
      return;
    }
    if (end !== '\r\n') {
      await drain(source.until(lineEnd));
    }
    const header = await readHeader(source);
    const content = source.until(delimiter, boundaryEnd);
    yield {
      name: parameterOf(header, 'name'),
      fileName: parameterOf(header, 'filename'),
      content,
    };
    await drain(content);
  }
}

/**
 * The value of a parameter in a `Content-Disposition`, or of a media type; empty when absent. A
 * name with a star is percent-encoded UTF-8, as RFC 2231 has it.
 */
export function parameterOf(header: string, parameter: string): string {
  const encoded = new RegExp(`;\\s*${parameter}\\*=utf-8'[^']*'([^;\\s]*)`, 'i').exec(header)?.[1];
  if (encoded !== undefined) {
    return Buffer.from(
      encoded.replace(/%([0-9a-f]{2})/gi, (_all, digits: string) =>
        String.fromCharCode(Number.parseInt(digits, 16)),
      ),
      'latin1',
    ).toString('utf8');
  }
  const found = new RegExp(`;\\s*${parameter}=(?:"((?:[^"\\\\]|\\\\.)*)"|([^;\\s]*))`, 'i').exec(
    header,
  );
  return found?.[1]?.replace(/\\(["\\])/g, '$1') ?? found?.[2] ?? '';
}

async function readHeader(source: ByteSource): Promise<string> {
  const lines: string[] = [];
  let size = 0;
  for (;;) {
    const pieces: Uint8Array[] = [];
    for await (const piece of source.until(lineEnd)) {
      size += piece.length;
      if (size > headerLimit) {
        throw new HeaderTooLongError('message too large');
      }
      pieces.push(piece);
    }
    const line = Buffer.concat(pieces).toString('utf8');
    if (line === '') {
      return lines.find((each) => /^content-disposition:/i.test(each)) ?? '';
    }
    lines.push(line);
  }
}

async function drain(content: AsyncIterable<Uint8Array>): Promise<void> {
  for await (const chunk of content) {
    void chunk;
  }
}
