import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { pgbouncerImage } from '../../../src/local/workload/pgbouncer-image.ts';

it("takes the pgbouncer that is first on PATH, and puts it on the container's PATH", async () => {
  const folder = await mkdtemp(join(tmpdir(), 'bin-'));
  const program = join(folder, 'pgbouncer');
  await writeFile(program, '#!/bin/sh\n', { mode: 0o755 });
  try {
    const image = pgbouncerImage({ path: folder });
    expect(image.description).toBe(`the machine's ${program}`);
    expect(image.commands).toEqual({ pgbouncer: [program] });
  } finally {
    await rm(folder, { recursive: true });
  }
});

it('names the stand-in plainly when it takes its place', () => {
  const image = pgbouncerImage({ standIn: true });
  expect(image.description).toContain('charmwright-pgbouncer-standin');
  expect(image.commands?.['pgbouncer']?.join(' ')).toMatch(/local\/workload\/stand-in\.js$/);
});
