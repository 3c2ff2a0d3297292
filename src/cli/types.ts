import { readFile, writeFile } from 'node:fs/promises';
import { relative, resolve } from 'node:path';
import { readCharmFolder } from '../charm/charm-folder.ts';
import type { CharmMeta, OptionMeta } from '../charm/metadata.ts';
import { CharmwrightError } from '../errors.ts';
import { readOptions } from './arguments.ts';
import type { Command } from './command.ts';

/** `charmwright types`: the charm's names as a constant that the compiler and a dispatch read. */
export const types: Command = {
  usage: `charmwright types [--charm-dir DIR] [--out FILE] [--check]

Writes a TypeScript module with what metadata.yaml, config.yaml and actions.yaml declare.

  --charm-dir DIR  folder that holds metadata.yaml (default: the current one)
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
    const text = renderTypes(await readCharmFolder(folder));
    if (!options.check) {
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

/** The text of the module. Descriptions become comments, so that an editor shows them. */
export function renderTypes(meta: CharmMeta): string {
  const { options, ...rest } = meta;
  const sections = Object.entries(rest).map(
    ([section, value]) => `  ${section}: ${literal(value, '  ')},`,
  );
  return [
    '// Written by `charmwright types` from metadata.yaml, config.yaml and actions.yaml; not edited by',
    '// hand.',
    '',
    'export const meta = {',
    ...sections,
    `  options: ${renderOptions(options)},`,
    '} as const;',
    '',
  ].join('\n');
}

function renderOptions(options: CharmMeta['options']): string {
  const lines = Object.entries(options).flatMap(([name, { description, ...option }]) => [
    ...docComment(description),
    `    ${key(name)}: ${literal(option, '    ')},`,
  ]);
  return lines.length === 0 ? '{}' : ['{', ...lines, '  }'].join('\n');
}

function docComment(description: OptionMeta['description']): string[] {
  if (description === undefined || description.trim() === '') return [];
  const lines = description.trim().replaceAll('*/', '*\\/').split('\n');
  return ['    /**', ...lines.map((line) => `     * ${line.trim()}`.trimEnd()), '     */'];
}

function literal(value: unknown, indent: string): string {
  if (typeof value === 'string') return quote(value);
  if (typeof value !== 'object' || value === null) return String(value);
  const entries = Object.entries(value).filter(([, entry]) => entry !== undefined);
  if (entries.length === 0) return '{}';
  if (entries.every(([, entry]) => typeof entry !== 'object')) {
    const inline = `{ ${entries.map(([name, entry]) => `${key(name)}: ${literal(entry, '')}`).join(', ')} }`;
    if (inline.length < 80) return inline;
  }
  const inner = `${indent}  `;
  const lines = entries.map(([name, entry]) => `${inner}${key(name)}: ${literal(entry, inner)},`);
  return ['{', ...lines, `${indent}}`].join('\n');
}

function key(name: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(name) ? name : quote(name);
}

function quote(text: string): string {
  const inner = JSON.stringify(text).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'");
  return `'${inner}'`;
}
