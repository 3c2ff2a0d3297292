import { stat } from 'node:fs/promises';
import { isMissingFile } from '../../errors.ts';
import { inAgentFolder, type AgentFolder, type AgentFolders } from './agent-folders.ts';

/** What there is to run for a hook or an action. */
export type HookProgram =
  | { readonly found: 'program'; readonly path: string }
  /** The charm does not handle it, which is no failure of a hook. */
  | { readonly found: 'nothing' }
  | { readonly found: 'unusable'; readonly why: string };

/**
 * Finds what Juju would execute: `dispatch`, or else the hook's or action's own file.
 *
 * @param own that file, such as `hooks/start` or `actions/backup`
 */
export async function findHookProgram(folders: AgentFolders, own: string): Promise<HookProgram> {
  if ((await modeOf(inAgentFolder(folders.charm, 'metadata.yaml'))) === undefined) {
    return { found: 'unusable', why: 'charm missing from disk' };
  }
  for (const name of ['dispatch', own]) {
    const file = inAgentFolder(folders.charm, name);
    const mode = await modeOf(file);
    if (mode === undefined) continue;
    return (mode & 0o111) === 0
      ? { found: 'unusable', why: `${name} is not executable` }
      : { found: 'program', path: file.inside };
  }
  return { found: 'nothing' };
}

async function modeOf({ outside }: AgentFolder): Promise<number | undefined> {
  try {
    return (await stat(outside)).mode;
  } catch (error) {
    if (isMissingFile(error)) return undefined;
    throw error;
  }
}
