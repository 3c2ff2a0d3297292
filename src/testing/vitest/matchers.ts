import type { MatcherResult, MatcherState } from 'vitest';

import type { DeferredEntry } from '../../framework/deferral-queue.ts';
import type { AnsweredCall } from '../hook-tool-calls.ts';
import { accountOf, queueOf, statusOf, type ShownStatus } from './account.ts';
import { databagWrites, type BagWrites } from './databag-writes.ts';
import { followed } from './walked.ts';

/** A text exactly, or a pattern for it, or one of vitest's own (`expect.stringContaining`). */
export type TextLike = string | RegExp | AsymmetricText;

/** As much as is needed of what `expect.stringContaining()` and its like return. */
export interface AsymmetricText {
  asymmetricMatch(other: unknown): boolean;
  toString(): string;
}

/** Which deferred event is meant. What is left out can be anything. */
export interface DeferredLike {
  /** Juju's name of the event. */
  readonly event?: string;
  /** The name of the method or flowchart that deferred it. */
  readonly handler?: string;
  readonly reason?: TextLike;
}

/** Which databag is meant. What is left out can be any. */
export interface BagLike {
  readonly endpoint?: string;
  readonly relationId?: number;
  /** The unit's own bag, or its application's. */
  readonly bag?: 'unit' | 'app';
}

export function toHaveStatus(
  state: MatcherState,
  received: unknown,
  status: ShownStatus['status'],
  message?: TextLike,
): MatcherResult {
  return compareStatus(state, received, 'unit', status, message);
}

export function toHaveAppStatus(
  state: MatcherState,
  received: unknown,
  status: ShownStatus['status'],
  message?: TextLike,
): MatcherResult {
  return compareStatus(state, received, 'app', status, message);
}

export function toHaveDeferred(
  state: MatcherState,
  received: unknown,
  deferred: string | DeferredLike = {},
): MatcherResult {
  const { event, handler, reason }: DeferredLike =
    typeof deferred === 'string' ? { event: deferred } : deferred;
  const queue = queueOf(received);
  const pass = queue.some(
    (entry) =>
      (event === undefined || eventOf(entry) === event || entry.kind === event) &&
      (handler === undefined || entry.handler === handler) &&
      (reason === undefined || isText(entry.reason, reason)),
  );
  const what = [
    event ?? 'an event',
    ...(handler === undefined ? [] : [`by ${handler}`]),
    ...(reason === undefined ? [] : [`because ${shown(reason)}`]),
  ];
  const lines = queue.map(
    (entry) =>
      `${eventOf(entry)} by ${entry.handler}: ${entry.reason} (${entry.attempts} attempts)`,
  );
  return verdict(state, pass, `${what.join(' ')} in the deferral queue`, 'The queue holds', lines);
}

export function toHaveWalked(state: MatcherState, received: unknown, path: string): MatcherResult {
  const { walks } = accountOf(received);
  const pass = walks.some((walk) => followed(walk, path));
  const lines = walks.map(({ line }) => line);
  return verdict(
    state,
    pass,
    `a walk along ${state.utils.printExpected(path)}`,
    'It walked',
    lines,
  );
}

export function toHaveSet(
  state: MatcherState,
  received: unknown,
  changes: Readonly<Record<string, TextLike | undefined>>,
  where: BagLike = {},
): MatcherResult {
  const writes = databagWrites(accountOf(received).hookToolCalls);
  const meant = writes.filter((write) => isBag(write, where));
  const pass = meant.some((write) =>
    Object.entries(changes).every(([key, value]) => {
      if (!(key in write.changes)) return false;
      const written = write.changes[key];
      return value === undefined ? written === undefined : isText(written, value);
    }),
  );
  const keys = Object.entries(changes).map(
    ([key, value]) => `${key}: ${value === undefined ? 'removed' : shown(value)}`,
  );
  const lines = writes.flatMap((write) => [
    `${bagName(write)}${isBag(write, where) ? '' : ' (another databag)'}`,
    ...Object.entries(write.changes).map(([key, value]) => {
      const wanted = key in changes && isBag(write, where);
      const differs =
        wanted && !(changes[key] === undefined ? value === undefined : isText(value, changes[key]));
      const mark = differs ? '- ' : '  ';
      return `${mark}${key}: ${value === undefined ? 'removed' : JSON.stringify(value)}`;
    }),
  ]);
  const whose = [where.endpoint, where.relationId, where.bag].filter((part) => part !== undefined);
  const bag = whose.length > 0 ? `the databag ${whose.join(' ')}` : 'a databag';
  return verdict(state, pass, `{ ${keys.join(', ')} } written into ${bag}`, 'It wrote', lines);
}

