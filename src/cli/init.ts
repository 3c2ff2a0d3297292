import { access, mkdir, readFile, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { readCharmMeta } from '../charm/files/read-charm-meta.ts';
import { CharmwrightError, isMissingFile } from '../errors.ts';
import { readOptions } from './arguments.ts';
import { renderCharmModule } from './charm-module.ts';
import type { Command } from './command.ts';
import { charmcraftYaml, newCharmFiles } from './new-charm.ts';

/** A charm cannot begin in a folder that has one of its files already. */
export class InitError extends CharmwrightError {
  readonly code = 'init';
  readonly file: string;

  constructor(file: string) {
    super(
      `cannot begin a charm: ${file} is there already, and nothing is overwritten. Choose another folder.`,
    );
    this.file = file;
  }
}

/** `charmwright init`: a charm to begin with, which compiles, passes its tests and can be packed. */
export const init: Command = {
  usage: `charmwright init [--charm-dir DIR] [--name NAME]

Writes the files of a new charm for Kubernetes: charmcraft.yaml, the charm with a test, and what
npm and TypeScript need. Nothing that is there is overwritten.

  --charm-dir DIR  folder to write into, made if need be (default: the current one)
  --name NAME      the charm's name (default: that of the folder)`,

  async run(args) {
    const options = readOptions(args, {
      'charm-dir': { type: 'string', default: '.' },
      name: { type: 'string' },
    });
    const folder = resolve(options['charm-dir']);
    const name = options.name ?? basename(folder);
    const meta = await readCharmMeta({ 'charmcraft.yaml': charmcraftYaml(name) });
    const files = {
      ...newCharmFiles(name, await ownPackage()),
      'src/charm.types.ts': renderCharmModule(meta),
    };
    for (const file of Object.keys(files)) {
      if (await isThere(join(folder, file))) throw new InitError(join(folder, file));
    }
    for (const [file, text] of Object.entries(files)) {
      await mkdir(dirname(join(folder, file)), { recursive: true });
      await writeFile(join(folder, file), text, { flag: 'wx' });
    }
    process.stdout.write(
      `${name} is begun in ${folder}. There: npm install, then npm run check, npm test and npm run pack.\n`,
    );
    return 0;
  },
};

/** The versions that this charmwright is made and tested with. */
async function ownPackage(): Promise<unknown> {
  return JSON.parse(await readFile(new URL('../../package.json', import.meta.url), 'utf8'));
}

async function isThere(path: string): Promise<boolean> {
  try {
    await access(path);
    return true;
  } catch (error) {
    if (isMissingFile(error)) return false;
    throw error;
  }
}
