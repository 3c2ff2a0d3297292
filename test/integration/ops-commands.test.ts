import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import * as z from 'zod';

import type { PebbleImplementation } from '../contract/pebble/implementation.ts';
import { realPebble } from '../contract/real-pebble.ts';
import { supervisor } from '../contract/supervisor.ts';
import { pythonWithOps } from '../support/twins/twin.ts';

const program = fileURLToPath(new URL('../support/ops_commands.py', import.meta.url));
const outcomesSchema = z.record(z.string(), z.unknown());
const missing = [
  ...(pythonWithOps === undefined ? ['python3 has no ops here'] : []),
  ...(realPebble().missing === undefined ? [] : ['pebble is not on PATH']),
];
if (missing.length > 0) process.stderr.write(`Skipped: ops' commands: ${missing.join(', ')}.\n`);

/** What ops' client makes of a daemon's commands, with the daemon's own directory left out. */
async function outcomes(implementation: PebbleImplementation): Promise<Record<string, unknown>> {
  const { socketPath, dir, stop } = await implementation.start();
  try {
    const python = pythonWithOps ?? 'python3';
    const { stdout } = await promisify(execFile)(python, [program, socketPath, dir]);
    return outcomesSchema.parse(JSON.parse(stdout.replaceAll(dir, 'DIR')));
  } finally {
    await stop();
  }
}

test.skipIf(missing.length > 0)(
  `ops' client cannot tell the supervisor's commands from Pebble's (needs pebble and python3 with ops)`,
  async () => {
    const real = await outcomes(realPebble());
    expect(Object.keys(real).length).toBeGreaterThan(20);
    expect(real['outputs apart']).toEqual({ value: ['out\n', 'err\n'] });
    expect(await outcomes(supervisor())).toEqual(real);
  },
);
