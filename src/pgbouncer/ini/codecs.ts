import * as z from 'zod/mini';

import { whyNotInValue, whyNotWholeValue } from './plain-text.ts';

/** How one setting is read from its text and written back. */
export type SettingCodec<T> = z.ZodMiniType<T, string>;

/** The text after `key = `, in the form that every reader understands alike. */
export const wholeValue: SettingCodec<string> = unless(whyNotWholeValue);

/** The text of one connection parameter, which may hold quotes and spaces. Never empty. */
export const parameterText: SettingCodec<string> = unless(whyNotInValue).check(
  z.minLength(1, 'is empty, and PgBouncer would take the next parameter for its value'),
);

/** A text of one shape. `shape` continues "is not". */
export function textLike(pattern: RegExp, shape: string): SettingCodec<string> {
  return wholeValue.check(z.regex(pattern, `is not ${shape}`));
}

/** A whole number in decimal, without the leading zeros that PgBouncer would read as octal. */
export function integer(least: number, most: number): SettingCodec<number> {
  const message = `is not a whole number from ${least} to ${most}`;
  return z.codec(
    wholeValue.check(z.regex(/^(0|[1-9]\d{0,9})$/, message)),
    z.int(message).check(z.minimum(least, message), z.maximum(most, message)),
    { decode: Number, encode: String },
  );
}

/** `0` or `1`. */
export const flag: SettingCodec<boolean> = z.codec(
  z.enum(['0', '1'], 'is neither 0 nor 1'),
  z.boolean('is neither true nor false'),
  { decode: (text) => text === '1', encode: (on) => (on ? '1' : '0') },
);

/** One word of a few. */
export function choice<const T extends string>(words: readonly T[]): SettingCodec<T> {
  return z.enum(words, `is none of ${words.join(', ')}`);
}

/** Names joined by commas; may be empty. */
export const names: SettingCodec<readonly string[]> = z.codec(
  wholeValue,
  z
    .readonly(
      z.array(
        z
          .string()
          .check(z.regex(/^[A-Za-z0-9_.@-]{1,63}$/, 'holds a name that cannot stand in a list')),
      ),
    )
    .check(z.refine((list) => new Set(list).size === list.length, 'names one twice')),
  {
    decode: (text) => (text === '' ? [] : text.split(',').map((name) => name.trim())),
    encode: (list) => list.join(','),
  },
);

/** The absolute path of a file or directory. */
export const path: SettingCodec<string> = textLike(
  /^(\/[A-Za-z0-9_.-]+)+$/,
  'an absolute path of letters, digits, _ . and -',
);

function unless(whyNot: (text: string) => string | undefined): SettingCodec<string> {
  return z.string().check((check) => {
    const reason = whyNot(check.value);
    if (reason !== undefined) {
      check.issues.push({ code: 'custom', input: check.value, message: reason });
    }
  });
}
