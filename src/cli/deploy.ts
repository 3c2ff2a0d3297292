import { createInterface } from 'node:readline';
import type { CharmMeta } from '../charm/metadata.ts';
import { messageOf } from '../errors.ts';
import { readCharmFolder } from '../charm/charm-folder.ts';
import { deploy, type LocalModel } from '../local/index.ts';
import { Account } from './account.ts';
import { readActionArguments } from './action-arguments.ts';
import { readOptions } from './arguments.ts';
import { UsageError, type Command } from './command.ts';
import { onFirstSignal } from './first-signal.ts';
import { readOptionArguments } from './option-arguments.ts';
import { paletteFor } from './palette.ts';
import { statusTable } from './status-table.ts';

/** Milliseconds between two looks for a hook that is due, as Juju's agent polls Pebble. */
const interval = 5_000;

const help =
  'status | config NAME=VALUE… | run ACTION KEY=VALUE… | update-status | replace-pod | quit';

export const deployCommand: Command = {
  usage: [
    'charmwright deploy [--charm-dir DIR] [--config NAME=VALUE]… [--folder DIR] [--name APP]',
    '',
    '  --charm-dir DIR      the folder that Juju would unpack (default: .)',
    '  --config NAME=VALUE  set an option; may be repeated',
    '  --folder DIR         write there, and leave it (default: a temporary folder, which goes again)',
    "  --name APP           the application's name (default: the charm's)",
    '',
    `While it runs, type: ${help}`,
  ].join('\n'),
  run: async (args) => {
    const options = readOptions(args, {
      'charm-dir': { type: 'string', default: '.' },
      config: { type: 'string', multiple: true, default: [] },
      folder: { type: 'string' },
      name: { type: 'string' },
    });
    const charmDir = options['charm-dir'];
    const meta = await readCharmFolder(charmDir);
    const model = await deploy({
      charmDir,
      config: readOptionArguments(options.config, meta.options),
      ...(options.folder === undefined ? {} : { folder: options.folder }),
      ...(options.name === undefined ? {} : { name: options.name }),
    });
    return await new Session(model, meta).run();
  },
};

/** A deployment that somebody watches and talks to. */
class Session {
  readonly #model: LocalModel;
  readonly #meta: CharmMeta;
  readonly #account: Account;
  #exitCode: number | undefined;
  #wake: () => void = () => undefined;

  constructor(model: LocalModel, meta: CharmMeta) {
    const began = performance.now();
    this.#model = model;
    this.#meta = meta;
    this.#account = new Account({
      print: (line) => process.stdout.write(`${line}\n`),
      palette: paletteFor(process.stdout, process.env),
      elapsed: () => performance.now() - began,
    });
    model.on((event) => {
      this.#account.hear(event);
    });
  }

  /** Runs hooks as they fall due, until somebody asks for the end. Resolves to the exit code. */
  async run(): Promise<number> {
    const forget = onFirstSignal((exitCode) => {
      this.#leave(exitCode);
    });
    const commands = createInterface({ input: process.stdin });
    commands.on('line', (line) => {
      this.#obey(line.trim());
    });
    try {
      this.#account.say(`${this.#model.host.account}; all files are in ${this.#model.folder}`);
      this.#account.say(`type: ${help}`);
      while (this.#exitCode === undefined) {
        await this.#model.settle({ attempts: Number.POSITIVE_INFINITY });
        await this.#rest();
      }
      return this.#exitCode;
    } finally {
      forget();
      commands.close();
      await this.#model.dispose();
    }
  }

  #leave(exitCode: number): void {
    this.#exitCode ??= exitCode;
    this.#wake();
    // Ends a hook that is running, or a wait for its retry.
    this.#model.dispose().catch((error: unknown) => {
      this.#account.say(messageOf(error));
    });
  }

  #obey(line: string): void {
    const [verb, ...words] = line.split(/\s+/);
    try {
      switch (verb) {
        case '':
          return;
        case 'status':
          this.#account.block(statusTable(this.#model.status(), this.#account.palette));
          return;
        case 'config':
          this.#model.setConfig(readOptionArguments(words, this.#meta.options));
          break;
        case 'update-status':
          this.#model.requestUpdateStatus();
          break;
        case 'run':
          this.#run(words);
          return;
        case 'replace-pod':
          this.#afterwards(this.#model.replacePod());
          return;
        case 'quit':
          this.#leave(0);
          return;
        default:
          this.#account.say(`type: ${help}`);
          return;
      }
      this.#wake();
    } catch (error) {
      this.#account.say(messageOf(error));
    }
  }

  /** Runs an action when its turn comes; the account then tells what it gave. */
  #run([action, ...words]: readonly string[]): void {
    if (action === undefined) {
      const known = Object.keys(this.#meta.actions).join(', ') || 'none';
      throw new UsageError(`Say which action to run; the charm has ${known}.`);
    }
    this.#afterwards(this.#model.runAction(action, readActionArguments(words)));
  }

  /** Looks for hooks again when something is over that may have made some due. */
  #afterwards(work: Promise<unknown>): void {
    work.then(
      () => {
        this.#wake();
      },
      (error: unknown) => {
        this.#account.say(messageOf(error));
      },
    );
  }

  async #rest(): Promise<void> {
    if (this.#exitCode !== undefined) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, interval);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
