import * as z from 'zod/mini';

import { lazy } from '../lazy.ts';
import type { CallOptions } from './call-options.ts';
import type { Schema } from './schema.ts';
import type { Exchange } from './exchange.ts';
import { goDuration } from './go-duration.ts';

/** What a notice tells of. Newer daemons may know more. */
export type NoticeType = 'custom' | 'change-update' | 'warning' | (string & {});

/** Something that happened, once or again, to one key. All times are UTC, as the daemon wrote them. */
export interface Notice {
  readonly id: string;
  /** The user who may see it. Undefined when everybody may. */
  readonly userId?: number | undefined;
  readonly type: NoticeType;
  /** Such as `example.com/backup-done`; of a `change-update`, the id of the change. */
  readonly key: string;
  readonly firstOccurred: string;
  readonly lastOccurred: string;
  /** Like `lastOccurred`, but for occurrences within `repeatAfter` of the last one that counted. */
  readonly lastRepeated: string;
  readonly occurrences: number;
  readonly lastData: Readonly<Record<string, string>>;
  /** Go's spelling, such as `1h0m0s`. */
  readonly repeatAfter?: string | undefined;
  readonly expireAfter?: string | undefined;
}

/** Which notices to see. */
export interface NoticesFilter {
  /** Of this user and of everybody. Only the daemon's administrators may ask. */
  readonly userId?: number | undefined;
  /** `all`: of every user. Only the daemon's administrators may ask. */
  readonly users?: 'all' | undefined;
  readonly types?: readonly NoticeType[] | undefined;
  readonly keys?: readonly string[] | undefined;
  /** Only those that were repeated later than this: give a notice's `lastRepeated` as it is. */
  readonly after?: string | undefined;
}

/** Which notices to list. */
export interface NoticesOptions extends CallOptions, NoticesFilter {}

/** What a custom notice carries. */
export interface NotifyOptions extends CallOptions {
  /** Replaces the data of an earlier notice of this key. At most 4 KiB in all. */
  readonly data?: Readonly<Record<string, string>> | undefined;
  /** Milliseconds for which further notices of this key are counted but tell nobody. */
  readonly repeatAfter?: number | undefined;
}

/** A notice as it travels. */
interface WireNotice {
  readonly id: string;
  readonly 'user-id'?: number | null | undefined;
  readonly type: string;
  readonly key: string;
  readonly 'first-occurred': string;
  readonly 'last-occurred': string;
  readonly 'last-repeated': string;
  readonly occurrences: number;
  readonly 'last-data'?: Readonly<Record<string, string>> | null | undefined;
  readonly 'repeat-after'?: string | undefined;
  readonly 'expire-after'?: string | undefined;
}

const wireNoticeSchema: Schema<WireNotice> = lazy(() =>
  z.object({
    id: z.string(),
    'user-id': z.nullish(z.number()),
    type: z.string(),
    key: z.string(),
    'first-occurred': z.string(),
    'last-occurred': z.string(),
    'last-repeated': z.string(),
    occurrences: z.number(),
    'last-data': z.nullish(z.record(z.string(), z.string())),
    'repeat-after': z.optional(z.string()),
    'expire-after': z.optional(z.string()),
  }),
);

const wireNoticesSchema: Schema<readonly WireNotice[] | null> = lazy(() =>
  z.nullable(z.array(wireNoticeSchema())),
);

const addedSchema = lazy(() => z.object({ id: z.string() }));

/** Lists notices, the one that was repeated last at the end. */
export async function listNotices(
  exchange: Exchange,
  options: NoticesOptions = {},
): Promise<readonly Notice[]> {
  return await askForNotices(exchange, 'list notices', options, undefined);
}

/** Lists notices. @param wait milliseconds that the daemon waits for a first one to come. */
export async function askForNotices(
  exchange: Exchange,
  what: string,
  { userId, users, types = [], keys = [], after, ...options }: NoticesOptions,
  wait: number | undefined,
): Promise<readonly Notice[]> {
  const notices = await exchange.get(what, '/v1/notices', wireNoticesSchema, {
    ...options,
    query: {
      ...(userId === undefined ? {} : { 'user-id': String(userId) }),
      ...(users === undefined ? {} : { users }),
      ...(types.length === 0 ? {} : { types: types.join(',') }),
      ...(keys.length === 0 ? {} : { keys: keys.join(',') }),
      ...(after === undefined ? {} : { after }),
      ...(wait === undefined ? {} : { timeout: goDuration(wait) }),
    },
  });
  return (notices ?? []).map(toNotice);
}

/** Reads one notice. */
export async function getNotice(
  exchange: Exchange,
  id: string,
  options?: CallOptions,
): Promise<Notice> {
  const path = `/v1/notices/${encodeURIComponent(id)}`;
  return toNotice(await exchange.get(`read notice ${id}`, path, wireNoticeSchema, options));
}

/** Records a custom notice. @returns its id, the same each time for one key */
export async function notify(
  exchange: Exchange,
  key: string,
  { data, repeatAfter, ...options }: NotifyOptions = {},
): Promise<string> {
  const { id } = await exchange.post(
    `notify ${key}`,
    '/v1/notices',
    {
      action: 'add',
      type: 'custom',
      key,
      data,
      'repeat-after': repeatAfter === undefined ? undefined : goDuration(repeatAfter),
    },
    addedSchema,
    options,
  );
  return id;
}

function toNotice(wire: WireNotice): Notice {
  return {
    id: wire.id,
    userId: wire['user-id'] ?? undefined,
    type: wire.type,
    key: wire.key,
    firstOccurred: wire['first-occurred'],
    lastOccurred: wire['last-occurred'],
    lastRepeated: wire['last-repeated'],
    occurrences: wire.occurrences,
    lastData: wire['last-data'] ?? {},
    repeatAfter: wire['repeat-after'],
    expireAfter: wire['expire-after'],
  };
}
