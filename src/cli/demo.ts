import { fileURLToPath } from 'node:url';
import { Account } from './account.ts';
import { readOptions } from './arguments.ts';
import type { Command } from './command.ts';
import { onFirstSignal, signalExitCodes } from './first-signal.ts';
import { paletteFor } from './palette.ts';
import { PgbouncerStage } from './pgbouncer-stage.ts';

const packedCharm = fileURLToPath(new URL('../packed', import.meta.url));

export const demo: Command = {
  usage: [
    'charmwright demo [--charm-dir DIR] [--folder DIR] [--embedded]',
    '',
    '  --charm-dir DIR  the packed PgBouncer charm; default: the one that npm run build packs',
    '  --folder DIR     write there, and leave it; default: a temporary folder, which goes again',
    "  --embedded       leave the machine's PostgreSQL and pgbouncer alone: take PGlite and a stand-in",
  ].join('\n'),
  run: async (args) => {
    const options = readOptions(args, {
      'charm-dir': { type: 'string', default: packedCharm },
      folder: { type: 'string' },
      embedded: { type: 'boolean', default: false },
    });
    const began = performance.now();
    const account = new Account({
      print: (line) => process.stdout.write(`${line}\n`),
      palette: paletteFor(process.stdout, process.env),
      elapsed: () => performance.now() - began,
    });
    const stage = new PgbouncerStage(account, {
      charmDir: options['charm-dir'],
      embedded: options.embedded,
      ...(options.folder === undefined ? {} : { folder: options.folder }),
    });
    let exitCode: number | undefined;
    const leave = (code: number): void => {
      exitCode ??= code;
      stage.stop();
    };
    const forget = onFirstSignal(leave);
    // Nobody reads on, as after `| head`.
    process.stdout.on('error', () => {
      leave(signalExitCodes.SIGPIPE);
    });
    try {
      await stage.play();
    } catch (error) {
      if (exitCode === undefined) throw error;
    } finally {
      await stage.strike();
      forget();
    }
    if (exitCode !== undefined) return exitCode;
    const seconds = ((performance.now() - began) / 1000).toFixed(1);
    account.title(`All of it worked, in ${seconds} s. Nothing is left running.`);
    return 0;
  },
};
