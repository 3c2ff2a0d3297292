import { chmod, mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isMissingFile } from '../../errors.ts';
import { writeContainerFiles, type ContainerFiles } from './container-files.ts';
import { Holder } from './holder.ts';
import type { ContainerImage } from './image.ts';
import type { MachineUser } from './machine-users.ts';
import type { NamespaceCommands } from './namespace-commands.ts';
import { ownDirectories } from './own-program.ts';
import { systemPath } from './program-path.ts';
import { planRoot, type FreshDirectory, type OverlayUse } from './root-plan.ts';
import { quoteWord, rootScript } from './root-script.ts';
import { thisMachine } from './this-machine.ts';

export interface NamespaceContainerOptions {
  readonly commands: NamespaceCommands;
  readonly overlay: OverlayUse;
  /** The container's directory in the pod's folder. It is emptied first. */
  readonly folder: string;
  readonly image: ContainerImage;
  readonly shared: readonly FreshDirectory[];
  readonly hostname: string;
  readonly hosts: string;
  /** For messages: the pod and the container. */
  readonly subject: string;
  /** The container's first process, or nothing for one that only holds the container open. */
  readonly program?: {
    readonly argv: readonly string[];
    readonly env: Readonly<Record<string, string>>;
  };
  /** Puts a command into the namespaces that the container shall be made in. */
  readonly make: (argv: readonly string[]) => readonly string[];
}

/** A container in namespaces: its first process and its users. */
export interface NamespaceContainer {
  readonly holder: Holder;
  readonly users: ReadonlyMap<string, MachineUser>;
}

/**
 * Starts a container from its image, over an emptied directory.
 *
 * @throws {PodSetupError} when the machine does not let us.
 */
export async function startNamespaceContainer(
  options: NamespaceContainerOptions,
): Promise<NamespaceContainer> {
  const { commands, folder, image } = options;
  await rm(folder, { recursive: true, force: true });
  await mkdir(join(folder, 'root'), { recursive: true });
  const files = await writeContainerFiles({
    folder,
    image,
    shared: options.shared,
    texts: { '/etc/hostname': `${options.hostname}\n`, '/etc/hosts': options.hosts },
    canGive: !commands.inUserNamespace,
  });
  const script = join(folder, 'start.sh');
  await writeFile(script, startScript(options, files), { mode: 0o700 });
  const holder = await Holder.start(options.make([commands.tools.sh, script]), {
    subject: options.subject,
    env: { PATH: systemPath },
  });
  return { holder, users: files.users };
}

/**
 * Lets the folder of a container that has ended be removed by whoever owns it: the kernel leaves
 * directories there that not even their owner may enter.
 */
export async function releaseContainerFolder(folder: string): Promise<void> {
  const overlays = join(folder, 'overlays');
  const names = await readdir(overlays).catch((error: unknown) => ignoreMissing(error, []));
  for (const name of names) {
    const closed = join(overlays, name, 'work', 'work');
    await chmod(closed, 0o700).catch((error: unknown) => ignoreMissing(error, undefined));
  }
}

function ignoreMissing<T>(error: unknown, instead: T): T {
  if (isMissingFile(error)) {
    return instead;
  }
  throw error;
}

function startScript(options: NamespaceContainerOptions, files: ContainerFiles): string {
  const { commands, folder, program } = options;
  const acts = planRoot(thisMachine(), {
    folder,
    overlays: join(folder, 'overlays'),
    fresh: files.fresh,
    files: files.files,
    kept: ownDirectories(),
    overlay: options.overlay,
  });
  const root = { root: join(folder, 'root'), inUserNamespace: commands.inUserNamespace };
  return [
    'read -r pid rest < /proc/self/stat',
    'echo "$pid"',
    rootScript(acts, root),
    `hostname ${quoteWord(options.hostname)}`,
    'echo ready',
    program === undefined
      ? "trap '' CHLD; exec cat > /dev/null"
      : `exec ${firstProcess(options, files, program).map(quoteWord).join(' ')}`,
    '',
  ].join('\n');
}

function firstProcess(
  { commands, image }: NamespaceContainerOptions,
  { users }: ContainerFiles,
  { argv, env }: NonNullable<NamespaceContainerOptions['program']>,
): readonly string[] {
  const assignments = Object.entries(env).map(([name, value]) => `${name}=${value}`);
  const inClosedEnvironment = [commands.tools.env, '-i', ...assignments, ...argv];
  const runAs = image.users?.[0] === undefined ? undefined : users.get(image.users[0].name);
  return commands.inUserNamespace && runAs !== undefined
    ? commands.as(runAs, inClosedEnvironment)
    : inClosedEnvironment;
}
