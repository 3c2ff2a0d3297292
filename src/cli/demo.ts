import { fileURLToPath } from 'node:url';
import { Account } from './account.ts';
import { readOptions } from './arguments.ts';
import type { Command } from './command.ts';
import { paletteFor } from './palette.ts';
import { PgbouncerStage } from './pgbouncer-stage.ts';

const packedCharm = fileURLToPath(new URL('../packed', import.meta.url));

/** How a process tells that a signal ended it. */
const exitCodes = { SIGINT: 130, SIGTERM: 143 } as const;

export const demo: Command = {
  usage: [
    'charmwright demo [--charm-dir DIR] [--folder DIR]',
    '',
    '  --charm-dir DIR  the packed PgBouncer charm; default: the one that npm run build packs',
    '  --folder DIR     write there, and leave it; default: a temporary folder, which goes again',
  ].join('\n'),
  run: async (args) => {
    const options = readOptions(args, {
      'charm-dir': { type: 'string', default: packedCharm },
      folder: { type: 'string' },
    });
    const began = performance.now();
    const account = new Account({
      print: (line) => process.stdout.write(`${line}\n`),
      palette: paletteFor(process.stdout, process.env),
      elapsed: () => performance.now() - began,
    });
    const stage = new PgbouncerStage(account, {
      charmDir: options['charm-dir'],
      ...(options.folder === undefined ? {} : { folder: options.folder }),
    });
    const forget = onSignals(() => stage.strike());
    try {
      await stage.play();
    } finally {
      forget();
      await stage.strike();
    }
    const seconds = ((performance.now() - began) / 1000).toFixed(1);
    account.title(`All of it worked, in ${seconds} s. Nothing is left running.`);
    return 0;
  },
};

/** Ends the process after cleaning up, when it is told to go. */
function onSignals(cleanUp: () => Promise<void>): () => void {
  const names = ['SIGINT', 'SIGTERM'] as const;
  const leave = (signal: keyof typeof exitCodes): void => {
    cleanUp().then(
      () => process.exit(exitCodes[signal]),
      (error: unknown) => {
        process.stderr.write(`charmwright demo: cannot clean up: ${String(error)}\n`);
        process.exit(exitCodes[signal]);
      },
    );
  };
  for (const name of names) process.once(name, leave);
  return () => {
    for (const name of names) process.off(name, leave);
  };
}
