import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compare } from '../../src/flowchart/compare.ts';
import { MermaidSyntaxError } from '../../src/flowchart/errors.ts';
import type { Graph, GraphNode } from '../../src/flowchart/graph.ts';
import { parseMermaid } from '../../src/flowchart/mermaid-parser.ts';
import { printMermaid } from '../../src/flowchart/mermaid.ts';
import { specifiedCharts } from '../support/charm-flowcharts.ts';
import { startChart } from './web.ts';

const charts = specifiedCharts();

function specified(heading: string): string {
  const code = charts.get(heading);
  if (code === undefined) throw new Error(`the specification has no chart ${heading}`);
  return code;
}

describe('reading mermaid', () => {
  it('reads the specification, node by node and arrow by arrow', () => {
    expect(parseMermaid(specified('PgBouncer Pebble Ready Hook'))).toEqual({
      nodes: [
        {
          id: 'hook_fired',
          label: 'pgbouncer-pebble-ready Hook',
          shape: 'stadium',
          kind: 'entry',
        },
        {
          id: 'is_cfg',
          label: 'Is pgbouncer\nconfig available?',
          shape: 'rhombus',
          kind: 'decision',
        },
        { id: 'defer', label: 'defer', shape: 'flag', kind: 'defer' },
        {
          id: 'gen_cfg',
          label: 'Generate pebble config and\nstart pgbouncer services',
          shape: 'rectangle',
          kind: 'step',
        },
        {
          id: 'verify',
          label: 'Verify pgbouncer services\nare running, and set\ncharm status accordingly',
          shape: 'rectangle',
          kind: 'step',
        },
        { id: 'rtn', label: 'return', shape: 'stadium', kind: 'end' },
      ],
      arrows: [
        { from: 'hook_fired', to: 'is_cfg' },
        { from: 'is_cfg', to: 'defer', label: 'no' },
        { from: 'is_cfg', to: 'gen_cfg', label: 'yes' },
        { from: 'gen_cfg', to: 'verify' },
        { from: 'verify', to: 'rtn' },
      ],
    });
  });

  it.each([
    ['Start Hook', 10, 10],
    ['PgBouncer Pebble Ready Hook', 6, 5],
    ['Config Changed Hook', 8, 7],
    ['Update Status Hook', 9, 10],
  ])('reads the whole chart of %s', (heading, nodes, arrows) => {
    const graph = parseMermaid(specified(heading));
    expect([graph.nodes.length, graph.arrows.length]).toEqual([nodes, arrows]);
    expect(graph.nodes.filter(({ kind }) => kind === 'entry')).toHaveLength(1);
  });

  it('finds no difference between the specification and the same chart in code', () => {
    expect(compare(parseMermaid(specified('Start Hook')), startChart.graph)).toEqual([]);
  });

  it('reads chains, labels between bars, quotes, breaks and comments', () => {
    const graph = parseMermaid(`
      graph LR
      %% a remark
      a(["a #quot;b#quot; (c)"]) -->|ja| b{x<br/>y} -- nein --> c
    `);
    expect(graph.arrows).toEqual([
      { from: 'a', to: 'b', label: 'ja' },
      { from: 'b', to: 'c', label: 'nein' },
    ]);
    expect(graph.nodes.map(({ label }) => label)).toEqual(['a "b" (c)', 'x\ny', 'c']);
  });

  it.each([
    [1, 'sequenceDiagram', 'a chart begins with'],
    [1, '', 'it is empty'],
    [2, 'flowchart TD\n  a[x', 'a has no closing ]'],
    [3, 'flowchart TD\n\n  a & b --> c', 'no arrow after a'],
    [2, 'flowchart TD\n  a --> [x]', 'no node at "[x]"'],
    [3, 'flowchart TD\n  a[x] --> b\n  a[y] --> c', 'a is drawn a second time'],
  ])('names line %i of %j, which it cannot read', (line, text, why) => {
    const reading = () => parseMermaid(text);
    expect(reading).toThrow(MermaidSyntaxError);
    expect(reading).toThrow(`line ${line} of the mermaid chart: ${why}`);
  });
});

describe('printing mermaid', () => {
  it('writes each node out where it is first mentioned', () => {
    expect(printMermaid(parseMermaid(specified('Config Changed Hook')))).toBe(
      [
        'flowchart TD',
        '  hook_fired([config-changed Hook]) --> is_leader{Is current\\nunit leader?}',
        '  is_leader -- no --> rtn([return])',
        '  is_leader -- yes --> is_cfg{Is pgbouncer\\nconfig available?}',
        '  is_cfg -- no --> defer>defer]',
        '  is_cfg -- yes --> match_cfg[Modify pgbouncer\\nconfig to match\\ncharm config]',
        '  match_cfg --> render_cfg[Render config &\\nreload pgbouncer]',
        '  render_cfg --> rtn2([return])',
        '',
      ].join('\n'),
    );
  });

  it('prints what reads back as the same chart, whatever the labels hold', () => {
    const label = fc
      .string({
        unit: fc.constantFrom('#quot;', '#35;', ...Array.from('ab (){}[]<>|"#-;&\n')),
        minLength: 1,
        maxLength: 12,
      })
      .map((text) => text.replaceAll(/ *\n */g, '\n').trim())
      .filter((text) => text !== '');
    const shape = fc.constantFrom<GraphNode['shape'][]>(
      'stadium',
      'rhombus',
      'rectangle',
      'flag',
      'circle',
    );
    const nodes = fc.array(fc.record({ label, shape }), { minLength: 2, maxLength: 6 });
    fc.assert(
      fc.property(nodes, fc.option(label, { nil: undefined }), (drawn, arrowLabel) => {
        const ids = drawn.map((_, index) => `n${index}`);
        const arrows = ids.slice(1).map((to, index) => ({
          from: `n${index}`,
          to,
          ...(arrowLabel !== undefined && { label: arrowLabel }),
        }));
        const graph: Graph = {
          nodes: drawn.map((node, index) => ({ ...node, id: `n${index}`, kind: 'step' })),
          arrows,
        };
        const read = parseMermaid(printMermaid(graph));
        expect(read.arrows).toEqual(arrows);
        expect(read.nodes.map(({ id, label, shape }) => ({ id, label, shape }))).toEqual(
          graph.nodes.map(({ id, label, shape }) => ({ id, label, shape })),
        );
      }),
    );
  });
});
