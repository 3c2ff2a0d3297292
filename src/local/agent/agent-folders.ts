import { cp, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf } from '../../errors.ts';
import type { AgentPaths } from '../../simulator/hook-environment.ts';
import { installHookTools } from '../hook-tools/tool-directory.ts';
import type { Pod } from '../pod/pod.ts';
import { CharmUnreadableError } from './errors.ts';

/** What an agent needs of the pod that its charm runs in. */
export type AgentPod = Pick<Pod, 'charmEnvironment' | 'charmPath' | 'dispatchCommand' | 'hostPath'>;

/** A folder by its two names. */
export interface AgentFolder {
  /** As the charm's processes see it. */
  readonly inside: string;
  /** As this process sees it. */
  readonly outside: string;
}

/** Where Juju's agent of a unit keeps things: below `/var/lib/juju`, as everywhere. */
export interface AgentFolders {
  readonly charm: AgentFolder;
  readonly tools: AgentFolder;
  readonly resources: AgentFolder;
  /** A socket, while a hook runs. */
  readonly socket: AgentFolder;
  /** The charm container's root, for a path that the charm's processes have named. */
  readonly root: string;
}

/** @param unit such as `app/0` */
export function agentFolders(pod: AgentPod, unit: string): AgentFolders {
  const tag = `unit-${unit.replace('/', '-')}`;
  const folder = (path: string): AgentFolder => ({
    inside: pod.charmPath(path),
    outside: pod.hostPath('charm', path),
  });
  return {
    charm: folder(`/var/lib/juju/agents/${tag}/charm`),
    resources: folder(`/var/lib/juju/agents/${tag}/resources`),
    tools: folder(`/var/lib/juju/tools/${tag}`),
    socket: folder(`/var/lib/juju/agents/${tag}/agent.socket`),
    // In a mapped pod, what those processes name are paths of the machine.
    root: pod.charmPath('/') === '/' ? pod.hostPath('charm', '/') : '/',
  };
}

/**
 * Unpacks a charm and puts the hook tools in place.
 *
 * @throws {CharmUnreadableError} when the charm cannot be copied.
 */
export async function fillAgentFolders(folders: AgentFolders, charmDir: string): Promise<void> {
  await mkdir(folders.charm.outside, { recursive: true });
  try {
    await cp(charmDir, folders.charm.outside, { recursive: true, verbatimSymlinks: true });
  } catch (error) {
    throw new CharmUnreadableError(charmDir, messageOf(error), { cause: error });
  }
  await installHookTools(folders.tools.outside);
}

/** The paths that a hook's environment names. `executables` go before the system's own. */
export function environmentPaths(folders: AgentFolders, executables: string): AgentPaths {
  const system = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
  return {
    charmDir: folders.charm.inside,
    toolsDir: folders.tools.inside,
    agentSocket: folders.socket.inside,
    path: [executables, system, '/charm/bin'].join(':'),
  };
}

/** A path inside one of the agent's folders, by its two names. */
export function inAgentFolder({ inside, outside }: AgentFolder, name: string): AgentFolder {
  return { inside: join(inside, name), outside: join(outside, name) };
}
