import { expect, it } from 'vitest';
import {
  message,
  readMessages,
  readOpening,
  startupPacket,
} from '../../../src/local/workload/wire.ts';

const parameters = new Map([
  ['user', 'app'],
  ['database', 'söme'],
]);

it('reads back the startup packet that it writes, however it is cut', () => {
  const packet = startupPacket(parameters);
  for (let cut = 0; cut < packet.length; cut += 1) {
    expect(readOpening(packet.subarray(0, cut))).toBeUndefined();
  }
  expect(readOpening(Buffer.concat([packet, Buffer.from('more')]))).toEqual({
    opening: { kind: 'startup', parameters },
    length: packet.length,
  });
});

function request(code: number, extra = 0): Buffer {
  const bytes = Buffer.alloc(8 + extra);
  bytes.writeInt32BE(8 + extra, 0);
  bytes.writeInt32BE(code, 4);
  return bytes;
}

it('tells encryption and cancel requests from startups', () => {
  expect(readOpening(request(80_877_103))?.opening.kind).toBe('encryption');
  expect(readOpening(request(80_877_102, 8))?.opening.kind).toBe('cancel');
  expect(readOpening(request(1))?.opening.kind).toBe('unknown');
});

it.each([0, 7, -1, 2_000_000])(
  'turns a packet of length %i away without waiting for it',
  (length) => {
    const bytes = Buffer.alloc(8);
    bytes.writeInt32BE(length, 0);
    expect(readOpening(bytes)?.opening.kind).toBe('unknown');
  },
);

it('splits bytes into messages and keeps what is not complete', () => {
  const bytes = Buffer.concat([
    message('Q', Buffer.from('SHOW\0')),
    message('X'),
    message('Q').subarray(0, 3),
  ]);
  const { messages, rest } = readMessages(bytes);
  expect(messages.map(({ type, body }) => [type, body.toString()])).toEqual([
    ['Q', 'SHOW\0'],
    ['X', ''],
  ]);
  expect(rest).toHaveLength(3);
});
