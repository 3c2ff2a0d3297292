import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GobDecoder } from '../../src/gob/decoder.ts';
import { GobEncoder } from '../../src/gob/encoder.ts';
import { GobError, GobValueError } from '../../src/gob/errors.ts';
import {
  jujucMethod,
  noResponse,
  rpcRequest,
  rpcResponse,
  toolRequest,
  toolResponse,
} from '../../src/gob/jujuc-messages.ts';
import {
  gobBool,
  gobBytes,
  gobInt,
  gobSlice,
  gobString,
  gobStruct,
  gobUint,
} from '../../src/gob/types.ts';

const inner = gobStruct('Inner', { A: gobInt, B: gobSlice('[]string', gobString) });
const everything = gobStruct('Everything', {
  Flag: gobBool,
  Count: gobUint,
  Signed: gobInt,
  Text: gobString,
  Raw: gobBytes,
  Words: gobSlice('[]string', gobString),
  One: inner,
  Many: gobSlice('[]Inner', inner),
});

const text = fc.string({ unit: 'grapheme' });
const innerValue = fc.record({
  A: fc.integer({ min: -(2 ** 31), max: 2 ** 31 }),
  B: fc.array(text),
});
const value = fc.record({
  Flag: fc.boolean(),
  Count: fc.oneof(fc.nat(), fc.maxSafeNat(), fc.constantFrom(0, 127, 128, 255, 256, 65_535)),
  Signed: fc.oneof(fc.integer(), fc.maxSafeInteger(), fc.constantFrom(-64, -65, 63, 64)),
  Text: text,
  Raw: fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
  Words: fc.array(text),
  One: innerValue,
  Many: fc.array(innerValue, { maxLength: 4 }),
});

/** What Go's encoding/gob wrote for a struct with one field of every kind of type. */
const goStream = Buffer.from(
  '6c7f030101015401ff8000010e01015801ff820001015901ff840001015a01ff86000101460108000101' +
    '43010e0001014901100001015001ff860001014e01ff8a00010151010600010153010c000102456d01ff' +
    '8c00010144010a000102426f01020001034e656701040000001eff810401010e6d61705b737472696e67' +
    '5d696e7401ff8200010c0104000016ff83010101065b335d696e7401ff840001040106000020ff850301' +
    '0105496e6e657201ff8600010201014101040001014201ff8800000016ff87020101085b5d737472696e' +
    '6701ff8800010c00001bff890201010c5b5d6d61696e2e496e6e657201ff8a0001ff86000015ff8b0301' +
    '0109737472756374207b7d01ff8c00000049ff80010101610201030200060101090102017801790001fe' +
    'f83f01fef03f400201020001020001040001f88000000000000000010368c3a90100010200ff010101fa' +
    '01ffffffffff005bff80010101610201030200060101090102017801790001fef83f01fef03f40010a6d' +
    '61696e2e496e6e6572ff86030106000101020001020001040001f88000000000000000010368c3a90100' +
    '010200ff010101fa01ffffffffff00',
  'hex',
);

describe('what is written', () => {
  it('is byte by byte what Juju’s own client sends', () => {
    const encoder = new GobEncoder();
    const call = {
      ...toolRequest.zero,
      ContextId: 'app/0-install-00',
      Dir: '/var/lib/juju',
      CommandName: 'is-leader',
      Args: ['--format=json'],
    };
    const header = (Seq: number): string =>
      encoder.encode(rpcRequest, { ServiceMethod: jujucMethod, Seq }).toString('hex');
    expect(header(0)).toBe(
      '2fff81030101075265717565737401ff82000102010d536572766963654d6574686f64010c00010353657101' +
        '060000000fff82010a4a756a75632e4d61696e00',
    );
    const value =
      '3fff8401106170702f302d696e7374616c6c2d3030010d2f7661722f6c69622f6a756a75010969732d6c6561' +
      '64657201010d2d2d666f726d61743d6a736f6e00';
    expect(encoder.encode(toolRequest, call).toString('hex')).toBe(
      '66ff83030101075265717565737401ff840001070109436f6e746578744964010c000103446972010c00010b' +
        '436f6d6d616e644e616d65010c0001044172677301ff86000108537464696e5365740102000105537464696e' +
        `010a000105546f6b656e010c00000016ff85020101085b5d737472696e6701ff8600010c0000${value}`,
    );
    expect(header(1)).toBe('11ff82010a4a756a75632e4d61696e010100');
    expect(encoder.encode(toolRequest, call).toString('hex')).toBe(value);
  });

  it('is refused where a number is not an exact integer', () => {
    for (const Seq of [-1, 0.5, Number.NaN, 2 ** 53]) {
      const header = { ServiceMethod: '', Seq };
      expect(() => new GobEncoder().encode(rpcRequest, header)).toThrow(GobValueError);
    }
  });
});

