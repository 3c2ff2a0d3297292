import type { PebbleClock } from '../clock.ts';
import { NanoClock, type NanoTime } from './nano-time.ts';
import { Notice, type NoticeType, type Occurrence, type PastNotice } from './notice.ts';

/** Which notices a request asks for. Whatever is absent does not matter. */
export interface NoticeFilter {
  /** The notices of this user and everybody's. */
  readonly userId?: number | undefined;
  readonly types?: readonly NoticeType[] | undefined;
  readonly keys?: readonly string[] | undefined;
  /** Those that were repeated after this time, not at it. */
  readonly after?: NanoTime | undefined;
}

/** How many notices are remembered; the oldest make room. */
const keepLimit = 1000;

/** The notices of a daemon's life. */
export class NoticeList {
  readonly #clock: NanoClock;
  /** In the order of their last repetition. */
  readonly #notices = new Map<string, Notice>();
  readonly #ids = new Map<string, string>();
  readonly #waiting = new Set<() => void>();
  readonly #onRepeat: (id: string, occurrence: Occurrence) => void;
  #lastId = 0;

  /** @param onRepeat called for each notice that is new or repeats. */
  constructor(
    clock: PebbleClock,
    onRepeat: (id: string, occurrence: Occurrence) => void = () => undefined,
  ) {
    this.#clock = new NanoClock(clock);
    this.#onRepeat = onRepeat;
  }

  /** Takes notices that came earlier, in the order of their last repetition. Nobody is told. */
  remember(past: readonly PastNotice[]): void {
    for (const each of past) {
      const notice = Notice.past(each);
      this.#lastId = Math.max(this.#lastId, Number(each.id));
      this.#notices.set(notice.id, notice);
      this.#ids.set(identityOf(each), notice.id);
    }
  }

  /** Notes that something happened. @returns the id of its notice. */
  add(occurrence: Occurrence): string {
    const now = this.#clock.now();
    const identity = identityOf(occurrence);
    const known = this.#notices.get(this.#ids.get(identity) ?? '');
    const repeats = known?.occur(occurrence, now) ?? true;
    const notice = known ?? new Notice(this.#nextId(), occurrence, now);
    if (repeats) {
      this.#notices.delete(notice.id);
      this.#notices.set(notice.id, notice);
      this.#ids.set(identity, notice.id);
      this.#forget(now);
      for (const wake of this.#waiting) {
        wake();
      }
      this.#onRepeat(notice.id, occurrence);
    }
    return notice.id;
  }

  get(id: string): Notice | undefined {
    return this.#notices.get(id);
  }

  /** The notices that the filter asks for, in the order of their last repetition. */
  list(filter: NoticeFilter): Notice[] {
    return [...this.#notices.values()].filter((notice) => matches(notice, filter));
  }

  /** Resolves with the first notices that match, or with none when the signal aborts. */
  async wait(filter: NoticeFilter, signal: AbortSignal): Promise<Notice[]> {
    for (;;) {
      const found = this.list(filter);
      if (found.length > 0 || signal.aborted) {
        return found;
      }
      await new Promise<void>((resolve) => {
        const wake = (): void => {
          this.#waiting.delete(wake);
          signal.removeEventListener('abort', wake);
          resolve();
        };
        this.#waiting.add(wake);
        signal.addEventListener('abort', wake);
      });
    }
  }

  #nextId(): string {
    this.#lastId += 1;
    return String(this.#lastId);
  }

  #forget(now: NanoTime): void {
    for (const [id, notice] of this.#notices) {
      if (this.#notices.size <= keepLimit && !notice.expired(now)) {
        return;
      }
      this.#notices.delete(id);
      this.#ids.delete(identityOf(notice.identity));
    }
  }
}

function identityOf({ userId, type, key }: Notice['identity']): string {
  return JSON.stringify([userId, type, key]);
}

function matches({ identity, lastRepeated }: Notice, filter: NoticeFilter): boolean {
  const { userId, types, keys, after } = filter;
  return (
    (userId === undefined || identity.userId === null || identity.userId === userId) &&
    (types === undefined || types.includes(identity.type)) &&
    (keys === undefined || keys.includes(identity.key)) &&
    (after === undefined || lastRepeated > after)
  );
}
