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
    const signals = new Signals(() => {
      stage.stop();
    });
    try {
      await stage.play();
    } catch (error) {
      if (signals.received === undefined) throw error;
    } finally {
      await stage.strike();
      signals.forget();
    }
    if (signals.received !== undefined) return exitCodes[signals.received];
    const seconds = ((performance.now() - began) / 1000).toFixed(1);
    account.title(`All of it worked, in ${seconds} s. Nothing is left running.`);
    return 0;
  },
};

/** The first signal to go is taken as a wish; a second one ends the process at once. */
class Signals {
  received: keyof typeof exitCodes | undefined;
  readonly #listener: (signal: NodeJS.Signals) => void;

  constructor(onFirst: () => void) {
    this.#listener = (signal) => {
      this.forget();
      this.received = signal === 'SIGINT' ? 'SIGINT' : 'SIGTERM';
      onFirst();
    };
    process.on('SIGINT', this.#listener).on('SIGTERM', this.#listener);
  }

  forget(): void {
    process.off('SIGINT', this.#listener).off('SIGTERM', this.#listener);
  }
}
