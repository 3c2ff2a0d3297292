import type { Owner } from './accounts.ts';
import type { PebbleClock } from './clock.ts';
import {
  FileSystemError,
  type FileErrorName,
  type FileKind,
  type FileStatus,
  type FileSystem,
  type NewFile,
} from './file-system.ts';

/** A container's files held in memory. The synchronous methods are for tests to look and arrange. */
export interface MemoryFileSystem extends FileSystem {
  /** Puts a file, and the directories above it when they are missing. */
  putFile(path: string, content: string | Uint8Array, as?: Partial<NewFile>): void;
  putDirectory(path: string, as?: Partial<NewFile>): void;
  putSymlink(path: string, target: string): void;
  /** The content of a file, or `undefined` when there is no such file. Links are followed. */
  content(path: string): Uint8Array | undefined;
  /** The content as UTF-8, or `undefined`. */
  text(path: string): string | undefined;
  /** The status without following a last link, or `undefined` when there is no such entry. */
  status(path: string): FileStatus | undefined;
  /** Where a link leads, or `undefined` when there is none. */
  target(path: string): string | undefined;
  /** Every path, sorted; directories end in a slash. */
  paths(): string[];
}

export interface MemoryFileSystemOptions {
  /** Where modification times come from. */
  readonly clock: PebbleClock;
  /** Who makes files for which no owner is given. Default: root. */
  readonly self?: Owner | undefined;
}

interface Node {
  kind: FileKind;
  permissions: number;
  owner: Owner;
  modified: Date;
  content: Uint8Array;
  target: string;
  readonly children: Map<string, Node>;
}

const messages: Partial<Record<FileErrorName, string>> = {
  EEXIST: 'file exists',
  EINVAL: 'invalid argument',
  EISDIR: 'is a directory',
  ELOOP: 'too many levels of symbolic links',
  ENOENT: 'no such file or directory',
  ENOTDIR: 'not a directory',
  ENOTEMPTY: 'directory not empty',
};

const maximumLinks = 40;

