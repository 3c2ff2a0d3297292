// oxlint-disable-next-line typescript/triple-slash-reference -- an ambient module cannot be imported, and a program that compiles these sources must see it
/// <reference path="./pino-browser.d.ts" />
import type { Logger } from 'pino';
// The part of pino that formats, without the one that opens files and threads: a dispatch is over
// before a thread has started.
import { pino } from 'pino/browser.js';
import type { LogTransport } from '../juju/log-transport.ts';
import type { LogLevel } from '../juju/tools/log.ts';

const levels: Readonly<Record<number, LogLevel>> = {
  10: 'TRACE',
  20: 'DEBUG',
  30: 'INFO',
  40: 'WARNING',
  50: 'ERROR',
  60: 'CRITICAL',
};

/** A pino logger whose lines go to Juju's log: the message, then its fields as `key=value`. */
export function jujuLogger(transport: LogTransport): Logger {
  return pino({
    level: 'trace',
    browser: {
      write: (record: object) => {
        const { level, time: _time, msg, ...fields }: PinoRecord = { ...record };
        transport.write(levels[Number(level)] ?? 'INFO', lineOf(msg, fields));
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

/** An error's stack with the stacks of its causes. */
export function traceOf(thrown: unknown): string {
  if (!(thrown instanceof Error)) {
    const stack: unknown =
      typeof thrown === 'object' && thrown !== null && 'stack' in thrown ? thrown.stack : undefined;
    return typeof stack === 'string' ? stack : String(thrown);
  }
  const own = thrown.stack ?? `${thrown.name}: ${thrown.message}`;
  return thrown.cause === undefined ? own : `${own}\nCaused by: ${traceOf(thrown.cause)}`;
}
