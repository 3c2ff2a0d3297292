/** One line of `/proc/self/mountinfo`, as far as showing it again read-only needs. */
export interface MountedFileSystem {
  readonly mountPoint: string;
  readonly type: string;
  /** The mount's own flags, such as `rw` and `nosuid`. */
  readonly flags: readonly string[];
}

/** Reads `/proc/self/mountinfo`. Where two file systems are mounted at one place, the later shows. */
export function parseMountTable(text: string): readonly MountedFileSystem[] {
  const table = new Map<string, MountedFileSystem>();
  for (const line of text.split('\n')) {
    const [before, after] = line.split(' - ');
    const fields = before?.split(' ');
    const mountPoint = fields?.[4];
    const flags = fields?.[5];
    if (mountPoint === undefined || flags === undefined || after === undefined) {
      continue;
    }
    const path = unescapeOctal(mountPoint);
    table.delete(path);
    table.set(path, {
      mountPoint: path,
      type: after.split(' ')[0] ?? '',
      flags: flags.split(','),
    });
  }
  return [...table.values()];
}

/** The mounts at or below a directory, outermost first. */
export function mountsWithin(
  table: readonly MountedFileSystem[],
  directory: string,
): readonly MountedFileSystem[] {
  return table
    .filter(({ mountPoint }) => isWithin(mountPoint, directory))
    .toSorted((a, b) => a.mountPoint.length - b.mountPoint.length);
}

/** Whether a path is a directory or lies below it. Both are absolute and normalised. */
export function isWithin(path: string, directory: string): boolean {
  return path === directory || path.startsWith(directory === '/' ? '/' : `${directory}/`);
}

function unescapeOctal(text: string): string {
  return text.replaceAll(/\\([0-7]{3})/g, (_, digits: string) =>
    String.fromCodePoint(Number.parseInt(digits, 8)),
  );
}
