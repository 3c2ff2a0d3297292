import type { Answer, AnswerLike, DataOf, LabelOf, No } from './answer.ts';
import { UnknownAnswerError } from './errors.ts';
import type { ChartMistake } from './mistake.ts';
import type { Action, ChartNode, Flow, Needs } from './node.ts';

/** The arrows of a decision: a target for each answer that its action can give, and no other. */
export type Arrows<A, To extends Record<string, string>> = {
  readonly [Label in keyof To]: Label extends LabelOf<A>
    ? To[Label]
    : ChartMistake<`the action never answers '${Label & string}'`>;
};

/** What travels along the arrows of a decision. */
export type DecisionFlow<A, To extends Record<string, string>> = {
  [Label in keyof To & string]: Flow<To[Label], DataOf<A, Label>>;
}[keyof To & string];

type Retraction<A> =
  'no' extends LabelOf<A>
    ? [Extract<A, Answer<'no', unknown>>] extends [No]
      ? (error: unknown) => boolean
      : ChartMistake<"retractWhen follows the arrow 'no' without asking the action again, so 'no' must bring no data of its own">
    : ChartMistake<"retractWhen follows the arrow 'no', and the action never answers 'no'">;

export interface DecisionOptions<A> {
  /**
   * Takes the answer back when a later node throws an error that matches: the run goes on along
   * this decision's `no`, with what came into the decision. @default no error
   */
  readonly retractWhen?: Retraction<A>;
}

/**
 * A question. The action answers with a boolean (yes or no), with `yes(data)` or `no(data)`, or with
 * any other label; each answer has an arrow.
 */
export function decision<
  O,
  In,
  E,
  A extends AnswerLike,
  const To extends { readonly [Label in LabelOf<A>]: string },
>(
  label: string,
  action: Action<O, In, E, A>,
  arrows: To & Arrows<A, To>,
  options: DecisionOptions<A> = {},
): ChartNode<Needs<O, In, E>, DecisionFlow<A, To>> {
  const list = Object.entries<string>(arrows).map(([answer, to]) => ({ to, label: answer }));
  const { retractWhen } = options;
  return {
    kind: 'decision',
    shape: 'rhombus',
    label,
    arrows: list,
    actionName: action.name,
    ...(typeof retractWhen === 'function' && { retractWhen }),
    run: async (observer, data, event) => {
      const given = await action(observer, data, event);
      const { answer, data: own } = explicit(given);
      const arrow = list.find((candidate) => candidate.label === answer);
      if (!arrow) throw new UnknownAnswerError(action.name, answer);
      return { kind: 'next', arrow, data: own === undefined ? data : own };
    },
  };
}

function explicit(given: AnswerLike): Answer<string, unknown> {
  if (typeof given === 'boolean') return { answer: given ? 'yes' : 'no' };
  return typeof given === 'string' ? { answer: given } : given;
}