describe('what is read', () => {
  it('is what the agent of Juju sends, with its own type numbers', () => {
    const decoder = new GobDecoder();
    decoder.push(
      Buffer.from(
        '3aff8703010108526573706f6e736501ff88000103010d536572766963654d6574686f64010c000103536571' +
          '01060001054572726f72010c0000000fff88010a4a756a75632e4d61696e0039ff890301010c457865635265' +
          '73706f6e736501ff8a0001030104436f646501040001065374646f7574010a000106537464657272010a0000' +
          '000aff8a0205547275650a00',
        'hex',
      ),
    );
    expect(decoder.next(rpcResponse)).toEqual({ ServiceMethod: jujucMethod, Seq: 0, Error: '' });
    expect(decoder.next(toolResponse)).toEqual({
      Code: 0,
      Stdout: Buffer.from('True\n'),
      Stderr: new Uint8Array(),
    });
    expect(decoder.next(rpcResponse)).toBeUndefined();
    expect(decoder.isBetweenMessages).toBe(true);
  });

  it('passes over fields of every type that Go has', () => {
    const known = gobStruct('T', { Neg: gobInt, S: gobString, Missing: gobString });
    const decoder = new GobDecoder();
    decoder.push(goStream);
    const seen = { Neg: -(2 ** 40), S: 'hé', Missing: '' };
    expect(decoder.next(known)).toEqual(seen);
    expect(decoder.next(known)).toEqual(seen);
    expect(decoder.isBetweenMessages).toBe(true);
  });

  it('may be passed over as a whole', () => {
    const encoder = new GobEncoder();
    const decoder = new GobDecoder();
    expect(decoder.skip()).toBe(false);
    decoder.push(encoder.encode(noResponse, {}));
    decoder.push(Buffer.from(encoder.encode(rpcRequest, { ServiceMethod: 'a', Seq: 3 })));
    expect(decoder.skip()).toBe(true);
    expect(decoder.next(rpcRequest)).toEqual({ ServiceMethod: 'a', Seq: 3 });
  });

  it('comes back as it was written, whatever it is and however it is cut', () => {
    fc.assert(
      fc.property(
        fc.array(value, { minLength: 1, maxLength: 4 }),
        fc.array(fc.integer({ min: 1, max: 200 }), { minLength: 1 }),
        (values, cuts) => {
          const encoder = new GobEncoder();
          const bytes = Buffer.concat(values.map((one) => encoder.encode(everything, one)));
          const decoder = new GobDecoder();
          const seen: (typeof everything.zero)[] = [];
          for (let start = 0, turn = 0; start < bytes.length; turn += 1) {
            const size = cuts[turn % cuts.length]!;
            decoder.push(bytes.subarray(start, start + size));
            start += size;
            for (let one = decoder.next(everything); one; one = decoder.next(everything)) {
              seen.push(one);
            }
          }
          expect(seen.map(plain)).toEqual(values.map(plain));
          expect(decoder.isBetweenMessages).toBe(true);
        },
      ),
    );
  });

  it('is whole at no byte before its last', () => {
    for (let length = 0; length < goStream.length; length += 1) {
      const decoder = new GobDecoder();
      decoder.push(goStream.subarray(0, length));
      let values = 0;
      while (decoder.skip()) values += 1;
      expect(values).toBeLessThan(2);
    }
  });
});

