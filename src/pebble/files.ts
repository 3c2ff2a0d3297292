import * as z from 'zod/mini';

import { lazy } from '../lazy.ts';
import type { CallOptions } from './call-options.ts';
import { PebbleApiError, PebblePathError, type PathErrorKind } from './errors.ts';
import type { Schema } from './schema.ts';
import type { Exchange } from './exchange.ts';
import { octal, wireOwnership, type Ownership } from './ownership.ts';
import { throwPathError, wirePathResultsSchema, type WirePathResult } from './path-result.ts';

/** What a listing finds at a path. */
export type FileType =
  | 'file'
  | 'directory'
  | 'symlink'
  | 'socket'
  | 'named-pipe'
  | 'device'
  | 'unknown'
  | (string & {});

/** A file or directory as a listing shows it. */
export interface FileInfo {
  readonly path: string;
  readonly name: string;
  readonly type: FileType;
  /** Bytes. Regular files only. */
  readonly size?: number | undefined;
  /** The nine permission bits, such as `0o644`. */
  readonly permissions: number;
  /** Whole seconds, as the daemon wrote it. */
  readonly lastModified: string;
  readonly userId?: number | undefined;
  /** Empty when the container does not know the id's name. */
  readonly user: string;
  readonly groupId?: number | undefined;
  readonly group: string;
}

/** A file's description as it travels. */
interface WireFileInfo {
  readonly path: string;
  readonly name: string;
  readonly type: string;
  readonly size?: number | null | undefined;
  readonly permissions: string;
  readonly 'last-modified': string;
  readonly 'user-id'?: number | null | undefined;
  readonly user?: string | undefined;
  readonly 'group-id'?: number | null | undefined;
  readonly group?: string | undefined;
}

const wireFileInfoSchema: Schema<WireFileInfo> = lazy(() =>
  z.object({
    path: z.string(),
    name: z.string(),
    type: z.string(),
    size: z.nullish(z.number()),
    permissions: z.string(),
    'last-modified': z.string(),
    'user-id': z.nullish(z.number()),
    user: z.optional(z.string()),
    'group-id': z.nullish(z.number()),
    group: z.optional(z.string()),
  }),
);

const wireFileInfosSchema: Schema<readonly WireFileInfo[] | null> = lazy(() =>
  z.nullable(z.array(wireFileInfoSchema())),
);

/** How a directory is made. */
export interface MakeDirOptions extends CallOptions, Ownership {
  /** Such as `0o750`, also for the parents that are made. @default 0o755 */
  readonly permissions?: number | undefined;
  /** Make what is missing above it, and accept that it exists. @default false */
  readonly makeParents?: boolean | undefined;
}

/** What is removed. */
export interface RemoveOptions extends CallOptions {
  /** Remove a directory with all that is in it, and accept that nothing is there. @default false */
  readonly recursive?: boolean | undefined;
}

/** What is listed. */
export interface ListOptions extends CallOptions {
  /** Only names that match this glob, such as `*.ini`. */
  readonly pattern?: string | undefined;
  /** Describe the directory itself, not what is in it. @default false */
  readonly itself?: boolean | undefined;
}

/** Lists a directory, by name; of anything but a directory, the thing itself. */
export async function listFiles(
  exchange: Exchange,
  path: string,
  { pattern, itself = false, ...options }: ListOptions = {},
): Promise<readonly FileInfo[]> {
  const what = 'list';
  try {
    const files = await exchange.get(
      `${what} ${JSON.stringify(path)}`,
      '/v1/files',
      wireFileInfosSchema,
      {
        ...options,
        query: {
          action: 'list',
          path,
          ...(pattern === undefined ? {} : { pattern }),
          ...(itself ? { itself: 'true' } : {}),
        },
      },
    );
    return (files ?? []).map(toFileInfo);
  } catch (cause) {
    if (cause instanceof PebbleApiError && isPathErrorKind(cause.kind)) {
      const failure = { path, kind: cause.kind, reason: cause.reason };
      throw new PebblePathError(what, failure, { cause });
    }
    throw cause;
  }
}

/** A directory that is made. */
export interface MadeDir extends Omit<MakeDirOptions, keyof CallOptions> {
  readonly path: string;
}

/** Makes a directory. */
export async function makeDir(
  exchange: Exchange,
  path: string,
  { signal, timeout, ...attributes }: MakeDirOptions = {},
): Promise<void> {
  const what = 'make the directory';
  const dirs = [{ ...attributes, path }];
  const whatExactly = `${what} ${JSON.stringify(path)}`;
  throwPathError(what, path, await makeDirs(exchange, whatExactly, dirs, { signal, timeout }));
}

/** Makes directories in one request, in their order, and gives what became of each. */
export async function makeDirs(
  exchange: Exchange,
  whatExactly: string,
  dirs: readonly MadeDir[],
  options?: CallOptions,
): Promise<readonly WirePathResult[]> {
  const wireDirs = dirs.map(({ path, makeParents = false, permissions, ...owner }) => ({
    path,
    'make-parents': makeParents,
    permissions: octal(permissions),
    ...wireOwnership(owner),
  }));
  return await exchange.post(
    whatExactly,
    '/v1/files',
    { action: 'make-dirs', dirs: wireDirs },
    wirePathResultsSchema,
    options,
  );
}

/** Removes a file or directory. */
export async function removePath(
  exchange: Exchange,
  path: string,
  { recursive = false, ...options }: RemoveOptions = {},
): Promise<void> {
  const what = 'remove';
  const results = await exchange.post(
    `${what} ${JSON.stringify(path)}`,
    '/v1/files',
    { action: 'remove', paths: [{ path, recursive }] },
    wirePathResultsSchema,
    options,
  );
  throwPathError(what, path, results);
}

function toFileInfo(wire: WireFileInfo): FileInfo {
  return {
    path: wire.path,
    name: wire.name,
    type: wire.type,
    size: wire.size ?? undefined,
    permissions: Number.parseInt(wire.permissions, 8),
    lastModified: wire['last-modified'],
    userId: wire['user-id'] ?? undefined,
    user: wire.user ?? '',
    groupId: wire['group-id'] ?? undefined,
    group: wire.group ?? '',
  };
}

function isPathErrorKind(kind: string | undefined): kind is PathErrorKind {
  return kind === 'not-found' || kind === 'permission-denied' || kind === 'generic-file-error';
}
