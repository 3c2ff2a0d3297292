import type { CallOptions } from '../call-options.ts';
import { PebbleProtocolError } from '../errors.ts';
import type { Exchange } from '../exchange.ts';
import type { ArrivedAttributes, ArrivingFile, LocalDestination } from './local-destination.ts';
import { pathErrorOf, type WirePathResult } from '../path-result.ts';
import { readFiles } from '../read-files.ts';
import type { TransferFailures } from './transfer-failures.ts';

/** A file of the container that is to arrive on this machine. */
export interface WantedFile {
  readonly source: string;
  /** Below the destination. */
  readonly relative: string;
  readonly size: number;
  readonly attributes: ArrivedAttributes;
}

/** What the files of a transfer have in common. */
export interface Reception {
  readonly exchange: Exchange;
  /** Such as `pull "/a" to "/b"`. */
  readonly what: string;
  readonly destination: LocalDestination;
  readonly failures: TransferFailures;
  readonly options: CallOptions;
  readonly report: (file: WantedFile, bytes: number, finished: boolean) => void;
}

const what = 'pull';

/** A file whose content has begun to arrive. */
interface Begun {
  readonly wanted: WantedFile;
  /** Absent when it could not be written; that was told then. */
  file?: ArrivingFile | undefined;
  bytes: number;
}

/** Receives files in one request. Each is put in its place when the daemon says that it was whole. */
export async function receiveFiles(
  reception: Reception,
  files: readonly WantedFile[],
): Promise<void> {
  const { failures, report } = reception;
  const begun = new Map<string, Begun>();
  try {
    const results = await receiveContent(reception, files, begun);
    const resultOf = new Map(results?.map((result) => [result.path, result]));
    for (const wanted of results === undefined ? [] : files) {
      const { source } = wanted;
      const error = pathErrorOf(what, source, resultOf.get(source));
      const arrived = begun.get(source);
      if (error !== undefined) {
        failures.add(source, error);
      } else if (arrived === undefined) {
        throw new PebbleProtocolError(reception.what, 'it holds no file and no error');
      } else if (arrived.file !== undefined) {
        const { file, bytes } = arrived;
        if (await failures.collect(source, () => file.finish())) report(wanted, bytes, true);
      }
    }
  } finally {
    for (const { file } of begun.values()) await file?.discard();
  }
}

/**
 * Receives content until the daemon has told what became of each path. Nothing is known of them
 * when the only file cannot be written: the rest of it is not waited for.
 */
async function receiveContent(
  reception: Reception,
  files: readonly WantedFile[],
  begun: Map<string, Begun>,
): Promise<readonly WirePathResult[] | undefined> {
  const { exchange, destination, failures, options, report } = reception;
  const bySource = new Map(files.map((wanted) => [wanted.source, wanted]));
  const pieces = readFiles(exchange, reception.what, [...bySource.keys()], options);
  let current: Begun | undefined;
  /** Does something with the current file, and lets go of it when that fails. */
  const attempt = async (act: (file: ArrivingFile) => Promise<void>): Promise<void> => {
    const file = current?.file;
    if (current === undefined || file === undefined) return;
    if (await failures.collect(current.wanted.source, () => act(file))) return;
    current.file = undefined;
    await file.discard();
  };
  try {
    for (;;) {
      const { done, value } = await pieces.next();
      if (done === true || value.type === 'file') {
        const attributes = current?.wanted.attributes;
        if (attributes !== undefined) await attempt((file) => file.close(attributes));
      }
      if (done === true) return value;
      if (value.type === 'file') {
        const wanted = bySource.get(value.path);
        if (wanted === undefined) continue;
        const opened: Begun = { wanted, bytes: 0 };
        current = opened;
        begun.set(value.path, opened);
        await failures.collect(value.path, async () => {
          opened.file = await destination.begin(wanted.relative);
        });
      } else if (current?.file !== undefined) {
        await attempt((file) => file.write(value.bytes));
        current.bytes += value.bytes.length;
        if (current.file !== undefined) report(current.wanted, current.bytes, false);
      }
      if (files.length === 1 && current !== undefined && current.file === undefined) {
        return undefined;
      }
    }
  } finally {
    await pieces.return([]);
  }
}
