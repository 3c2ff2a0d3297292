/** What a piece of text is, for whoever can see colours. */
export interface Palette {
  strong(text: string): string;
  faint(text: string): string;
  good(text: string): string;
  bad(text: string): string;
  notable(text: string): string;
}

const plain = (text: string): string => text;
const paint =
  (code: number) =>
  (text: string): string =>
    `\u001B[${String(code)}m${text}\u001B[0m`;

const colourless: Palette = {
  strong: plain,
  faint: plain,
  good: plain,
  bad: plain,
  notable: plain,
};

const coloured: Palette = {
  strong: paint(1),
  faint: paint(2),
  good: paint(32),
  bad: paint(31),
  notable: paint(33),
};

/** Colours on a terminal only, and never when `NO_COLOR` is set to anything. */
export function paletteFor(
  stream: { readonly isTTY?: boolean | undefined },
  env: Readonly<Record<string, string | undefined>>,
): Palette {
  const refused = (env['NO_COLOR'] ?? '') !== '' || env['TERM'] === 'dumb';
  return stream.isTTY === true && !refused ? coloured : colourless;
}
