/** The polynomial of CRC-32, as zip and PNG have it, lowest bit first. */
const polynomial = 0xed_b8_83_20;

let table: Uint32Array | undefined;

/**
 * The CRC-32 of some bytes, as eight hexadecimal digits. It tells a file that was torn or changed by
 * accident; loading Node's cryptography for that takes longer than all else that a state needs.
 */
export function crc32(bytes: Uint8Array): string {
  table ??= makeTable();
  let rest = 0xff_ff_ff_ff;
  for (const byte of bytes) rest = (table[(rest ^ byte) & 0xff] ?? 0) ^ (rest >>> 8);
  return ((rest ^ 0xff_ff_ff_ff) >>> 0).toString(16).padStart(8, '0');
}

function makeTable(): Uint32Array {
  return Uint32Array.from({ length: 256 }, (_, index) => {
    let value = index;
    for (let bit = 0; bit < 8; bit += 1) {
      value = (value & 1) === 0 ? value >>> 1 : (value >>> 1) ^ polynomial;
    }
    return value;
  });
}
