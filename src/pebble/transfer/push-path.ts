import type { Stats } from 'node:fs';
import { posix } from 'node:path';

import type { ExecClient } from '../exec.ts';
import { makeDirs, type MadeDir } from '../files.ts';
import { makeLink } from './link-programs.ts';
import { Lanes } from './lanes.ts';
import { LocalFile } from './local-file.ts';
import { walkLocalTree, type LocalEntry } from './local-tree.ts';
import type { Ownership } from '../ownership.ts';
import { pathErrorOf, type WirePathResult } from '../path-result.ts';
import { writeFiles, type PushedFile } from '../push.ts';
import { TransferFailures, describeTransfer } from './transfer-failures.ts';
import type { PushPathOptions } from './transfer-options.ts';
import { transferSources, type TransferSource } from './transfer-sources.ts';

/** Files of at most this many bytes are read before they are sent, several in one request. */
const largestSmallFile = 64 * 1024;
/**
 * The most that one request holds. The daemon has each file written to the disk before it answers,
 * and has to answer in time. Requests at once share that wait, so that more of them are quicker.
 */
const mostFiles = 16;
const mostBytes = 512 * 1024;
const mostDirs = 64;
const what = 'push';

/** A file or directory on its way from its source. */
interface Sent<T> {
  readonly source: string;
  readonly sent: T;
}

/** Pushes files and directories with all that is in them. */
export async function pushPath(
  client: ExecClient,
  sources: string | readonly string[],
  destDir: string,
  options: PushPathOptions = {},
): Promise<void> {
  const whatExactly = describeTransfer(what, sources, destDir);
  await new PathPush(client, whatExactly, destDir, options).run(sources);
}

/** One transfer: what was found and not sent yet, and what failed. */
class PathPush {
  readonly #client: ExecClient;
  readonly #what: string;
  readonly #destDir: string;
  readonly #options: PushPathOptions;
  readonly #failures: TransferFailures;
  /** Directories that could not be made, so that nothing can be put into them. */
  readonly #lost = new Set<string>();
  #dirs: Sent<MadeDir>[] = [];
  #files = new Map<string, Sent<PushedFile & { readonly content: Buffer }>>();
  #links: Sent<{ readonly path: string; readonly target: string }>[] = [];
  #bytes = 0;
  readonly #lanes: Lanes;
  /** The files that are in the requests under way. */
  readonly #leaving = new Set<string>();

  constructor(client: ExecClient, whatExactly: string, destDir: string, options: PushPathOptions) {
    this.#client = client;
    this.#what = whatExactly;
    this.#destDir = destDir;
    this.#lanes = new Lanes(options.signal);
    this.#options = { ...options, signal: this.#lanes.signal };
    this.#failures = new TransferFailures(whatExactly, options.signal);
  }

  async run(given: string | readonly string[]): Promise<void> {
    const sources = transferSources(given);
    if (sources.length === 0) return;
    try {
      await this.#carry(sources);
    } catch (error) {
      this.#lanes.fail(error);
    }
    await this.#lanes.end();
    this.#failures.throwIfAny();
  }

