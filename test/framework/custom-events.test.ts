import * as z from 'zod/mini';
import { describe, expect, it } from 'vitest';
import { InvalidPayloadError } from '../../src/framework/errors.ts';
import type { Framework } from '../../src/framework/framework.ts';
import { NotJsonError } from '../../src/framework/json.ts';
import type { PayloadEvent, PayloadSource } from '../../src/framework/payload-event.ts';
import { MemoryStore } from '../support/memory-store.ts';
import { RecordingLogger } from '../support/recording-logger.ts';
import { open } from './unit.ts';

interface Endpoint {
  readonly host: string;
  readonly port: number;
}

const endpointSchema = z.object({ host: z.string(), port: z.number() });

class Database {
  readonly path = 'database';
  readonly ready: PayloadSource<Endpoint>;

  constructor(framework: Framework, schema: z.ZodMiniType<Endpoint> = endpointSchema) {
    this.ready = framework.define(this, 'database-ready', schema);
  }
}

class Client {
  readonly path = 'charm';
  readonly seen: unknown[] = [];
  readonly #defers: boolean;

  constructor(framework: Framework, database: Database, { defers = false } = {}) {
    this.#defers = defers;
    framework.observe(this, database.ready, this.onReady);
  }

  onReady(event: PayloadEvent<Endpoint>): ReturnType<typeof event.defer> | undefined {
    this.seen.push(event.payload);
    return this.#defers ? event.defer('not yet') : undefined;
  }
}

/** Makes a client; it observes at once, so it need not be kept. */
function clientOf(...args: ConstructorParameters<typeof Client>): Client {
  return new Client(...args);
}

describe('a custom event', () => {
  it('brings its payload to the observers before emit() is done', async () => {
    const framework = await open();
    const database = new Database(framework);
    const client = clientOf(framework, database);
    await database.ready.emit({ host: 'a', port: 1 });
    expect(client.seen).toEqual([{ host: 'a', port: 1 }]);
  });

  it('comes again in a later process with its payload', async () => {
    const store = new MemoryStore();
    const before = await open({ store });
    const database = new Database(before);
    clientOf(before, database, { defers: true });
    await database.ready.emit({ host: 'a', port: 1 });
    await before.commit();
    const after = await open({ store });
    const client = clientOf(after, new Database(after));
    await after.reemit();
    expect(client.seen).toEqual([{ host: 'a', port: 1 }]);
    expect(after.deferred).toEqual([]);
  });

  it('is refused, unseen by anyone, when its payload does not fit', async () => {
    const framework = await open();
    const database = new Database(
      framework,
      endpointSchema.check(z.refine(({ port }) => port > 0)),
    );
    const client = clientOf(framework, database);
    await expect(database.ready.emit({ host: 'a', port: -1 })).rejects.toThrow(InvalidPayloadError);
    expect(client.seen).toEqual([]);
  });

  it('is refused when its payload could not be stored', async () => {
    const framework = await open();
    const owner = { path: 'owner', onTold: (): void => {} };
    const told = framework.define(owner, 'told', z.object({ at: z.date() }));
    framework.observe(owner, told, owner.onTold);
    await expect(told.emit({ at: new Date() })).rejects.toThrow(NotJsonError);
  });

  it('is dropped with a warning when a later revision expects another payload', async () => {
    const store = new MemoryStore();
    const before = await open({ store });
    const database = new Database(before);
    clientOf(before, database, { defers: true });
    await database.ready.emit({ host: 'a', port: 1 });
    await before.commit();
    const logger = new RecordingLogger();
    const after = await open({ store, logger });
    const strict = endpointSchema.check(z.refine(({ port }) => port > 1024, 'too low'));
    const client = clientOf(after, new Database(after, strict));
    await after.reemit();
    expect(client.seen).toEqual([]);
    expect(logger.of('WARNING')).toEqual([
      expect.stringContaining('its payload no longer fits its schema: too low'),
    ]);
  });
});
