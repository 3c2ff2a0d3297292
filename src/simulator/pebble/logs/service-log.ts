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

  write(chunk: Uint8Array): void {
    let rest = chunk;
    while (rest.length > 0) {
      const room = lineLimit - this.#prefix - this.#pendingBytes;
      const newline = rest.indexOf(0x0a);
      if (newline !== -1 && newline <= room) {
        this.#hold(rest.subarray(0, newline));
        this.#endLine();
        rest = rest.subarray(newline + 1);
      } else if (rest.length >= room) {
        this.#hold(rest.subarray(0, room));
        this.#endPiece();
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
    this.#endPiece();
    this.#lineTime = undefined;
  }

  #hold(piece: Uint8Array): void {
    this.#lineTime ??= this.#now();
    this.#pending.push(Uint8Array.from(piece));
    this.#pendingBytes += piece.length;
  }

  #endPiece(): void {
    const message = Buffer.concat(this.#pending).toString('utf8');
    const entry = { time: this.#lineTime ?? this.#now(), service: this.service, message };
    const bytes = this.#prefix + this.#pendingBytes + 1;
    this.#pending = [];
    this.#pendingBytes = 0;
    this.#kept.push({ entry, bytes });
    this.#keptBytes += bytes;
    while (this.#keptBytes > keepBytes) {
      this.#keptBytes -= this.#kept.shift()?.bytes ?? 0;
    }
    this.#onEntry(entry);
  }
}