  async #carry(sources: readonly TransferSource[]): Promise<void> {
    const { symlinks = 'follow', directoryPermissions: permissions } = this.#options;
    const dest = { path: this.#destDir, makeParents: true, permissions, ...this.#ownerOf() };
    const [made] = await makeDirs(this.#client.exchange, this.#what, [dest], this.#options);
    const error = pathErrorOf(what, this.#destDir, made);
    for (const source of sources) {
      if (error !== undefined) {
        this.#failures.add(source.given, error);
        continue;
      }
      for await (const entry of walkLocalTree(source, symlinks)) {
        this.#failures.throwIfAborted();
        await this.#take(entry);
      }
    }
    await this.#flush();
  }

  async #take(entry: LocalEntry): Promise<void> {
    const { path: source } = entry;
    if (entry.kind === 'failure') {
      this.#failures.add(source, entry.cause);
      return;
    }
    const path = posix.join(this.#destDir, entry.relative);
    if (this.#isLost(path)) return;
    switch (entry.kind) {
      case 'directory': {
        const permissions = this.#options.directoryPermissions ?? entry.status.mode & 0o777;
        const dir = { path, makeParents: true, permissions, ...this.#ownerOf(entry.status) };
        this.#dirs.push({ source, sent: dir });
        if (this.#dirs.length >= mostDirs) await this.#flush();
        break;
      }
      case 'file':
        await this.#failures.collect(source, () => this.#takeFile(source, path, entry.followed));
        break;
      case 'link':
        this.#links.push({ source, sent: { path, target: entry.target } });
        break;
    }
  }

  async #takeFile(source: string, path: string, followed: boolean): Promise<void> {
    const file = await LocalFile.open(source, followed);
    try {
      const { status } = file;
      const permissions = this.#options.filePermissions ?? status.mode & 0o777;
      const attributes = { path, permissions, ...this.#ownerOf(status) };
      const content = status.size <= largestSmallFile ? await file.readWhole() : undefined;
      if (content === undefined) await this.#stream(file, attributes);
      else await this.#gather(source, { ...attributes, content });
    } finally {
      await file.close();
    }
  }

  /** Keeps a file for the next request of several. */
  async #gather(source: string, file: PushedFile & { readonly content: Buffer }): Promise<void> {
    const { path, content } = file;
    if (this.#bytes + content.length > mostBytes) await this.#flush();
    // Of two sources with one name, the later one is to be there in the end.
    if (this.#leaving.has(path)) await this.#lanes.end();
    this.#files.set(path, { source, sent: file });
    this.#bytes += content.length;
    if (this.#files.size >= mostFiles) await this.#flush();
  }

  /** Sends a file in a request of its own, as it is read. */
  async #stream(file: LocalFile, attributes: Omit<PushedFile, 'content'>): Promise<void> {
    await this.#flush();
    const { path } = attributes;
    if (this.#isLost(path)) return;
    let bytes = 0;
    const broken: unknown[] = [];
    const report = this.#report.bind(this);
    async function* content(): AsyncGenerator<Uint8Array, void, undefined> {
      try {
        for await (const piece of file.pieces()) {
          yield piece;
          bytes += piece.length;
          report(file.path, path, bytes, file.status.size, false);
        }
      } catch (error) {
        broken.push(error);
        throw error;
      }
    }
    const sent = { ...attributes, content: content() };
    const results = await this.#write([sent]).catch((error: unknown) => {
      throw broken.length > 0 ? broken[0] : error;
    });
    const error = pathErrorOf(what, path, results[0]);
    if (error !== undefined) throw error;
    report(file.path, path, bytes, file.status.size, true);
  }

  /** Sends what was gathered: directories, then what is in them. */
  async #flush(): Promise<void> {
    const [dirs, files, links] = [this.#dirs, [...this.#files.values()], this.#links];
    this.#dirs = [];
    this.#files = new Map();
    this.#links = [];
    this.#bytes = 0;
    if (dirs.length > 0) await this.#makeDirs(dirs);
    const sendable = files.filter(({ sent }) => !this.#isLost(sent.path));
    if (sendable.length > 0) await this.#lanes.begin(() => this.#writeSmall(sendable));
    for (const { source, sent } of links) {
      if (this.#isLost(sent.path)) continue;
      await this.#failures.collect(source, () =>
        makeLink(this.#client, sent.path, sent.target, this.#options),
      );
    }
  }

  async #makeDirs(dirs: readonly Sent<MadeDir>[]): Promise<void> {
    const { exchange } = this.#client;
    const wanted = dirs.map(({ sent }) => sent);
    const results = byPath(await makeDirs(exchange, this.#what, wanted, this.#options));
    for (const { source, sent } of dirs) {
      if (this.#isLost(sent.path)) continue;
      const error = pathErrorOf('make the directory', sent.path, results.get(sent.path));
      if (error === undefined) continue;
      this.#lost.add(sent.path);
      this.#failures.add(source, error);
    }
  }

  async #writeSmall(
    files: readonly Sent<PushedFile & { readonly content: Buffer }>[],
  ): Promise<void> {
    for (const { sent } of files) this.#leaving.add(sent.path);
    const results = byPath(await this.#write(files.map(({ sent }) => sent)));
    for (const { source, sent } of files) {
      this.#leaving.delete(sent.path);
      const error = pathErrorOf(what, sent.path, results.get(sent.path));
      const { length } = sent.content;
      if (error === undefined) this.#report(source, sent.path, length, length, true);
      else this.#failures.add(source, error);
    }
  }

  async #write(files: readonly PushedFile[]): Promise<readonly WirePathResult[]> {
    return await writeFiles(this.#client.exchange, this.#what, files, this.#options);
  }

  /** Whether it lies in a directory that could not be made. */
  #isLost(path: string): boolean {
    if (this.#lost.size === 0 || !this.#lost.has(posix.dirname(path))) return false;
    this.#lost.add(path);
    return true;
  }

  #ownerOf(status?: Stats): Ownership {
    const { userId, user, groupId, group, keepOwners = false } = this.#options;
    const given = [userId, user, groupId, group].some((part) => part !== undefined);
    if (given) return { userId, user, groupId, group };
    return keepOwners ? { userId: status?.uid, groupId: status?.gid } : {};
  }

  #report(
    source: string,
    destination: string,
    bytes: number,
    size: number,
    finished: boolean,
  ): void {
    this.#options.onProgress?.({ source, destination, bytes, size, finished });
  }
}

function byPath(results: readonly WirePathResult[]): ReadonlyMap<string, WirePathResult> {
  return new Map(results.map((result) => [result.path, result]));
}
