import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { FormReader, boundaryOf, quotedParameter } from '../../src/pebble/multipart.ts';

const boundary = 'x'.repeat(32);

function form(parts: readonly (readonly [string, Uint8Array])[]): Buffer {
  const pieces: Uint8Array[] = [];
  for (const [name, content] of parts) {
    pieces.push(
      Buffer.from(
        `${pieces.length === 0 ? '' : '\r\n'}--${boundary}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n`,
      ),
      content,
    );
  }
  return Buffer.concat([...pieces, Buffer.from(`\r\n--${boundary}--\r\n`)]);
}

function read(chunks: readonly Uint8Array[]): readonly (readonly [string, string])[] {
  const parts: [string, Buffer][] = [];
  const reader = new FormReader(boundary);
  for (const piece of chunks.flatMap((chunk) => [...reader.read(chunk)])) {
    const last = parts.at(-1);
    if (piece.type === 'part') parts.push([piece.name, Buffer.alloc(0)]);
    else if (last !== undefined) last[1] = Buffer.concat([last[1], piece.bytes]);
  }
  reader.end();
  return parts.map(([name, content]) => [name, content.toString('base64')]);
}

function cut(bytes: Buffer, sizes: readonly number[]): readonly Buffer[] {
  const chunks: Buffer[] = [];
  let rest = bytes;
  for (const size of sizes) {
    chunks.push(rest.subarray(0, size));
    rest = rest.subarray(size);
  }
  return [...chunks, rest];
}

/** Content that looks like the form around it as often as possible. */
const content = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        '\r',
        '\n',
        '\r\n',
        '-',
        '--',
        `--${boundary.slice(1)}`,
        boundary.slice(0, 9),
      ),
      fc.string({ unit: 'binary' }),
    ),
  )
  .map((pieces) => pieces.join(''))
  // A form whose content holds its own separator is none: writers choose another boundary.
  .filter((text) => !text.includes(`\r\n--${boundary}`))
  .map((text) => Buffer.from(text));

describe('a form that arrives', () => {
  test('reads the same however it is cut into pieces', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.constantFrom('files', 'response'), content), { minLength: 1 }),
        fc.array(fc.nat(40)),
        (parts, sizes) => {
          const expected = parts.map(([name, bytes]) => [name, bytes.toString('base64')]);
          expect(read(cut(form(parts), sizes))).toEqual(expected);
        },
      ),
    );
  });

  test('is refused wherever it breaks off', () => {
    const whole = form([
      ['files', Buffer.from('content')],
      ['response', Buffer.from('{}')],
    ]);
    for (let length = 0; length < whole.length - 2; length += 1) {
      expect(() => read([whole.subarray(0, length)])).toThrow('breaks off');
    }
  });

  test('is refused when a part has no name or no end to its header', () => {
    const nameless = Buffer.from(`--${boundary}\r\nContent-Type: text/plain\r\n\r\n`);
    expect(() => read([nameless])).toThrow('no name');
    const endless = Buffer.from(`--${boundary}\r\n${'x'.repeat(70_000)}`);
    expect(() => read([endless])).toThrow('does not end');
  });
});

describe('a boundary', () => {
  test.for([
    ['multipart/form-data; boundary=abc', 'abc'],
    ['multipart/form-data; charset=x; boundary="a b;c"', 'a b;c'],
    ['Multipart/Form-Data;Boundary=abc; x=y', 'abc'],
    ['multipart/form-data', ''],
  ])('is found in %s', ([contentType, expected]) => {
    expect(boundaryOf(contentType)).toBe(expected);
  });
});

describe('a file name in a header', () => {
  test.for([
    ['/plain', 'filename="/plain"'],
    ['/a "b"\\c', 'filename="/a \\"b\\"\\\\c"'],
    ['/ünï', 'filename="/ünï"'],
    ['/a\r\nX-Header: b', "filename*=utf-8''%2Fa%0D%0AX-Header%3A%20b"],
    ["/tab\t'()*", "filename*=utf-8''%2Ftab%09%27%28%29%2A"],
  ])('of %j', ([name = '', expected]) => {
    expect(quotedParameter('filename', name)).toBe(expected);
  });

  test('never breaks its line', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (name) => {
        // A lone surrogate is no text; a path that Node gives never holds one.
        fc.pre(name.isWellFormed());
        expect(quotedParameter('filename', name)).not.toMatch(/[\r\n]/);
      }),
    );
  });
});
