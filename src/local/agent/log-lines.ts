/** Juju cuts what a charm prints into pieces of at most this many bytes. */
export const LONGEST_LINE = 4096;

const NEWLINE = 0x0a;

/** Cuts a stream of bytes into lines of at most {@link LONGEST_LINE} bytes each. */
export class LogLines {
  readonly #onLine: (line: string) => void;
  #rest: Buffer = Buffer.alloc(0);

  constructor(onLine: (line: string) => void) {
    this.#onLine = onLine;
  }

  add(bytes: Uint8Array): void {
    let rest = Buffer.concat([this.#rest, bytes]);
    for (;;) {
      const end = rest.indexOf(NEWLINE);
      if (end !== -1 && end <= LONGEST_LINE) {
        this.#pass(rest.subarray(0, end));
        rest = rest.subarray(end + 1);
      } else if (rest.length > LONGEST_LINE) {
        this.#pass(rest.subarray(0, LONGEST_LINE));
        rest = rest.subarray(LONGEST_LINE);
      } else {
        this.#rest = rest;
        return;
      }
    }
  }

  /** Passes on what is left without a newline. */
  end(): void {
    if (this.#rest.length > 0) this.#pass(this.#rest);
    this.#rest = Buffer.alloc(0);
  }

  #pass(line: Buffer): void {
    this.#onLine(line.toString('utf8').replace(/\r$/, ''));
  }
}