/** An empty container: `/` and nothing else. */
export function memoryFileSystem(options: MemoryFileSystemOptions): MemoryFileSystem {
  const self = options.self ?? { userId: 0, groupId: 0 };

  const newNode = (kind: FileKind, as: Partial<NewFile>, rest: Partial<Node> = {}): Node => ({
    kind,
    permissions: as.permissions ?? (kind === 'directory' ? 0o755 : 0o644),
    owner: as.owner ?? self,
    modified: options.clock.now(),
    content: new Uint8Array(),
    target: '',
    children: new Map(),
    ...rest,
  });
  const root = newNode('directory', {});

  /** Walks to a path, or says why there is no way. */
  const seek = (path: string, follow: boolean): Node | FileErrorName => {
    const trail = walk([root], namesOf(path), follow, 0);
    return typeof trail === 'string' ? trail : (trail.at(-1) ?? root);
  };

  const walk = (
    start: readonly Node[],
    names: readonly string[],
    follow: boolean,
    links: number,
  ): Node[] | FileErrorName => {
    const trail = [...start];
    for (const [index, name] of names.entries()) {
      const parent = trail.at(-1) ?? root;
      if (parent.kind !== 'directory') return 'ENOTDIR';
      if (name === '..') {
        if (trail.length > 1) trail.pop();
        continue;
      }
      const child = parent.children.get(name);
      if (child === undefined) return 'ENOENT';
      if (child.kind === 'symlink' && (follow || index < names.length - 1)) {
        if (links >= maximumLinks) return 'ELOOP';
        const absolute = child.target.startsWith('/');
        const target = walk(absolute ? [root] : trail, namesOf(child.target), follow, links + 1);
        if (typeof target === 'string') return target;
        return walk(target, names.slice(index + 1), follow, links + 1);
      }
      trail.push(child);
    }
    return trail;
  };

  /** Walks to a path; `act` names the system call in errors. */
  const find = (path: string, act: string, follow: boolean): Node => {
    const found = seek(path, follow);
    if (typeof found === 'string') throw failure(found, act, path);
    return found;
  };

  const parentOf = (path: string, act: string): { parent: Node; name: string } => {
    const names = namesOf(path);
    const name = names.pop();
    if (name === undefined) {
      throw failure('EEXIST', act, path);
    }
    const parent = find(`/${names.join('/')}`, act, true);
    if (parent.kind !== 'directory') {
      throw failure('ENOTDIR', act, path);
    }
    return { parent, name };
  };

  const attach = (path: string, act: string, node: Node): void => {
    const { parent, name } = parentOf(path, act);
    parent.children.set(name, node);
    parent.modified = options.clock.now();
  };

  const makeParents = (path: string): void => {
    const names = namesOf(path).slice(0, -1);
    for (let length = 1; length <= names.length; length += 1) {
      const above = `/${names.slice(0, length).join('/')}`;
      if (look(above) === undefined) {
        attach(above, 'mkdir', newNode('directory', {}));
      }
    }
  };

  const look = (path: string, follow = false): Node | undefined => {
    const found = seek(path, follow);
    return typeof found === 'string' ? undefined : found;
  };

  const files: MemoryFileSystem = {
    stat: async (path) => statusOf(find(path, 'stat', true)),
    lstat: async (path) => statusOf(find(path, 'lstat', false)),
    async list(path) {
      const node = find(path, 'open', true);
      if (node.kind !== 'directory') {
        throw failure('ENOTDIR', 'readdirent', path);
      }
      return [...node.children.keys()].sort();
    },
    async read(path) {
      const node = find(path, 'open', true);
      if (node.kind === 'directory') {
        throw failure('EISDIR', 'read', path);
      }
      return once(node.content);
    },
    async write(path, content, as) {
      const { parent } = parentOf(path, 'open');
      const chunks: Uint8Array[] = [];
      for await (const chunk of content) {
        chunks.push(chunk);
      }
      const existing = parent.children.get(namesOf(path).at(-1) ?? '');
      if (existing?.kind === 'directory') {
        throw failure('EEXIST', 'rename', path);
      }
      attach(path, 'open', newNode('file', as, { content: Buffer.concat(chunks) }));
    },
    async makeDirectory(path, as) {
      // Pebble makes a directory under a name of its own first, and that name is in the error.
      const { parent } = parentOf(`${path}.mkdir-new`, 'mkdir');
      const name = namesOf(path).at(-1);
      if (name === undefined || parent.children.has(name)) {
        const found = look(path, true);
        if (found === undefined) {
          throw failure('ENOTDIR', 'rename', `${path}.mkdir-new ${path}`);
        }
        throw failure(found.kind === 'directory' ? 'EEXIST' : 'ENOTDIR', 'mkdir', path);
      }
      attach(path, 'mkdir', newNode('directory', as));
    },
    async remove(path) {
      const { parent, name } = parentOf(path, 'remove');
      const node = parent.children.get(name);
      if (node === undefined) {
        throw failure('ENOENT', 'remove', path);
      }
      if (node.children.size > 0) {
        throw failure('ENOTEMPTY', 'remove', path);
      }
      parent.children.delete(name);
    },
    async removeAll(path) {
      if (look(path) !== undefined) {
        const { parent, name } = parentOf(path, 'unlinkat');
        parent.children.delete(name);
      }
    },
    putFile(path, content, as = {}) {
      makeParents(path);
      const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content;
      attach(path, 'open', newNode('file', as, { content: bytes }));
    },
    putDirectory(path, as = {}) {
      makeParents(path);
      if (look(path)?.kind !== 'directory') {
        attach(path, 'mkdir', newNode('directory', as));
      }
    },
    putSymlink(path, target) {
      makeParents(path);
      attach(path, 'symlink', newNode('symlink', { permissions: 0o777 }, { target }));
    },
    content(path) {
      const node = look(path, true);
      return node?.kind === 'file' ? node.content : undefined;
    },
    text(path) {
      const bytes = files.content(path);
      return bytes === undefined ? undefined : new TextDecoder().decode(bytes);
    },
    status(path) {
      const node = look(path);
      return node === undefined ? undefined : statusOf(node);
    },
    target(path) {
      const node = look(path);
      return node?.kind === 'symlink' ? node.target : undefined;
    },
    paths: () => [...pathsBelow(root, '/')].sort(),
  };
  return files;
}

function* pathsBelow(node: Node, prefix: string): Generator<string> {
  for (const [name, child] of node.children) {
    const directory = child.kind === 'directory';
    yield `${prefix}${name}${directory ? '/' : ''}`;
    yield* pathsBelow(child, `${prefix}${name}/`);
  }
}

function namesOf(path: string): string[] {
  return path.split('/').filter((name) => name !== '' && name !== '.');
}

function statusOf(node: Node): FileStatus {
  return {
    kind: node.kind,
    size: node.content.length,
    permissions: node.permissions,
    userId: node.owner.userId,
    groupId: node.owner.groupId,
    modified: node.modified,
  };
}

function failure(errorName: FileErrorName, act: string, path: string): FileSystemError {
  return new FileSystemError(errorName, `${act} ${path}: ${messages[errorName] ?? errorName}`);
}

async function* once(content: Uint8Array): AsyncGenerator<Uint8Array> {
  yield content;
}
