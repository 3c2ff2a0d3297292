import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const fixture = join(import.meta.dirname, '..', 'fixtures', 'charm-flowcharts.mmd.md');

/** The mermaid charts of the PgBouncer charm's specification, by their headings. */
export function specifiedCharts(): Map<string, string> {
  const text = readFileSync(fixture, 'utf8');
  const charts = text.matchAll(/^## (.+)\n\n```mermaid\n([\s\S]*?)```$/gm);
  return new Map(Array.from(charts, ([, heading = '', code = '']) => [heading, code]));
}
