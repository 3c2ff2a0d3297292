import { appendFileSync, readFileSync } from 'node:fs';

import * as z from 'zod/mini';

import type { Walk } from '../framework/walk.ts';

/** The environment variable that names the file in which all test processes note their walks. */
export const walkRecord = 'CHARMWRIGHT_WALKS';

/** Notes walks, one a line, where somebody asks for them. */
export function recordWalks(walks: readonly Walk[]): void {
  if (walks.length === 0) return;
  const path = process.env[walkRecord];
  if (path === undefined) return;
  appendFileSync(path, walks.map((walk) => `${JSON.stringify(walk)}\n`).join(''));
}

/** Every walk that was noted in a file. */
export function recordedWalks(path: string): Walk[] {
  const schema = walkSchema();
  return readFileSync(path, 'utf8')
    .split('\n')
    .flatMap((line): Walk[] => (line === '' ? [] : [schema.parse(JSON.parse(line))]));
}

const walkSchema = () =>
  z.object({
    chart: z.string(),
    visits: z.array(
      z.object({
        node: z.string(),
        edge: z.exactOptional(z.string()),
        failed: z.exactOptional(z.string()),
        retracted: z.exactOptional(z.literal(true)),
      }),
    ),
    line: z.string(),
  });
