import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, relative, resolve } from 'node:path';
import { readCharmFolder } from '../charm/charm-folder.ts';
import { CharmwrightError } from '../errors.ts';
import { readOptions } from './arguments.ts';
import { renderCharmModule } from './charm-module.ts';
import type { Command } from './command.ts';

/** `charmwright types`: the charm's names as a constant that the compiler and a dispatch read. */
export const types: Command = {
  usage: `charmwright types [--charm-dir DIR] [--out FILE] [--check]

Writes a TypeScript module with what metadata.yaml, config.yaml and actions.yaml declare, or
charmcraft.yaml in their place.

  --charm-dir DIR  folder that holds these files (default: the current one)
  --out FILE       the module to write, from DIR (default: src/charm.types.ts)
  --check          write nothing; fail when the module is not what would be written`,

  async run(args) {
    const options = readOptions(args, {
      'charm-dir': { type: 'string', default: '.' },
      out: { type: 'string', default: 'src/charm.types.ts' },
      check: { type: 'boolean', default: false },
    });
    const folder = resolve(options['charm-dir']);
    const out = resolve(folder, options.out);
    const text = renderCharmModule(await readCharmFolder(folder));
    if (!options.check) {
      await mkdir(dirname(out), { recursive: true });
      await writeFile(out, text);
      return 0;
    }
    const current = await readFile(out, 'utf8').catch((error: unknown) => {
      throw new StaleTypesError(relative(process.cwd(), out), { cause: error });
    });
    if (current !== text) throw new StaleTypesError(relative(process.cwd(), out));
    return 0;
  },
};

/** The generated module does not say what the charm's files say. */
export class StaleTypesError extends CharmwrightError {
  readonly code = 'types-stale';
  readonly file: string;

  constructor(file: string, options?: ErrorOptions) {
    super(
      `cannot accept ${file}: it is not what the charm's YAML files say today. Run charmwright types and commit the result.`,
      options,
    );
    this.file = file;
  }
}
