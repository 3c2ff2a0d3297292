import { dirname } from 'node:path';
import { ownProgram } from '../pod/own-program.ts';
import { findProgram, searchPath, systemPath } from '../pod/program-path.ts';
import type { ContainerImage } from '../pod/image.ts';
import { standInName } from './stand-in-name.ts';

export interface PgbouncerImageOptions {
  /** Where programs are looked for. Default: the process's own PATH. */
  readonly path?: string;
  /** Leave the machine's pgbouncer alone, even when it is there. Default: false. */
  readonly standIn?: boolean;
}

/**
 * The image of a PgBouncer container: the machine's pgbouncer, or the stand-in where there is none,
 * and the user and the directory that the charm expects.
 */
export function pgbouncerImage(options: PgbouncerImageOptions = {}): ContainerImage {
  const path = options.path ?? process.env['PATH'];
  const standIn = options.standIn === true;
  const found = standIn ? undefined : findProgram('pgbouncer', searchPath(path));
  const why = standIn ? 'as asked' : 'because this machine has no pgbouncer';
  return {
    description:
      found === undefined
        ? `${standInName}: it forwards connections, unpooled, ${why}`
        : `the machine's ${found}`,
    users: [{ name: 'postgres', uid: 170 }],
    directories: [
      { path: '/var/lib/postgresql', owner: 'postgres' },
      { path: '/var/lib/postgresql/pgbouncer', owner: 'postgres', mode: 0o700 },
    ],
    commands: commandsFor(found),
  };
}

function commandsFor(found: string | undefined): Readonly<Record<string, readonly string[]>> {
  if (found === undefined) {
    return { pgbouncer: ownProgram('local/workload/stand-in.js') };
  }
  return systemPath.split(':').includes(dirname(found)) ? {} : { pgbouncer: [found] };
}
