/** Gives a text its colour, or leaves it. */
export type Paint = (text: string) => string;

/** What a piece of text is, for whoever can see colours. */
export interface Palette {
  readonly strong: Paint;
  readonly faint: Paint;
  readonly good: Paint;
  readonly bad: Paint;
  readonly notable: Paint;
}

const plain: Paint = (text) => text;
const paint =
  (code: number): Paint =>
  (text) =>
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
