import {
  chartCoverage,
  parseMermaid,
  printCoverageChart,
  printCoverageTable,
} from 'charmwright/testing';
import { expect, test } from 'vitest';

import { startChart } from '../../src/pgbouncer/charts/start.ts';
import { pathsOf } from '../../src/flowchart/paths.ts';

const paths = pathsOf(startChart);
const deferred = paths.filter(({ line }) => line === 'start: is_container=no defer');

test('every way through a chart together walks all its arrows', () => {
  const coverage = chartCoverage(startChart, paths);
  expect(coverage.walked).toBe(coverage.arrows.length);
  expect(printCoverageTable(coverage)).toMatch(/^start: 10 of 10 arrows walked\n/);
  expect(printCoverageChart(coverage)).not.toContain('stroke:red');
});

test('the table counts the walks along each arrow, and has a dash where there was none', () => {
  const other = { chart: 'stop', visits: deferred[0]!.visits, line: 'stop: is_container=no defer' };
  const coverage = chartCoverage(startChart, [...deferred, ...deferred, other]);
  expect(printCoverageTable(coverage).split('\n').slice(0, 4)).toEqual([
    'start: 2 of 10 arrows walked',
    '  2  hook_fired --> is_container',
    '  2  is_container -- no --> defer',
    '  -  is_container -- yes --> is_cfg',
  ]);
});

test('an arrow out of a node whose action threw was not walked', () => {
  const visits = [{ node: 'hook_fired' }, { node: 'make_dirs', failed: 'Error' }];
  const { walked } = chartCoverage(startChart, [{ chart: 'start', visits, line: '' }]);
  expect(walked).toBe(1);
});

test('the picture is the chart with its arrows coloured', () => {
  const picture = printCoverageChart(chartCoverage(startChart, deferred));
  const lines = picture.split('\n');
  expect(parseMermaid(lines.slice(0, -3).join('\n')).arrows).toEqual(startChart.graph.arrows);
  expect(lines.slice(-3)).toEqual([
    '  linkStyle 0,1 stroke:green,stroke-width:3px',
    '  linkStyle 2,3,4,5,6,7,8,9 stroke:red,stroke-dasharray:4',
    '',
  ]);
});

test('a chart that was never walked is all dashed', () => {
  const picture = printCoverageChart(chartCoverage(startChart, []));
  expect(picture).not.toContain('stroke:green');
});
