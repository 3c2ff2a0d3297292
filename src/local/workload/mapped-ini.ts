import { join, resolve } from 'node:path';
import { readIniLines } from './ini-lines.ts';
import { pathSettings } from './pooler-settings.ts';

/** What the translation needs of the mapped container. */
export interface MappedIniOptions {
  /** The folder that stands for the container's root directory. */
  readonly root: string;
  /** Reads an included file, by its path in the container. */
  readonly read: (path: string) => string;
}

/**
 * Translates a pooler's ini for a pooler that sees the machine's paths: paths lead into the
 * container's folder, included files are put in place, and `user` is left out, because everything in
 * a mapped container is done by one user.
 *
 * @throws {PoolerIniError} for a line that cannot be read.
 */
export function mapIni(text: string, options: MappedIniOptions): string {
  let section = '';
  const raw = text.split('\n');
  return readIniLines(text)
    .flatMap((line, index): readonly string[] => {
      const asItIs = raw[index] ?? '';
      switch (line.kind) {
        case 'blank':
          return [asItIs];
        case 'include':
          return mapIni(options.read(line.path), options).split('\n');
        case 'section':
          section = line.name;
          return [asItIs];
        default:
          return section === 'pgbouncer' ? mapSetting(line, options.root) : [asItIs];
      }
    })
    .join('\n');
}

function mapSetting(
  { key, value }: { readonly key: string; readonly value: string },
  root: string,
): readonly string[] {
  if (key === 'user') {
    return [];
  }
  const isPath = pathSettings.has(key) && value.startsWith('/');
  return [`${key} = ${isPath ? join(root, resolve('/', value)) : value}`];
}
