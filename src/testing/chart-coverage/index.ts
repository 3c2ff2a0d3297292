/**
 * Which arrows of a charm's flowcharts the tests of a run have walked, in all its files together.
 * A file named in vitest's `globalSetup` asks for it.
 *
 * @module
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import {
  chartCoverage,
  printCoverageChart,
  printCoverageTable,
  type ChartCoverage,
} from '../../flowchart/coverage.ts';
import type { Charted } from '../../flowchart/paths.ts';
import { recordedWalks, walkRecord } from '../walk-record.ts';

export interface ChartCoverageOptions {
  /**
   * How many of a hundred arrows must be walked in each chart, or the run fails. It is asked only
   * when all tests of the project have run. Default 0.
   */
  readonly threshold?: number;
  /** A directory, which exists, for a mermaid picture of each chart: `<chart>.mmd`. Default: none. */
  readonly pictures?: string;
  /** Takes the report. Default: stderr. */
  readonly print?: (text: string) => void;
}

/** As much as is needed of vitest's `TestProject`. */
export interface RunProject {
  readonly globalConfig: { readonly testNamePattern?: RegExp | undefined };
  readonly vitest: {
    readonly state: { getFiles(): readonly { readonly filepath: string }[] };
  };
  globTestFiles(): Promise<{ readonly testFiles: readonly string[] }>;
}

/** What vitest calls before all tests. What it returns is called after them. */
export type GlobalSetup = (project: RunProject) => () => Promise<void>;

/**
 * Collects the walks of all tests, and tells at the end which arrows none has walked.
 *
 * @example
 * ```ts
 * // test/chart-coverage.ts, in vitest's globalSetup
 * export const setup = coverCharts([startChart, configChangedChart], { threshold: 100 });
 * ```
 */
export function coverCharts(
  charts: readonly Charted[],
  options: ChartCoverageOptions = {},
): GlobalSetup {
  const { threshold = 0, pictures, print = toStderr } = options;
  return (project) => {
    const folder = mkdtempSync(join(tmpdir(), 'charmwright-walks-'));
    const record = join(folder, 'walks.jsonl');
    writeFileSync(record, '');
    process.env[walkRecord] = record;
    return async () => {
      const walks = recordedWalks(record);
      const coverages = charts.map((chart) => chartCoverage(chart, walks));
      rmSync(folder, { recursive: true });
      for (const coverage of pictures === undefined ? [] : coverages) {
        const path = join(pictures ?? '', `${coverage.chart.name}.mmd`);
        writeFileSync(path, printCoverageChart(coverage));
      }
      const short = coverages.filter((coverage) => percent(coverage) < threshold);
      if (!(await ranAll(project))) return;
      for (const coverage of coverages) {
        if (coverage.walked < coverage.arrows.length) print(printCoverageTable(coverage));
      }
      if (short.length === 0) return;
      const names = short.map((coverage) => `${coverage.chart.name} ${percent(coverage)} %`);
      print(`too few arrows are walked: ${names.join(', ')}; the threshold is ${threshold} %\n`);
      process.exitCode = 1;
    };
  };
}

function percent({ walked, arrows }: ChartCoverage): number {
  return arrows.length === 0 ? 100 : Math.floor((100 * walked) / arrows.length);
}

/** Whether no filter kept a test of the project from running. */
async function ranAll(project: RunProject): Promise<boolean> {
  if (project.globalConfig.testNamePattern !== undefined) return false;
  const { testFiles } = await project.globTestFiles();
  const ran = new Set(project.vitest.state.getFiles().map(({ filepath }) => filepath));
  return testFiles.every((file) => ran.has(file));
}

function toStderr(text: string): void {
  process.stderr.write(text);
}
