import { chmod, mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CLIENT_SCRIPT } from './client-script.ts';
import { HOOK_TOOL_NAMES } from './names.ts';

/** The script that every tool's name is a link to. */
const SCRIPT_NAME = '.hook-tool';

/**
 * Fills a directory with an executable for each hook tool, for the front of a charm's PATH.
 * They answer only while a run is open there: see {@link openHookToolRun}.
 */
export async function installHookTools(directory: string): Promise<void> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const script = join(directory, SCRIPT_NAME);
  await writeFile(script, CLIENT_SCRIPT, { mode: 0o755 });
  await chmod(script, 0o755);
  await Promise.all(HOOK_TOOL_NAMES.map((name) => symlink(SCRIPT_NAME, join(directory, name))));
}
