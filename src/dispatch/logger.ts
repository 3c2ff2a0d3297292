// oxlint-disable-next-line typescript/triple-slash-reference -- an ambient module cannot be imported, and a program that compiles these sources must see it
/// <reference path="./pino-browser.d.ts" />
import type { Logger as PinoLogger } from 'pino';
// The part of pino that formats, without the one that opens files and threads: a dispatch is over
// before a thread has started.
import { pino } from 'pino/browser.js';
import type { Logger } from '../framework/logger.ts';
import type { LineOptions } from '../juju/log-transport.ts';
import type { LogLevel } from '../juju/tools/log.ts';

const levels: Readonly<Record<number, LogLevel>> = {
  10: 'TRACE',
  20: 'DEBUG',
  30: 'INFO',
  40: 'WARNING',
  50: 'ERROR',
  60: 'CRITICAL',
};

/** Where the lines of a logger go. */
export interface LogSink {
  write(level: LogLevel, message: string, options?: LineOptions): void;
}

/** A sink, and a copy of each line with the time on stderr. */
export function copied(sink: LogSink, stderr: (text: string) => void): LogSink {
  return {
    write(level, message, options) {
      stderr(`${new Date().toISOString()} ${level.padEnd(8)} ${message}\n`);
      sink.write(level, message, options);
    },
  };
}

/** The logger of a dispatch's own lines. */
export class DispatchLogger implements Logger {
  readonly #sink: LogSink;

  constructor(sink: LogSink) {
    this.#sink = sink;
  }

  trace(message: string): void {
    this.#sink.write('TRACE', message);
  }

  debug(message: string): void {
    this.#sink.write('DEBUG', message);
  }

  info(message: string): void {
    this.#sink.write('INFO', message);
  }

  warn(message: string): void {
    this.#sink.write('WARNING', message);
  }

  error(message: string): void {
    this.#sink.write('ERROR', message);
  }
}

/**
 * A pino logger whose lines go to Juju's log: the message, then its fields as `key=value`. For the
 * charm; making one takes longer than many a dispatch.
 */
export function pinoLogger(sink: LogSink): PinoLogger {
  return pino({
    level: 'trace',
    browser: {
      write: (record: object) => {
        const { level, time: _time, msg, ...fields }: PinoRecord = { ...record };
        sink.write(levels[Number(level)] ?? 'INFO', lineOf(msg, fields));
      },
    },
  });
}

interface PinoRecord {
  readonly level?: unknown;
  readonly time?: unknown;
  readonly msg?: unknown;
  readonly [field: string]: unknown;
}

function lineOf(message: unknown, fields: Readonly<Record<string, unknown>>): string {
  const { err, ...rest } = fields;
  const words = [
    ...(message === undefined ? [] : [typeof message === 'string' ? message : textOf(message)]),
    ...Object.entries(rest).map(([key, value]) => `${key}=${textOf(value)}`),
    ...(err === undefined ? [] : [traceOf(err)]),
  ];
  return words.join(' ');
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return /[\s="]/.test(value) ? JSON.stringify(value) : value;
  return JSON.stringify(value) ?? String(value);
}

/** An error's stack with the stacks of its causes, and of the errors that it gathers. */
export function traceOf(thrown: unknown): string {
  return trace(thrown, new Set());
}

function trace(thrown: unknown, told: Set<unknown>): string {
  if (told.has(thrown)) return '(told above)';
  told.add(thrown);
  if (!(thrown instanceof Error)) return textOfThrown(thrown);
  const gathered: readonly unknown[] = thrown instanceof AggregateError ? thrown.errors : [];
  return [
    thrown.stack ?? `${thrown.name}: ${thrown.message}`,
    ...gathered.map((error) => `One of its errors: ${trace(error, told)}`),
    ...(thrown.cause === undefined ? [] : [`Caused by: ${trace(thrown.cause, told)}`]),
  ].join('\n');
}

/** Of an error of another realm its stack; of an object no more than its kind. */
function textOfThrown(thrown: unknown): string {
  if (typeof thrown !== 'object' || thrown === null) return String(thrown);
  const stack: unknown = 'stack' in thrown ? thrown.stack : undefined;
  return typeof stack === 'string' ? stack : Object.prototype.toString.call(thrown);
}