describe('a hostile sender', () => {
  it('who sends any bytes gets a typed error at most', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 2000 }), (bytes) => {
        expectTypedEnd(Buffer.from(bytes));
      }),
      { numRuns: 2000 },
    );
  });

  it('who changes bytes of a good stream gets a typed error at most', () => {
    const encoder = new GobEncoder();
    const full = fc.sample(value, { numRuns: 3, seed: 7 });
    const own = Buffer.concat(full.map((one) => encoder.encode(everything, one)));
    fc.assert(
      fc.property(
        fc.constantFrom(own, goStream),
        fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 8 }),
        (stream, changes) => {
          const bytes = Buffer.from(stream);
          for (const [place, byte] of changes) bytes[place % bytes.length] = byte;
          expectTypedEnd(bytes);
        },
      ),
      { numRuns: 3000 },
    );
  });

  it.each([
    ['a length of more bytes than there can be', 'f0', 'a length of 16 bytes'],
    ['a message that is too long', 'fc7fffffff', 'a message of 2147483647 bytes'],
    ['a message of nothing', '00', 'an empty message'],
    ['a value of a type that was never defined', '03ff8400', 'type 66 was never defined'],
    ['an integer that is not whole', '01f8', 'an integer has no end'],
  ])('is told of %s', (_what, hex, problem) => {
    expect(() => outcome(Buffer.from(hex, 'hex'))).toThrow(problem);
  });

  it('cannot make us allocate what has not arrived', () => {
    const decoder = new GobDecoder();
    decoder.push(Buffer.from('fc07ffffff', 'hex'));
    const before = process.memoryUsage().rss;
    expect(decoder.next(everything)).toBeUndefined();
    expect(process.memoryUsage().rss - before).toBeLessThan(32 * 1024 * 1024);
  });

  it('cannot nest values without end', () => {
    // Type 65 is a struct with one field of type 66, which is a slice of type 66.
    const bytes = Buffer.concat([
      message(Buffer.from('ff81030102ff8200010101015801ff84000000', 'hex')),
      message(Buffer.from('ff83020102ff840001ff840000', 'hex')),
      message(Buffer.concat([Buffer.from('ff8201', 'hex'), Buffer.alloc(5000, 1)])),
    ]);
    expect(() => outcome(bytes)).toThrow('nested more than 100 deep');
  });

  it('cannot claim more elements than bytes', () => {
    const words = gobStruct('W', { Words: gobSlice('[]string', gobString) });
    const bytes = Buffer.from(new GobEncoder().encode(words, { Words: ['a'] }));
    bytes[bytes.length - 4] = 127;
    const decoder = new GobDecoder();
    decoder.push(bytes);
    expect(() => decoder.next(words)).toThrow('127 elements do not fit');
  });

  it('cannot define types without end', () => {
    const decoder = new GobDecoder();
    for (let number = 500; number < 1502; number += 1) decoder.push(definitionOf(number));
    expect(() => decoder.next(everything)).toThrow('more than 1000 types');
  });
});

/** Reads all that there is; resolves to how it ended. */
function outcome(bytes: Buffer): 'all read' | 'more wanted' {
  const decoder = new GobDecoder({ maxMessage: 100_000 });
  decoder.push(bytes);
  while (decoder.next(everything) !== undefined);
  return decoder.isBetweenMessages ? 'all read' : 'more wanted';
}

function expectTypedEnd(bytes: Buffer): void {
  let end: unknown;
  try {
    end = outcome(bytes);
  } catch (error) {
    end = error instanceof GobError ? error.code : error;
  }
  expect(['all read', 'more wanted', 'gob-malformed']).toContain(end);
}

/** Defines a type with this number: a slice without a name, of integers. */
function definitionOf(number: number): Buffer {
  const id = Buffer.from([0xfe, 0, 0]);
  id.writeUInt16BE(2 * number - 1, 1);
  return message(Buffer.concat([id, Buffer.from('020102020001020000', 'hex')]));
}

function message(payload: Buffer): Buffer {
  const { length } = payload;
  const prefix =
    length < 128 ? Buffer.from([length]) : Buffer.from([0xfe, length >> 8, length & 255]);
  return Buffer.concat([prefix, payload]);
}

/** Buffers and views of the same bytes alike. */
function plain(one: { readonly Raw: Uint8Array }): unknown {
  return { ...one, Raw: Buffer.from(one.Raw).toString('hex') };
}
