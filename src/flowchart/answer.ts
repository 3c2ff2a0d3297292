declare const same: unique symbol;

/** Stands, in types only, for the data that came into a node and goes on as it is. */
export type Same = typeof same;

/** What a decision answers: the label of an arrow, and what goes along it. */
export interface Answer<Label extends string, Data = Same> {
  readonly answer: Label;
  /** Absent when the data that came in goes on. */
  readonly data?: Data;
}

export type Yes<Data = Same> = Answer<'yes', Data>;
export type No<Data = Same> = Answer<'no', Data>;

/** What a decision's action may return: an answer, its label alone, or a boolean. */
export type AnswerLike = boolean | string | Answer<string, unknown>;

/** The labels that an action can answer with. */
export type LabelOf<A> = A extends true
  ? 'yes'
  : A extends false
    ? 'no'
    : A extends string
      ? A
      : A extends { readonly answer: infer Label extends string }
        ? Label
        : never;

/** What goes along the arrow of one label. */
export type DataOf<A, Label extends string> =
  A extends Answer<Label, infer Data>
    ? Data
    : A extends boolean | string
      ? Label extends LabelOf<A>
        ? Same
        : never
      : never;

/** Data of an answer: anything but `undefined`, which would say that there is none. */
export type Given = string | number | bigint | boolean | symbol | object | null;

/** Answers yes. What came into the decision goes on, or the data given here. */
export function yes(): Yes;
export function yes<Data extends Given>(data: Data): Yes<Data>;
export function yes(data?: Given): Yes<unknown> {
  return data === undefined ? { answer: 'yes' } : { answer: 'yes', data };
}

/** Answers no. What came into the decision goes on, or the data given here. */
export function no(): No;
export function no<Data extends Given>(data: Data): No<Data>;
export function no(data?: Given): No<unknown> {
  return data === undefined ? { answer: 'no' } : { answer: 'no', data };
}

/** Answers with the label of any other arrow. */
export function answer<const Label extends string>(label: Label): Answer<Label>;
export function answer<const Label extends string, Data extends Given>(
  label: Label,
  data: Data,
): Answer<Label, Data>;
export function answer(label: string, data?: Given): Answer<string, unknown> {
  return data === undefined ? { answer: label } : { answer: label, data };
}
