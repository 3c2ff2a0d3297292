import { ApiError } from '../api-error.ts';
import type { DaemonState } from '../daemon-state.ts';
import { parseNano } from '../notices/nano-time.ts';
import { keyPattern, type NoticeType } from '../notices/notice.ts';
import type { NoticeFilter } from '../notices/notice-list.ts';
import { durationProblem, parseDuration } from '../../../pebble/plan/duration.ts';
import { syncReply } from '../reply.ts';
import { bodyOf, isUserId, readJson, type JsonBody } from '../request-body.ts';
import type { Call, Handler, Route } from './route.ts';
import { goQuote } from '../../../pebble/plan/go-quote.ts';

const noticeTypes: readonly string[] = ['change-update', 'custom', 'warning'];

const longestKey = 256;
const longestData = 4096;

const getNotices: Handler = async (call, daemon) => {
  const filter = filterOf(call, daemon);
  const timeout = durationOf(call.query('timeout'), 'timeout');
  if (filter === undefined) {
    return syncReply([]);
  }
  const found =
    timeout > 0
      ? await waitForNotices(filter, timeout / 1e6, call, daemon)
      : daemon.notices.list(filter);
  return syncReply(found.map((notice) => notice.toJson()));
};

async function waitForNotices(
  filter: NoticeFilter,
  milliseconds: number,
  { request }: Call,
  { notices, clock, closing }: DaemonState,
): ReturnType<DaemonState['notices']['wait']> {
  const late = new AbortController();
  const cancel = clock.after(milliseconds, () => {
    late.abort();
  });
  const signals = [late.signal, closing, request.signal].filter((signal) => signal !== undefined);
  try {
    return await notices.wait(filter, AbortSignal.any(signals));
  } finally {
    cancel();
  }
}

/** @returns `undefined` when only types were asked for that this Pebble does not know. */
function filterOf(call: Call, { callerId }: DaemonState): NoticeFilter | undefined {
  const given = call.queryList('types');
  const types = given.filter(isNoticeType);
  const userId = userIdOf(call, callerId);
  const keys = call.queryList('keys');
  const text = call.query('after');
  const after = text === '' ? undefined : parseNano(text);
  if (text !== '' && after === undefined) {
    const quoted = goQuote(text);
    throw new ApiError(
      400,
      `invalid "after" timestamp: parsing time ${quoted} as "2006-01-02T15:04:05Z07:00": cannot parse ${quoted} as "2006"`,
    );
  }
  if (given.length > 0 && types.length === 0) {
    return undefined;
  }
  return {
    ...(userId !== undefined && { userId }),
    ...(types.length > 0 && { types }),
    ...(keys.length > 0 && { keys }),
    ...(after !== undefined && { after }),
  };
}

/** Whose notices are asked for; `undefined` for all. */
function userIdOf(call: Call, callerId: number): number | undefined {
  const userId = call.has('user-id') ? readUserId(call.queryList('user-id')) : callerId;
  if (!call.has('users')) {
    return userId;
  }
  if (call.has('user-id')) {
    throw new ApiError(400, 'cannot use both "users" and "user-id" parameters');
  }
  if (call.query('users') !== 'all') {
    throw new ApiError(400, 'invalid "users" filter: must be "all"');
  }
  return undefined;
}

function readUserId(given: readonly string[]): number {
  const [text = ''] = given;
  if (given.length !== 1) {
    refuseUserId('must only include one "user-id"');
  }
  if (!/^[+-]?\d+$/.test(text)) {
    refuseUserId(`strconv.ParseInt: parsing ${goQuote(text)}: invalid syntax`);
  }
  const number = BigInt(text.replace('+', ''));
  if (number !== BigInt.asIntN(64, number)) {
    refuseUserId(`strconv.ParseInt: parsing ${goQuote(text)}: value out of range`);
  }
  if (!isUserId(Number(number))) {
    refuseUserId(`user ID is not a valid uint32: ${number}`);
  }
  return Number(number);
}

function refuseUserId(why: string): never {
  throw new ApiError(400, `invalid "user-id" filter: ${why}`);
}

function isNoticeType(type: string): type is NoticeType {
  return noticeTypes.includes(type);
}

const postNotices: Handler = async (call, { notices, callerId }) => {
  const body = await readJson(bodyOf(call.request), 'cannot decode request body');
  const action = body.text('action');
  if (action !== 'add') {
    throw new ApiError(400, `invalid action ${goQuote(action)}`);
  }
  const type = body.text('type');
  if (type !== 'custom') {
    throw new ApiError(400, `invalid type ${goQuote(type)} (can only add "custom" notices)`);
  }
  const key = body.text('key');
  if (Buffer.byteLength(key) > longestKey) {
    throw new ApiError(400, `key must be ${longestKey} bytes or less`);
  }
  if (!keyPattern.test(key)) {
    throw new ApiError(400, `invalid key ${goQuote(key)} (must be in "example.com/path" format)`);
  }
  const repeatAfter = durationOf(body.text('repeat-after'), 'repeat-after');
  const data = dataOf(body);
  const id = notices.add({ userId: callerId, type, key, data, repeatAfter });
  return syncReply({ id });
};

function dataOf(body: JsonBody): Record<string, string> {
  const value = body.value('data') ?? {};
  if (Buffer.byteLength(JSON.stringify(value)) > longestData) {
    throw new ApiError(400, `total size of data must be ${longestData} bytes or less`);
  }
  if (typeof value !== 'object' || Array.isArray(value)) {
    throw noData(Array.isArray(value) ? 'array' : goKindOf(value), 'map[string]string');
  }
  const data = new Map<string, string>();
  for (const [name, given] of Object.entries(value)) {
    const text: unknown = given ?? '';
    if (typeof text !== 'string') {
      throw noData(goKindOf(text), 'string');
    }
    data.set(name, text);
  }
  return Object.fromEntries(data);
}

function noData(found: string, type: string): ApiError {
  return new ApiError(
    400,
    `cannot decode notice data: json: cannot unmarshal ${found} into Go value of type ${type}`,
  );
}

function goKindOf(value: unknown): string {
  return typeof value === 'boolean' ? 'bool' : typeof value;
}

function durationOf(text: string, what: string): number {
  const duration = text === '' ? 0 : parseDuration(text);
  if (duration === undefined) {
    throw new ApiError(400, `invalid ${what}: ${durationProblem(text)}`);
  }
  return duration;
}

const getNotice: Handler = async (call, { notices }) => {
  const notice = notices.get(call.name);
  if (notice === undefined) {
    throw new ApiError(404, `cannot find notice with ID ${goQuote(call.name)}`);
  }
  return syncReply(notice.toJson());
};

export const noticeRoutes: readonly Route[] = [
  { path: '/v1/notices', get: getNotices, post: postNotices },
  { path: '/v1/notices/{}', get: getNotice },
];
