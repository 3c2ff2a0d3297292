import * as z from 'zod';
import type { WorkloadNotice } from '../../simulator/workload-news.ts';
import { askPebble } from './pebble-question.ts';

const noticesSchema = z.nullable(
  z.array(
    z.object({
      id: z.string(),
      type: z.string(),
      key: z.string(),
      'last-repeated': z.string(),
      'last-data': z.nullish(z.record(z.string(), z.string())),
    }),
  ),
);

const changeSchema = z.object({ status: z.string() });

/** The changes that Juju's agent looks up: those of checks that fail or recover. */
const kindsOfChecks: readonly (string | undefined)[] = ['perform-check', 'recover-check'];

/**
 * The notices of one boot of a container's Pebble, each repetition once. Like Juju's agent, it
 * remembers by the time of their repetition how far it has read, and asks for those of all users.
 */
export class PebbleNotices {
  readonly #socketPath: string;
  #after = '';

  constructor(socketPath: string) {
    this.#socketPath = socketPath;
  }

  /** What is new since the last time; nothing while Pebble does not answer. */
  async news(): Promise<readonly WorkloadNotice[]> {
    const query = new URLSearchParams({ users: 'all' });
    if (this.#after !== '') query.set('after', this.#after);
    const answer = await askPebble(this.#socketPath, `/v1/notices?${query.toString()}`);
    const found = noticesSchema.safeParse(answer?.result).data ?? [];
    const news: WorkloadNotice[] = [];
    for (const { id, type, key, 'last-data': lastData, 'last-repeated': repeated } of found) {
      const data = lastData ?? {};
      const isOfCheck = type === 'change-update' && kindsOfChecks.includes(data['kind']);
      const change = isOfCheck ? await this.#change(key) : {};
      // It is read again when Pebble answers again.
      if (change === undefined) break;
      news.push({ id, type, key, data, ...change });
      this.#after = repeated;
    }
    return news;
  }

  /** How a change stands, which may be further than its notice tells; nothing of one that is gone. */
  async #change(id: string): Promise<{ readonly changeStatus?: string } | undefined> {
    const answer = await askPebble(this.#socketPath, `/v1/changes/${encodeURIComponent(id)}`);
    if (answer === undefined) return undefined;
    const { data } = changeSchema.safeParse(answer.result);
    return data === undefined ? {} : { changeStatus: data.status };
  }
}
