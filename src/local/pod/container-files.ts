import { chmod, chown, mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { ContainerImage, ImageDirectory } from './image.ts';
import { addToGroup, addToPasswd, parsePasswd, type MachineUser } from './machine-users.ts';
import { isWithin } from './mount-table.ts';
import { quoteWord } from './root-script.ts';
import type { FreshDirectory, PrivateFile } from './root-plan.ts';

/** Directories that every container has for itself. */
const ownDirectories: readonly ImageDirectory[] = [
  { path: '/charm' },
  { path: '/home' },
  { path: '/root', mode: 0o700 },
  { path: '/run' },
  { path: '/tmp', mode: 0o1777 },
  { path: '/var/lib/juju' },
  { path: '/var/lib/pebble' },
  { path: '/var/log' },
  { path: '/var/tmp', mode: 0o1777 },
];

/** Where the image's commands are, first on the container's PATH. */
export const commandsDirectory = '/charm/bin';

/** What a container's directory in the pod's folder holds before the container starts. */
export interface ContainerFiles {
  readonly fresh: readonly FreshDirectory[];
  readonly files: readonly PrivateFile[];
  /** Every user of the image, and root. */
  readonly users: ReadonlyMap<string, MachineUser>;
}

export interface ContainerFilesOptions {
  readonly folder: string;
  readonly image: ContainerImage;
  /** Directories of the pod's folder that containers share. */
  readonly shared: readonly FreshDirectory[];
  /** Texts of files that the machine's would be wrong in place of, by path. */
  readonly texts: Readonly<Record<string, string>>;
  /** Whether files can be given to other users. */
  readonly canGive: boolean;
}

/** Writes an image out into a container's directory in the pod's folder. */
export async function writeContainerFiles(options: ContainerFilesOptions): Promise<ContainerFiles> {
  const { image, folder } = options;
  const passwd = await readFile('/etc/passwd', 'utf8');
  const group = await readFile('/etc/group', 'utf8');
  const present = parsePasswd(passwd);
  const users = [{ name: 'root', uid: 0 }, ...(image.users ?? [])].map(
    ({ name, uid }): MachineUser =>
      present.find((user) => user.name === name) ?? { name, uid, gid: uid },
  );
  const missing = users.filter(({ name }) => !present.some((user) => user.name === name));
  const byName = new Map(users.map((user) => [user.name, user]));

  const fresh = await writeDirectories(options, byName);
  await writeCommands(join(folder, 'fresh', commandsDirectory), image.commands ?? {});
  const texts = {
    ...options.texts,
    '/etc/passwd': missing.reduce(addToPasswd, passwd),
    '/etc/group': missing.reduce(addToGroup, group),
  };
  return {
    fresh: [...fresh, ...options.shared],
    files: await writeTexts(join(folder, 'files'), texts),
    users: byName,
  };
}

async function writeDirectories(
  { folder, image, canGive }: ContainerFilesOptions,
  users: ReadonlyMap<string, MachineUser>,
): Promise<readonly FreshDirectory[]> {
  const directories = [...ownDirectories, ...(image.directories ?? [])].toSorted(
    (a, b) => a.path.length - b.path.length,
  );
  const outermost = directories.filter(
    ({ path }) => !directories.some((other) => other.path !== path && isWithin(path, other.path)),
  );
  for (const { path, owner = 'root', mode = 0o755 } of directories) {
    const place = join(folder, 'fresh', path);
    await mkdir(place, { recursive: true });
    await chmod(place, mode);
    const user = users.get(owner);
    if (canGive && user !== undefined) {
      await chown(place, user.uid, user.gid);
    }
  }
  const paths = [...new Set(outermost.map(({ path }) => path))];
  return paths.map((path) => ({ path, source: join(folder, 'fresh', path) }));
}

async function writeCommands(
  directory: string,
  commands: Readonly<Record<string, readonly string[]>>,
): Promise<void> {
  await mkdir(directory, { recursive: true });
  for (const [name, argv] of Object.entries(commands)) {
    const words = argv.map(quoteWord).join(' ');
    await writeFile(join(directory, name), `#!/bin/sh\nexec ${words} "$@"\n`, { mode: 0o755 });
  }
}

async function writeTexts(
  directory: string,
  texts: Readonly<Record<string, string>>,
): Promise<readonly PrivateFile[]> {
  const files = Object.entries(texts).map(([path, text]) => ({
    path,
    text,
    source: join(directory, path),
  }));
  for (const { source, text } of files) {
    await mkdir(dirname(source), { recursive: true });
    await writeFile(source, text, { mode: 0o644 });
  }
  return files.map(({ path, source }) => ({ path, source }));
}
