import type { Walk } from '../framework/walk.ts';
import { arrowText, type GraphArrow } from './graph.ts';
import { printMermaid } from './mermaid.ts';
import { arrowKey, type Charted } from './paths.ts';

/** How often walks followed the arrows of a chart. */
export interface ChartCoverage {
  readonly chart: Charted;
  /** In the order of the picture. */
  readonly arrows: readonly { readonly arrow: GraphArrow; readonly times: number }[];
  /** How many arrows were followed at all. */
  readonly walked: number;
}

/** Counts the walks along each arrow. Walks of other charts count for nothing. */
export function chartCoverage(chart: Charted, walks: Iterable<Walk>): ChartCoverage {
  const times = new Map<string, number>();
  for (const walk of walks) {
    if (walk.chart !== chart.name) continue;
    for (const { node, edge, failed } of walk.visits) {
      if (failed !== undefined) continue;
      const key = arrowKey(node, edge);
      times.set(key, (times.get(key) ?? 0) + 1);
    }
  }
  const arrows = chart.graph.arrows.map((arrow) => ({
    arrow,
    times: times.get(arrowKey(arrow.from, arrow.label)) ?? 0,
  }));
  return { chart, arrows, walked: arrows.filter((each) => each.times > 0).length };
}

/** A table of a chart's arrows, each with how often it was followed; a dash where it never was. */
export function printCoverageTable({ chart, arrows, walked }: ChartCoverage): string {
  const counts = arrows.map(({ times }) => (times === 0 ? '-' : String(times)));
  const width = Math.max(...counts.map(({ length }) => length), 0);
  return [
    `${chart.name}: ${walked} of ${arrows.length} arrows walked`,
    ...arrows.map(({ arrow }, index) => `  ${counts[index]?.padStart(width)}  ${arrowText(arrow)}`),
    '',
  ].join('\n');
}

/** The chart in mermaid, with walked arrows in thick green and the others in dashed red. */
export function printCoverageChart({ chart, arrows }: ChartCoverage): string {
  const indexes = (walked: boolean): string =>
    arrows.flatMap(({ times }, index) => (times > 0 === walked ? [index] : [])).join(',');
  const styles = [
    [indexes(true), 'stroke:green,stroke-width:3px'],
    [indexes(false), 'stroke:red,stroke-dasharray:4'],
  ].flatMap(([list, style]) => (list === '' ? [] : [`  linkStyle ${list} ${style}\n`]));
  return `${printMermaid(chart.graph)}${styles.join('')}`;
}
