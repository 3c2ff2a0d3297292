import { stringify } from 'yaml';
import type { FlagSpec, ParsedArgs } from './flags.ts';
import { goJson, isList, type Printable } from './go-json.ts';

export type Format = 'smart' | 'json' | 'yaml';

/** `--format` and `-o`, which every tool that prints a value takes. */
export function outputFlags(formats?: readonly Format[]): readonly FlagSpec[] {
  return formats === undefined ? usualFlags : outputFlagsOf(formats);
}

function outputFlagsOf(formats: readonly Format[]): readonly FlagSpec[] {
  return [
    {
      names: ['format'],
      takes: 'value',
      refuse: (value) =>
        formats.some((format) => format === value)
          ? undefined
          : `unknown format ${JSON.stringify(value)}`,
    },
    { names: ['output', 'o'], takes: 'value' },
  ];
}

const usualFlags = outputFlagsOf(['smart', 'json', 'yaml']);

/** The value as the flags ask for it, with its final newline. */
export function formatted(value: Printable, args: ParsedArgs, byDefault: Format = 'smart'): string {
  switch (args.value('format') ?? byDefault) {
    case 'json':
      return `${goJson(value)}\n`;
    case 'yaml':
      return yaml(value);
    default:
      return smart(value);
  }
}

function smart(value: Printable): string {
  if (value === undefined || value === '') return '';
  if (typeof value === 'string') return `${value}\n`;
  if (typeof value === 'boolean') return value ? 'True\n' : 'False\n';
  if (typeof value === 'number') return `${value}\n`;
  if (isList(value) && value.every((item) => typeof item === 'string')) {
    return value.map((item) => `${item}\n`).join('');
  }
  return yaml(value);
}

function yaml(value: Printable): string {
  if (value === undefined) return '';
  const text = stringify(value, {
    lineWidth: 0,
    indentSeq: false,
    keepUndefined: true,
    sortMapEntries: true,
    version: '1.1',
  });
  return `${text.trimEnd()}\n`;
}
