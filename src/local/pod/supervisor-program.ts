import { ownProgram } from './own-program.ts';

export interface SupervisorOptions {
  /** The unix socket to listen on, and the directory that layers are kept in. */
  readonly socket: string;
  readonly layers: string;
  /** Paths of the container and the machine's paths that stand for them. */
  readonly maps?: readonly { readonly from: string; readonly to: string }[];
  /** A program that is given every service's command line. */
  readonly launcher?: string;
}

/** The argument list of a container's first process, the Pebble-compatible supervisor. */
export function supervisorProgram(options: SupervisorOptions): readonly string[] {
  return [
    ...ownProgram('local/supervisor/daemon.js'),
    '--socket',
    options.socket,
    '--layers',
    options.layers,
    ...(options.maps ?? []).flatMap(({ from, to }) => ['--map', `${from}=${to}`]),
    ...(options.launcher === undefined ? [] : ['--command-prefix', options.launcher]),
    '--hold',
    '--exit-with-parent',
  ];
}
