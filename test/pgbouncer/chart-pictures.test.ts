import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, test } from 'vitest';

import { misnamedActions } from '../../src/flowchart/action-names.ts';
import { compare } from '../../src/flowchart/compare.ts';
import { printMermaid } from '../../src/flowchart/mermaid.ts';
import { parseMermaid } from '../../src/flowchart/mermaid-parser.ts';
import { configChangedChart } from '../../src/pgbouncer/charts/config-changed.ts';
import { pebbleReadyChart } from '../../src/pgbouncer/charts/pebble-ready.ts';
import { startChart } from '../../src/pgbouncer/charts/start.ts';
import { updateStatusChart } from '../../src/pgbouncer/charts/update-status.ts';
import { specifiedCharts } from '../support/charm-flowcharts.ts';

const charts = [
  { heading: 'Start Hook', chart: startChart },
  { heading: 'PgBouncer Pebble Ready Hook', chart: pebbleReadyChart },
  { heading: 'Config Changed Hook', chart: configChangedChart },
  { heading: 'Update Status Hook', chart: updateStatusChart },
];

test('the specification has these four charts', () => {
  expect([...specifiedCharts().keys()]).toEqual(charts.map(({ heading }) => heading));
});

describe.each(charts)('the $heading', ({ heading, chart }) => {
  test('has the nodes, kinds, labels and arrows of the specification', () => {
    const specified = parseMermaid(specifiedCharts().get(heading) ?? '');
    expect(compare(specified, chart.graph)).toEqual([]);
  });

  test('is printed so that it reads back as the same chart', () => {
    expect(compare(chart.graph, parseMermaid(printMermaid(chart.graph)))).toEqual([]);
  });

  test('calls each action by the name of its node', () => {
    expect(misnamedActions(chart)).toEqual([]);
  });
});

test('docs/reference/charm.md shows the charts that run (vitest -u writes it anew)', async () => {
  await expect(referencePage()).toMatchFileSnapshot('../../docs/reference/charm.md');
});

test('docs/reference/charm.md says what the specification says', () => {
  const page = readFileSync(join(import.meta.dirname, '../../docs/reference/charm.md'), 'utf8');
  const documented = Array.from(
    page.matchAll(/```mermaid\n([\s\S]*?)```/g),
    ([, code = '']) => code,
  );
  const specified = [...specifiedCharts().values()];
  expect(documented).toHaveLength(specified.length);
  for (const [index, code] of documented.entries()) {
    expect(compare(parseMermaid(specified[index] ?? ''), parseMermaid(code))).toEqual([]);
  }
});

function referencePage(): string {
  const sections = charts.map(
    ({ heading, chart }) => `## ${heading}

\`\`\`mermaid
${printMermaid(chart.graph).trimEnd()}
\`\`\`

Defined in \`src/pgbouncer/charts/${chart.name}.ts\`; the action of each node, under the node's name, in \`src/pgbouncer/steps/${chart.name}.ts\`.
`,
  );
  return `# The PgBouncer charm's flowcharts

Printed from the charts that handle the events; a test compares this page and the charts with the specification. A hook deferral is always followed by a return. What the nodes do beyond their labels is in [pgbouncer.md](../pgbouncer.md).

${sections.join('\n')}`;
}
