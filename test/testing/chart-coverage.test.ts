import { Harness } from 'charmwright/testing';
import { coverCharts, type RunProject } from 'charmwright/testing/chart-coverage';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';

import { Hello, readyChart } from './fixture-charm.ts';

let outer: { readonly record: string | undefined; readonly code: typeof process.exitCode };
beforeEach(() => {
  outer = { record: process.env['CHARMWRIGHT_WALKS'], code: process.exitCode };
});
afterEach(() => {
  if (outer.record === undefined) delete process.env['CHARMWRIGHT_WALKS'];
  else process.env['CHARMWRIGHT_WALKS'] = outer.record;
  process.exitCode = outer.code;
});

/** Vitest as it ran one of two files, or both. */
function ran(...files: string[]): RunProject {
  return {
    globalConfig: {},
    vitest: { state: { getFiles: () => files.map((filepath) => ({ filepath })) } },
    globTestFiles: async () => ({ testFiles: ['/one.test.ts', '/two.test.ts'] }),
  };
}

const all = ran('/one.test.ts', '/two.test.ts');

async function walkHalf(): Promise<void> {
  const harness = new Harness(Hello);
  harness.begin();
  await harness.run('web-pebble-ready');
  await harness.close();
}

async function report(
  project: RunProject,
  threshold: number,
): Promise<{ readonly text: string; readonly exitCode: typeof process.exitCode }> {
  let text = '';
  const print = (part: string) => {
    text += part;
  };
  process.exitCode = 0;
  const finish = coverCharts([readyChart], { threshold, print })(project);
  await walkHalf();
  await finish();
  return { text, exitCode: process.exitCode };
}

test('arrows that no test walked are told, and fail a run that must walk them', async () => {
  const { text, exitCode } = await report(all, 100);
  expect(text).toContain('ready: 2 of 4 arrows walked\n  1  hook_fired --> can_connect\n');
  expect(text).toContain('  -  can_connect -- yes --> start_web\n');
  expect(text).toContain('too few arrows are walked: ready 50 %; the threshold is 100 %\n');
  expect(exitCode).toBe(1);
});

test('a run that walks as many as it must does not fail', async () => {
  expect(await report(all, 50)).toMatchObject({ exitCode: 0 });
  expect(await report(all, 51)).toMatchObject({ exitCode: 1 });
});

test('a run of only some tests is asked nothing', async () => {
  expect(await report(ran('/one.test.ts'), 100)).toEqual({ text: '', exitCode: 0 });
  const named = { ...all, globalConfig: { testNamePattern: /start/ } };
  expect(await report(named, 100)).toEqual({ text: '', exitCode: 0 });
});

test('a picture of each chart is written where it is asked for', async () => {
  const pictures = mkdtempSync(join(tmpdir(), 'charts-'));
  const finish = coverCharts([readyChart], { pictures, print: () => undefined })(all);
  await walkHalf();
  await finish();
  expect(readFileSync(join(pictures, 'ready.mmd'), 'utf8')).toContain('linkStyle 0,1 stroke:green');
  rmSync(pictures, { recursive: true });
});
