import { dirname } from 'node:path';

import { PebblePathError } from '../errors.ts';
import type { ExecClient } from '../exec.ts';
import type { FileInfo } from '../files.ts';
import { Lanes } from './lanes.ts';
import { readLink } from './link-programs.ts';
import { LocalDestination, type ArrivedAttributes } from './local-destination.ts';
import { spelledFileName } from '../multipart.ts';
import { receiveFiles, type Reception, type WantedFile } from './receive-files.ts';
import { walkRemoteTree, type RemoteEntry } from './remote-tree.ts';
import { TransferFailures, describeTransfer } from './transfer-failures.ts';
import type { PullPathOptions } from './transfer-options.ts';
import { transferSources, type TransferSource } from './transfer-sources.ts';

/** The most that one request asks for; a larger file has a request of its own. */
const mostFiles = 32;
const mostBytes = 1024 * 1024;
/** Characters of paths in the address of a request, of which some servers take 16 KiB in all. */
const longestAddress = 8 * 1024;
const what = 'pull';

/** Pulls files and directories with all that is in them. */
export async function pullPath(
  client: ExecClient,
  given: string | readonly string[],
  destDir: string,
  options: PullPathOptions = {},
): Promise<void> {
  const sources = transferSources(given);
  if (sources.length === 0) return;
  const failures = new TransferFailures(describeTransfer(what, given, destDir), options.signal);
  try {
    const destination = await LocalDestination.open(destDir, options.directoryPermissions);
    await new PathPull(client, failures, destination, options).run(sources);
  } catch (error) {
    if (!(error instanceof PebblePathError)) throw error;
    // It is the destination that failed.
    for (const source of sources) failures.add(source.given, error);
  }
  failures.throwIfAny();
}

/** One transfer: what was found and not asked for yet, and what failed. */
class PathPull {
  readonly #client: ExecClient;
  readonly #failures: TransferFailures;
  readonly #destination: LocalDestination;
  readonly #options: PullPathOptions;
  readonly #lanes: Lanes;
  readonly #reception: Reception;
  /** Directories that could not be made, so that nothing can be put into them. */
  readonly #lost = new Set<string>();
  /** By the spelling that tells them apart in the reply. */
  #wanted = new Map<string, WantedFile>();
  #bytes = 0;
  #address = 0;
  /** The files that are in the requests under way. */
  readonly #arriving = new Set<string>();

  constructor(
    client: ExecClient,
    failures: TransferFailures,
    destination: LocalDestination,
    options: PullPathOptions,
  ) {
    this.#client = client;
    this.#failures = failures;
    this.#destination = destination;
    this.#lanes = new Lanes(options.signal);
    this.#options = { ...options, signal: this.#lanes.signal };
    this.#reception = {
      exchange: client.exchange,
      what: failures.what,
      destination,
      failures,
      options: this.#options,
      report: ({ source, relative, size }, bytes, finished) => {
        const path = destination.pathOf(relative);
        options.onProgress?.({ source, destination: path, bytes, size, finished });
      },
    };
  }

  async run(sources: readonly TransferSource[]): Promise<void> {
    try {
      for (const source of sources) await this.#carry(source);
      await this.#flush();
    } catch (error) {
      this.#lanes.fail(error);
    }
    try {
      await this.#lanes.end();
    } finally {
      await this.#destination.finish();
    }
  }

  async #carry(source: TransferSource): Promise<void> {
    const { symlinks = 'follow' } = this.#options;
    const entries = walkRemoteTree(this.#client.exchange, source, symlinks, this.#options);
    for await (const entry of entries) {
      this.#failures.throwIfAborted();
      if (entry.kind === 'failure') this.#failures.add(entry.path, entry.cause);
      else if (!this.#isLost(entry.relative)) await this.#take(entry);
    }
  }

  async #take(entry: Exclude<RemoteEntry, { readonly kind: 'failure' }>): Promise<void> {
    const { path: source, relative } = entry;
    switch (entry.kind) {
      case 'directory': {
        const attributes = this.#attributesOf(entry.info, this.#options.directoryPermissions);
        const made = await this.#failures.collect(source, () =>
          this.#destination.makeDirectory(relative, attributes),
        );
        if (!made) this.#lost.add(relative);
        break;
      }
      case 'file': {
        const attributes = this.#attributesOf(entry.info, this.#options.filePermissions);
        await this.#gather({ source, relative, size: entry.info.size ?? 0, attributes });
        break;
      }
      case 'link':
        await this.#lanes.begin(() => this.#keepLink(source, relative));
        break;
    }
  }

  /** Keeps a file for the next request of several. */
  async #gather(file: WantedFile): Promise<void> {
    const { source, relative, size } = file;
    const spelled = spelledFileName(source);
    const address = encodeURIComponent(source).length;
    if (
      this.#wanted.has(spelled) ||
      this.#wanted.size >= mostFiles ||
      this.#bytes + size > mostBytes ||
      this.#address + address > longestAddress
    ) {
      await this.#flush();
    }
    // Of two sources with one name, the later one is to be there in the end.
    if (this.#arriving.has(relative)) {
      await this.#flush();
      await this.#lanes.end();
    }
    this.#arriving.add(relative);
    this.#wanted.set(spelled, file);
    this.#bytes += size;
    this.#address += address;
  }

  async #flush(): Promise<void> {
    const files = [...this.#wanted.values()];
    this.#wanted = new Map();
    this.#bytes = 0;
    this.#address = 0;
    if (files.length === 0) return;
    await this.#lanes.begin(async () => {
      await receiveFiles(this.#reception, files);
      for (const { relative } of files) this.#arriving.delete(relative);
    });
  }

  async #keepLink(source: string, relative: string): Promise<void> {
    await this.#failures.collect(source, async () => {
      const target = await readLink(this.#client, source, this.#options);
      await this.#destination.makeLink(relative, target);
    });
  }

  /** Whether it lies in a directory that could not be made. */
  #isLost(relative: string): boolean {
    if (this.#lost.size === 0 || !this.#lost.has(dirname(relative))) return false;
    this.#lost.add(relative);
    return true;
  }

  #attributesOf(info: FileInfo, permissions: number | undefined): ArrivedAttributes {
    const { userId, groupId } = info;
    const known = userId !== undefined && groupId !== undefined;
    return {
      permissions: permissions ?? info.permissions,
      owner: this.#options.keepOwners === true && known ? { userId, groupId } : undefined,
    };
  }
}
