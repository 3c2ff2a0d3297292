/** A notice that the workload gave. */
export interface StateNotice {
  readonly id: string;
  /** Such as `example.com/backup-done`. */
  readonly key: string;
  /** What came with its last occurrence. */
  readonly data: Readonly<Record<string, string>>;
  /** The user who may see it; undefined when everybody may. */
  readonly userId: number | undefined;
  readonly occurrences: number;
  /** Times as Pebble writes them: `2026-01-01T00:00:00Z`. */
  readonly firstOccurred: string;
  readonly lastOccurred: string;
  /** Of the last occurrence that whoever waits was told of. */
  readonly lastRepeated: string;
  /** How long further ones tell nobody, in Go's spelling, such as `1h0m0s`. */
  readonly repeatAfter: string | undefined;
}

/** What may be said of a notice. Without times it came now; its id is its place, from 1 on. */
export interface NoticeParts extends Partial<StateNotice> {
  readonly key: string;
}

/** @internal The whole notice from its parts. */
export function completeNotice(given: string | NoticeParts, place: string, now: Date): StateNotice {
  const parts: NoticeParts = typeof given === 'string' ? { key: given } : given;
  const { firstOccurred = now.toISOString().replace('.000Z', 'Z') } = parts;
  const { lastOccurred = firstOccurred } = parts;
  return {
    id: place,
    data: {},
    userId: undefined,
    occurrences: 1,
    lastRepeated: lastOccurred,
    repeatAfter: undefined,
    ...parts,
    firstOccurred,
    lastOccurred,
  };
}
