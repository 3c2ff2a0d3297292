declare const mistake: unique symbol;

/**
 * A mistake in a chart, as a sentence that the editor shows. Nothing has this type, so whatever is
 * asked to have it is marked.
 */
export interface ChartMistake<Sentence extends string> {
  readonly [mistake]: Sentence;
}
