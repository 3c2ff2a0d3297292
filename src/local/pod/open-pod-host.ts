import { chmod, mkdir, realpath } from 'node:fs/promises';
import { messageOf } from '../../errors.ts';
import { PodIsolationUnavailableError, UnknownPodIsolationError } from './errors.ts';
import { MappedHost } from './mapped-host.ts';
import { NamespaceCommands } from './namespace-commands.ts';
import { NamespaceHost } from './namespace-host.ts';
import { findNamespaceTools } from './namespace-tools.ts';
import { tryNamespaces } from './namespace-trial.ts';
import type { PodHost, PodIsolation } from './pod.ts';

export interface PodHostOptions {
  /** A directory for this deployment alone; made when it does not exist. Others may pass through. */
  readonly folder: string;
  /**
   * Take this isolation and no other. Default: the environment's `CHARMWRIGHT_POD`, else the
   * strongest that works here.
   */
  readonly isolation?: PodIsolation;
  /** Default: the process's own. `PATH` and `CHARMWRIGHT_POD` are read. */
  readonly env?: Readonly<Record<string, string | undefined>>;
}

/** A host that was opened, or why it could not be. */
type Attempt = PodHost | { readonly why: string };

/**
 * Finds out, by trying, how this machine can isolate pods, and opens a host for them. Namespaces
 * come first; whatever does not work is said in the host's `account`.
 *
 * @throws {UnknownPodIsolationError} when CHARMWRIGHT_POD holds another word.
 * @throws {PodIsolationUnavailableError} when the isolation that was asked for does not work here.
 */
export async function openPodHost(options: PodHostOptions): Promise<PodHost> {
  const env = options.env ?? process.env;
  const asked = options.isolation ?? parseIsolation(env['CHARMWRIGHT_POD']);
  await mkdir(options.folder, { recursive: true });
  await chmod(options.folder, 0o711);
  const folder = await realpath(options.folder);

  if (asked === 'mapped') {
    return new MappedHost('pods are mapped into their folder, as asked');
  }
  const attempt = await tryNamespaceHost(folder, env['PATH'], asked);
  if (!('why' in attempt)) {
    return attempt;
  }
  if (asked !== undefined) {
    throw new PodIsolationUnavailableError(asked, attempt.why);
  }
  return new MappedHost(`pods are mapped into their folder, because ${attempt.why}`);
}

function parseIsolation(word: string | undefined): PodIsolation | undefined {
  switch (word) {
    case undefined:
    case '':
      return undefined;
    case 'namespaces':
    case 'user-namespace':
    case 'mapped':
      return word;
    default:
      throw new UnknownPodIsolationError(word);
  }
}

async function tryNamespaceHost(
  folder: string,
  path: string | undefined,
  asked: PodIsolation | undefined,
): Promise<Attempt> {
  if (process.platform !== 'linux') {
    return { why: `${process.platform} has no Linux namespaces` };
  }
  const found = findNamespaceTools(path);
  if ('missing' in found) {
    return { why: `the program ${found.missing} is missing` };
  }
  const isRoot = process.getuid?.() === 0;
  if (asked === 'namespaces' && !isRoot) {
    return { why: 'only root can make them without a user namespace' };
  }
  const inUserNamespace = !isRoot || asked === 'user-namespace';
  const commands = new NamespaceCommands(found.tools, { inUserNamespace, ownNetwork: true });
  const trial = await tryNamespaces(commands, folder);
  if (!trial.works) {
    return { why: `this machine refuses namespaces to us: ${trial.why}` };
  }
  const overlay = !trial.overlay ? 'none' : inUserNamespace ? 'plain' : 'all';
  const who = inUserNamespace
    ? 'pods are isolated by namespaces below a user namespace, with everything done by one user'
    : 'pods are isolated by namespaces';
  try {
    const account = `${who}, on a network of their own`;
    return await NamespaceHost.open({ commands, overlay, account });
  } catch (error) {
    const account = `${who}, on the machine's network, because ${messageOf(error)}`;
    const shared = new NamespaceCommands(found.tools, { inUserNamespace, ownNetwork: false });
    return NamespaceHost.open({ commands: shared, overlay, account });
  }
}
