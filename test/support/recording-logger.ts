import type { Logger } from '../../src/framework/logger.ts';

/** A logger that keeps its lines, each as `LEVEL message`. */
export class RecordingLogger implements Logger {
  readonly lines: string[] = [];
  readonly trace = (message: string): void => this.#add('TRACE', message);
  readonly debug = (message: string): void => this.#add('DEBUG', message);
  readonly info = (message: string): void => this.#add('INFO', message);
  readonly warn = (message: string): void => this.#add('WARNING', message);
  readonly error = (message: string): void => this.#add('ERROR', message);

  /** The lines of one level, without its name. */
  of(level: string): string[] {
    return this.lines
      .filter((line) => line.startsWith(`${level} `))
      .map((line) => line.slice(level.length + 1));
  }

  #add(level: string, message: string): void {
    this.lines.push(`${level} ${message}`);
  }
}
