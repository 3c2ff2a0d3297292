import { formatDuration } from '../../../pebble/plan/duration.ts';
import { formatNano, type NanoTime } from './nano-time.ts';

export type NoticeType = 'change-update' | 'custom' | 'warning';

/** A domain and a path in lower case, the parts of which may hold hyphens within. */
export const keyPattern: RegExp =
  /^[a-z0-9]+(-[a-z0-9]+)*(\.[a-z0-9]+(-[a-z0-9]+)*)+(\/[a-z0-9]+(-[a-z0-9]+)*)+$/;

/** What makes two occurrences one notice. */
export interface NoticeIdentity {
  /** `null` for everybody's. */
  readonly userId: number | null;
  readonly type: NoticeType;
  readonly key: string;
}

/** One occurrence. */
export interface Occurrence extends NoticeIdentity {
  readonly data?: Readonly<Record<string, string>> | undefined;
  /** Nanoseconds within which another occurrence does not repeat the notice. Default: 0. */
  readonly repeatAfter?: number | undefined;
}

/** A notice that came before the daemon began to be observed. Times are Pebble's own. */
export interface PastNotice extends Occurrence {
  readonly id: string;
  readonly occurrences: number;
  readonly firstOccurred: NanoTime;
  readonly lastOccurred: NanoTime;
  readonly lastRepeated: NanoTime;
}

/** How long a notice is kept after its last occurrence: seven days, in nanoseconds. */
const expireAfter = 7 * 24 * 3600e9;

/** Something that happened, once or several times. */
export class Notice {
  readonly id: string;
  readonly identity: NoticeIdentity;
  readonly #firstOccurred: NanoTime;
  #lastOccurred: NanoTime;
  #lastRepeated: NanoTime;
  #occurrences = 1;
  #data: Readonly<Record<string, string>>;
  #repeatAfter: number;

  constructor(id: string, { userId, type, key, data, repeatAfter }: Occurrence, now: NanoTime) {
    this.id = id;
    this.identity = { userId, type, key };
    this.#firstOccurred = now;
    this.#lastOccurred = now;
    this.#lastRepeated = now;
    this.#data = data ?? {};
    this.#repeatAfter = repeatAfter ?? 0;
  }

  /** One that came earlier, as it stood then. */
  static past(past: PastNotice): Notice {
    const notice = new Notice(past.id, past, past.firstOccurred);
    notice.#occurrences = past.occurrences;
    notice.#lastOccurred = past.lastOccurred;
    notice.#lastRepeated = past.lastRepeated;
    return notice;
  }

  get lastRepeated(): NanoTime {
    return this.#lastRepeated;
  }

  /** It happened again. @returns whether whoever waits is to hear of it. */
  occur({ data, repeatAfter }: Occurrence, now: NanoTime): boolean {
    this.#occurrences += 1;
    this.#lastOccurred = now;
    this.#data = data ?? {};
    this.#repeatAfter = repeatAfter ?? 0;
    const repeats = now > this.#lastRepeated + BigInt(Math.round(this.#repeatAfter));
    if (repeats) {
      this.#lastRepeated = now;
    }
    return repeats;
  }

  expired(now: NanoTime): boolean {
    return now > this.#lastOccurred + BigInt(expireAfter);
  }

  toJson(): object {
    const { userId, type, key } = this.identity;
    return {
      id: this.id,
      'user-id': userId,
      type,
      key,
      'first-occurred': formatNano(this.#firstOccurred),
      'last-occurred': formatNano(this.#lastOccurred),
      'last-repeated': formatNano(this.#lastRepeated),
      occurrences: this.#occurrences,
      ...(Object.keys(this.#data).length > 0 && { 'last-data': this.#data }),
      ...(this.#repeatAfter > 0 && { 'repeat-after': formatDuration(this.#repeatAfter) }),
      'expire-after': formatDuration(expireAfter),
    };
  }
}
