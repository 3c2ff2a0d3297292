/**
 * A plain YAML scalar as the number that Go's YAML takes it for: with underscores, in hexadecimal,
 * in octal with `0o` or a leading zero, in binary, or with a fraction. @returns `undefined` for a text
 */
export function goNumber(text: string): number | undefined {
  const plain = text.replaceAll('_', '');
  const whole = /^([+-]?)(0x[\da-f]+|0b[01]+|0o?[0-7]+|0|[1-9]\d*)$/i.exec(plain);
  if (whole !== null) {
    const [, sign = '', digits = ''] = whole;
    const value = Number(/^0[0-7]/.test(digits) ? `0o${digits.slice(1)}` : digits);
    return sign === '-' ? -value : value;
  }
  if (/^[-+]?\.inf$/i.test(plain)) {
    return plain.startsWith('-') ? -Infinity : Infinity;
  }
  return /^[-+]?(\.\d+|\d+(\.\d*)?)(e[-+]?\d+)?$/i.test(plain) ? Number(plain) : undefined;
}

/** A number with a fraction as Go's own reader takes it. @returns `undefined` when it does not */
export function goFloat(text: string): number | undefined {
  const special = /^([-+]?)(?:(inf|infinity)|nan)$/i.exec(text);
  if (special !== null) {
    const [, sign, infinite] = special;
    return infinite === undefined
      ? sign === ''
        ? NaN
        : undefined
      : sign === '-'
        ? -Infinity
        : Infinity;
  }
  return /^[-+]?(?:\d+(?:_\d+)*\.?(?:\d+(?:_\d+)*)?|\.\d+(?:_\d+)*)(?:e[-+]?\d+)?$/i.test(text)
    ? Number(text.replaceAll('_', ''))
    : undefined;
}

/** Writes a number with a fraction as Go's YAML does: `1.5`, `1e+06`, `.inf`. */
export function formatFloat(value: number): string {
  if (!Number.isFinite(value)) {
    return Number.isNaN(value) ? '.nan' : value > 0 ? '.inf' : '-.inf';
  }
  const size = Math.abs(value);
  if (size === 0 || (size >= 1e-4 && size < 1e6)) {
    return String(value);
  }
  const [digits, exponent = ''] = value.toExponential().split('e');
  return `${digits}e${exponent.charAt(0)}${exponent.slice(1).padStart(2, '0')}`;
}
