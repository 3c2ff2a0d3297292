/** One line of a service's output. */
export interface LogEntry {
  readonly time: Date;
  readonly service: string;
  readonly message: string;
}

/** Bytes of output that are kept for each service. */
const keepBytes = 100 * 1024;
/** A longer line, with the time and the name before it, is cut into several entries. */
const lineLimit = 4 * 1024;
/** What the time, brackets and blanks before each line take up in Pebble's own buffer. */
const prefixBytes = '2006-01-02T15:04:05.000Z [] '.length;

interface Kept {
  readonly entry: LogEntry;
  readonly bytes: number;
  /** Whether it goes on in the next one, because its line was too long. */
  readonly isCut: boolean;
}

/** The latest output of one service, cut into lines. It outlives the processes. */
export class ServiceLog {
  readonly service: string;
  readonly #prefix: number;
  readonly #now: () => Date;
  readonly #onEntry: (entry: LogEntry) => void;
  readonly #kept: Kept[] = [];
  #keptBytes = 0;
  #pending: Uint8Array[] = [];
  #pendingBytes = 0;
  #lineTime: Date | undefined;

  constructor(service: string, now: () => Date, onEntry: (entry: LogEntry) => void) {
    this.service = service;
    this.#prefix = prefixBytes + Buffer.byteLength(service);
    this.#now = now;
    this.#onEntry = onEntry;
  }

  get entries(): readonly LogEntry[] {
    return this.#kept.map(({ entry }) => entry);
  }

  /**
   * The last lines, whole and one below the other, as Pebble shows them: without blanks at the end,
   * and with a mark above when there are more. A last line without text shows its time.
   */
  lastLines(count: number, indent: string): string {
    const lines: string[] = [];
    let isCut = false;
    for (const { entry, isCut: goesOn } of this.#kept) {
      const begun = isCut ? (lines.pop() ?? '') : '';
      lines.push(begun + entry.message);
      isCut = goesOn;
    }
    const shown = lines.slice(-count);
    const last = shown.pop()?.trimEnd();
    const time = this.#kept.at(-1)?.entry.time.toISOString() ?? '';
    const end = last === '' ? `${time} [${this.service}]` : (last ?? '');
    return [...(lines.length > count ? ['(...)'] : []), ...shown, end]
      .map((line) => indent + line)
      .join('\n');
  }

  write(chunk: Uint8Array): void {
    let rest = chunk;
    while (rest.length > 0) {
      // Only the first piece of a line has the time and the name before it.
      const prefix = this.#kept.at(-1)?.isCut === true ? 0 : this.#prefix;
      const room = lineLimit - prefix - this.#pendingBytes;
      const newline = rest.indexOf(0x0a);
      if (newline !== -1 && newline <= room) {
        this.#hold(rest.subarray(0, newline));
        this.#endLine();
        rest = rest.subarray(newline + 1);
      } else if (rest.length >= room) {
        this.#hold(rest.subarray(0, room));
        this.#endPiece(true);
        rest = rest.subarray(room);
      } else {
        this.#hold(rest);
        return;
      }
    }
  }

  /** Ends a line that has no newline: whoever wrote it has gone. */
  flush(): void {
    if (this.#pendingBytes > 0) {
      this.#endLine();
    }
  }

  #endLine(): void {
    this.#endPiece(false);
    this.#lineTime = undefined;
  }

  #hold(piece: Uint8Array): void {
    this.#lineTime ??= this.#now();
    this.#pending.push(Uint8Array.from(piece));
    this.#pendingBytes += piece.length;
  }

  #endPiece(isCut: boolean): void {
    const message = Buffer.concat(this.#pending).toString('utf8');
    const entry = { time: this.#lineTime ?? this.#now(), service: this.service, message };
    const bytes = this.#prefix + this.#pendingBytes + 1;
    this.#pending = [];
    this.#pendingBytes = 0;
    this.#kept.push({ entry, bytes, isCut });
    this.#keptBytes += bytes;
    while (this.#keptBytes > keepBytes) {
      this.#keptBytes -= this.#kept.shift()?.bytes ?? 0;
    }
    this.#onEntry(entry);
  }
}