export function toHaveLogged(
  state: MatcherState,
  received: unknown,
  message: TextLike,
  level?: string,
): MatcherResult {
  const { logs } = accountOf(received);
  const pass = logs.some((line) => {
    if (level !== undefined && line.level !== level.toUpperCase()) return false;
    return typeof message === 'string'
      ? line.message.includes(message)
      : isText(line.message, message);
  });
  const lines = logs.map((line) => `${line.level} ${line.message}`);
  const what = `a ${level === undefined ? '' : `${level.toUpperCase()} `}line with ${shown(message)}`;
  return verdict(state, pass, what, 'It logged', lines);
}

export function toHaveCalled(
  state: MatcherState,
  received: unknown,
  tool: string,
  args?: readonly unknown[],
): MatcherResult {
  const calls = accountOf(received).hookToolCalls;
  const pass = calls.some(
    (call) => call.tool === tool && (args === undefined || state.equals(spokenArgs(call), args)),
  );
  const ofTool = calls.filter((call) => call.tool === tool);
  const lines = (ofTool.length > 0 ? ofTool : calls).map((call) =>
    [
      call.tool,
      ...spokenArgs(call),
      ...(call.reply.code === 0 ? [] : [`→ ${call.reply.code}`]),
    ].join(' '),
  );
  const what = args === undefined ? tool : `${tool} ${state.utils.stringify(args)}`;
  return verdict(state, pass, `a call of ${what}`, 'It called', lines);
}

function compareStatus(
  state: MatcherState,
  received: unknown,
  whose: 'unit' | 'app',
  status: ShownStatus['status'],
  message: TextLike | undefined,
): MatcherResult {
  const found = statusOf(received, whose);
  const pass =
    found !== undefined &&
    found.status === status &&
    (message === undefined || isText(found.message, message));
  const { printExpected, printReceived } = state.utils;
  const expected = `${status}${message === undefined ? '' : `: ${shown(message)}`}`;
  const actual =
    found === undefined ? 'no status was set' : `${found.status}: ${JSON.stringify(found.message)}`;
  return {
    pass,
    message: () =>
      [
        `expected the ${whose === 'unit' ? "unit's" : "application's"} status ${state.isNot ? 'not ' : ''}to be`,
        `  ${printExpected(expected)}`,
        'but it is',
        `  ${printReceived(actual)}`,
      ].join('\n'),
  };
}

function verdict(
  { isNot }: MatcherState,
  pass: boolean,
  what: string,
  heading: string,
  lines: readonly string[],
): MatcherResult {
  const there = lines.length > 0 ? `${heading}:` : `${heading} nothing.`;
  return {
    pass,
    message: () =>
      [
        `expected ${isNot ? 'not to find' : 'to find'} ${what}`,
        '',
        there,
        ...lines.map((line) => `  ${line}`),
      ].join('\n'),
  };
}

/** The event as Juju names it: the last part of the emitter's path says which container or relation. */
function eventOf({ emitter, kind }: DeferredEntry): string {
  const last = emitter.split('/').at(-1) ?? kind;
  return last.endsWith(kind) ? last : kind;
}

function isBag(write: BagWrites, { endpoint, relationId, bag }: BagLike): boolean {
  return (
    (endpoint === undefined || endpoint === write.endpoint) &&
    (relationId === undefined || relationId === write.relationId) &&
    (bag === undefined || bag === write.bag)
  );
}

function bagName({ endpoint, relationId, bag }: BagWrites): string {
  return `${endpoint}:${relationId}, ${bag === 'app' ? "the application's bag" : "the unit's bag"}`;
}

/** The arguments without the `--` that ends the options. */
function spokenArgs({ args }: AnsweredCall): string[] {
  const at = args.indexOf('--');
  return args.filter((_, index) => index !== at);
}

function isText(text: string | undefined, like: TextLike): boolean {
  if (typeof like === 'string') return text === like;
  if (like instanceof RegExp) return text !== undefined && like.test(text);
  return like.asymmetricMatch(text);
}

function shown(like: TextLike): string {
  return typeof like === 'string' ? JSON.stringify(like) : String(like);
}
