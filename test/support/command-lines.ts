import { readdirSync, readFileSync } from 'node:fs';

/** The command lines of processes, as they were seen while somebody looked. Linux only. */
export class CommandLines {
  /** How many processes were seen. */
  readonly seen: Set<string> = new Set();
  readonly #timer: NodeJS.Timeout;

  constructor() {
    this.#look();
    this.#timer = setInterval(() => {
      this.#look();
    }, 5);
  }

  /** Looks no more. @returns those that hold the text */
  stop(text: string): string[] {
    clearInterval(this.#timer);
    return [...this.seen].filter((line) => line.includes(text));
  }

  #look(): void {
    for (const pid of readdirSync('/proc')) {
      if (!/^\d+$/.test(pid)) continue;
      try {
        this.seen.add(readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' '));
      } catch {
        // It ended meanwhile.
      }
    }
  }
}
