import { isAbsolute } from 'node:path';
import { parseArgs } from 'node:util';
import { CharmwrightError, messageOf } from '../../errors.ts';
import type { PathMapping } from './path-map.ts';

/** The daemon's command line cannot be followed. */
export class DaemonUsageError extends CharmwrightError {
  readonly code = 'daemon-usage';
}

export interface DaemonOptions {
  readonly socketPath: string;
  /** Where the first layers are. */
  readonly layersFolder: string | undefined;
  /** Do not start the services whose startup is enabled. */
  readonly hold: boolean;
  readonly mappings: readonly PathMapping[];
  readonly commandPrefix: string | undefined;
  /** Services run as the daemon's user, and owners of files are only remembered. */
  readonly keepUser: boolean;
  /** End when the standard input does: whoever started the daemon has gone. */
  readonly exitWithParent: boolean;
}

const usage =
  'Use: daemon.js --socket PATH [--layers FOLDER] [--hold] [--map FROM=TO]… [--command-prefix PROGRAM] [--keep-user] [--exit-with-parent]';

/** @throws {DaemonUsageError} */
export function parseDaemonOptions(args: readonly string[], isRoot: boolean): DaemonOptions {
  const values = parseFlags(args);
  if (values.socket === undefined) {
    throw new DaemonUsageError(`cannot start: no --socket was given. ${usage}`);
  }
  const mappings = (values.map ?? []).map(parseMapping);
  return {
    socketPath: values.socket,
    layersFolder: values.layers,
    hold: values.hold ?? false,
    mappings,
    commandPrefix: values['command-prefix'],
    keepUser: values['keep-user'] ?? (!isRoot && mappings.length > 0),
    exitWithParent: values['exit-with-parent'] ?? false,
  };
}

function parseFlags(args: readonly string[]): ReturnType<typeof parseKnown> {
  try {
    return parseKnown(args);
  } catch (error) {
    throw new DaemonUsageError(`cannot start: ${messageOf(error)}. ${usage}`, { cause: error });
  }
}

interface Flags {
  socket?: string | undefined;
  layers?: string | undefined;
  hold?: boolean | undefined;
  map?: string[] | undefined;
  'command-prefix'?: string | undefined;
  'keep-user'?: boolean | undefined;
  'exit-with-parent'?: boolean | undefined;
}

function parseKnown(args: readonly string[]): Flags {
  return parseArgs({
    args: [...args],
    options: {
      socket: { type: 'string' },
      layers: { type: 'string' },
      hold: { type: 'boolean' },
      map: { type: 'string', multiple: true },
      'command-prefix': { type: 'string' },
      'keep-user': { type: 'boolean' },
      'exit-with-parent': { type: 'boolean' },
    },
  }).values;
}

function parseMapping(text: string): PathMapping {
  const [, from = '', to = ''] = /^([^=]*)=(.*)$/.exec(text) ?? [];
  if (!isAbsolute(from) || !isAbsolute(to)) {
    throw new DaemonUsageError(
      `cannot start: --map ${JSON.stringify(text)} is not two absolute paths with = between. ${usage}`,
    );
  }
  return { from, to };
}
