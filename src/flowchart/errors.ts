import { CharmwrightError } from '../errors.ts';

/** The root of the errors of flowcharts. */
export abstract class FlowchartError extends CharmwrightError {}

/** A chart is no picture that a run could follow. Made when the chart is, so no hook meets it. */
export class InvalidChartError extends FlowchartError {
  readonly code = 'invalid-chart';
  readonly chart: string;
  /** All that is wrong with it, a sentence each. */
  readonly mistakes: readonly string[];

  constructor(chart: string, mistakes: readonly string[]) {
    super(`cannot make the chart ${chart}: ${mistakes.join('; ')}. Correct its nodes and arrows.`);
    this.chart = chart;
    this.mistakes = mistakes;
  }
}

/** A decision's action answered with a label that no arrow bears. */
export class UnknownAnswerError extends FlowchartError {
  readonly code = 'unknown-answer';
  readonly answer: string;

  constructor(action: string, answer: string) {
    super(
      `cannot follow the answer ${JSON.stringify(answer)} of ${action}: no arrow bears it. Give the decision an arrow for each answer.`,
    );
    this.answer = answer;
  }
}

/** A text is no flowchart in the part of mermaid that charts are written in. */
export class MermaidSyntaxError extends FlowchartError {
  readonly code = 'mermaid-syntax';
  /** Counted from 1. */
  readonly line: number;

  constructor(line: number, why: string) {
    super(
      `cannot read line ${line} of the mermaid chart: ${why}. Write nodes as id([text]), id{text}, id[text], id>text] or id((text)), and arrows as --> or -- text -->.`,
    );
    this.line = line;
  }
}
