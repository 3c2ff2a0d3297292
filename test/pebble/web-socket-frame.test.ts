import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import {
  BrokenFrameError,
  FrameReader,
  frameHead,
  opcodes,
} from '../../src/pebble/web-socket-frame.ts';

/** A frame of a server. */
function frame(opcode: number, payload: Uint8Array, isLast = true): Buffer {
  const head = frameHead(opcode, payload.length);
  // A server's frame has no mask: neither its mark nor its four bytes.
  const bare = Buffer.from(head.subarray(0, -4));
  bare[0] = (isLast ? 0x80 : 0) | opcode;
  bare[1] = head.readUInt8(1) & 0x7f;
  return Buffer.concat([bare, payload]);
}

/** What a reader tells of bytes that come in pieces of these sizes, over and over. */
function read(bytes: Buffer, cuts: readonly number[]): readonly unknown[] {
  const heard: unknown[] = [];
  const reader = new FrameReader({
    text: (message) => heard.push(message),
    binary: (message) => heard.push(message.toString('base64')),
    ping: (payload) => heard.push({ ping: payload.toString('base64') }),
    close: () => heard.push('close'),
  });
  let rest = bytes;
  for (let turn = 0; rest.length > 0; turn += 1) {
    const size = cuts[turn % cuts.length] ?? 1;
    reader.feed(Buffer.from(rest.subarray(0, size)));
    rest = rest.subarray(size);
  }
  return heard;
}

const cuts = fc.array(fc.integer({ min: 1, max: 200 }), { minLength: 1 });
const payload = fc.uint8Array({ maxLength: 400 });

describe('the frames of a server', () => {
  test('read the same however they are cut, and however a message is spread over them', () => {
    const message = fc.record({
      isText: fc.boolean(),
      parts: fc.array(payload, { minLength: 1, maxLength: 4 }),
      ping: fc.option(fc.uint8Array({ maxLength: 125 })),
    });
    fc.assert(
      fc.property(fc.array(message), cuts, (messages, sizes) => {
        const sent: Buffer[] = [];
        const expected: unknown[] = [];
        for (const { isText, parts, ping } of messages) {
          const opcode = isText ? opcodes.text : opcodes.binary;
          for (const [index, part] of parts.entries()) {
            const kind = index === 0 ? opcode : opcodes.continuation;
            sent.push(frame(kind, part, index === parts.length - 1));
            if (index > 0 || ping === null) continue;
            // Frames of control may stand within a message.
            sent.push(frame(opcodes.pong, ping), frame(opcodes.ping, ping));
          }
          const ponged = { ping: Buffer.from(ping ?? []).toString('base64') };
          const whole = Buffer.concat(parts).toString(isText ? 'utf8' : 'base64');
          if (ping === null) expected.push(whole);
          else expected.push(...(parts.length === 1 ? [whole, ponged] : [ponged, whole]));
        }
        sent.push(
          frame(opcodes.close, Buffer.from([3, 232])),
          frame(opcodes.text, Buffer.from('late')),
        );
        expect(read(Buffer.concat(sent), sizes)).toEqual([...expected, 'close']);
      }),
    );
  });

  test('may be of any length that Pebble sends', () => {
    for (const length of [0, 125, 126, 65_535, 65_536, 200_000]) {
      const bytes = Buffer.alloc(length, 7);
      expect(read(frame(opcodes.binary, bytes), [65_536])).toEqual([bytes.toString('base64')]);
    }
  });

  test.for([
    ['is masked', Buffer.from([0x82, 0x81, 0, 0, 0, 0, 1])],
    ['is of an extension', Buffer.from([0xc2, 1, 1])],
    ['is of an unknown kind', Buffer.from([0x83, 1, 1])],
    ['is of an unknown kind of control', Buffer.from([0x8b, 0])],
    ['is a long ping', frame(opcodes.ping, Buffer.alloc(126))],
    ['is half a ping', frame(opcodes.ping, Buffer.alloc(1), false)],
    ['continues nothing', frame(opcodes.continuation, Buffer.from('x'))],
    [
      'begins a message within another',
      Buffer.concat([
        frame(opcodes.text, Buffer.from('x'), false),
        frame(opcodes.text, Buffer.from('y')),
      ]),
    ],
    [
      'is larger than all memory',
      Buffer.from([0x82, 127, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]),
    ],
  ] as const)('are refused when one %s', ([, bytes]) => {
    expect(() => read(bytes, [1])).toThrow(BrokenFrameError);
    expect(() => read(bytes, [1_000])).toThrow(BrokenFrameError);
  });

  test('are refused when the parts of a message together are too large', () => {
    const part = Buffer.alloc(9 * 1024 * 1024);
    const parts = [frame(opcodes.binary, part, false), frame(opcodes.continuation, part)];
    expect(() => read(Buffer.concat(parts), [1024 * 1024])).toThrow('larger than any of Pebble');
  });
});
