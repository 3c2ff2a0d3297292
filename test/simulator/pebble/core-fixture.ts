import * as z from 'zod';

import { rootOnly, type Accounts } from '../../../src/simulator/pebble/accounts.ts';
import type { NetworkProbes } from '../../../src/simulator/pebble/checks/network-probes.ts';
import type { PebbleCore, PebbleCoreEvent } from '../../../src/simulator/pebble/core.ts';
import { createPebbleCore } from '../../../src/simulator/pebble/create-pebble-core.ts';
import { manualClock, type ManualClock } from '../../../src/simulator/pebble/manual-clock.ts';
import {
  memoryFileSystem,
  type MemoryFileSystem,
} from '../../../src/simulator/pebble/memory-file-system.ts';
import {
  pretendLauncher,
  type PretendLauncher,
  type PretendProgram,
} from '../../../src/simulator/pebble/pretend-launcher.ts';

export interface TaskRow {
  readonly summary: string;
  readonly status: string;
  readonly log: readonly string[];
}

export interface ChangeRow {
  readonly id: string;
  readonly kind: string;
  readonly summary: string;
  readonly status: string;
  readonly ready: boolean;
  readonly err?: string | undefined;
  readonly tasks: readonly TaskRow[];
}

const taskSchema: z.ZodType<TaskRow> = z.object({
  summary: z.string(),
  status: z.string(),
  log: z.array(z.string()).default([]),
});

const changeSchema: z.ZodType<ChangeRow> = z.object({
  id: z.string(),
  kind: z.string(),
  summary: z.string(),
  status: z.string(),
  ready: z.boolean(),
  err: z.string().optional(),
  tasks: z.array(taskSchema).default([]),
});

const envelopeSchema = z.object({
  result: z.unknown().optional(),
  change: z.string().optional(),
});

const serviceSchema = z.array(
  z.object({ name: z.string(), current: z.string(), 'current-since': z.string().optional() }),
);

/** A daemon without socket, processes or passing time, and short words to drive it. */
export interface CoreFixture {
  readonly core: PebbleCore;
  readonly clock: ManualClock;
  readonly files: MemoryFileSystem;
  readonly launcher: PretendLauncher;
  readonly events: readonly PebbleCoreEvent[];
  get(path: string, query?: Record<string, string | string[]>): Promise<Reply>;
  post(path: string, body: unknown): Promise<Reply>;
  /** Adds a layer, given as a value. */
  addLayer(services: Record<string, object>, label?: string): Promise<void>;
  /** Asks for an action. @returns the change's id. */
  ask(action: string, ...services: string[]): Promise<string>;
  change(id: string): Promise<ChangeRow>;
  /** Asks for an action, lets two seconds pass, and returns what became of it. */
  act(action: string, ...services: string[]): Promise<ChangeRow>;
  status(service: string): Promise<string | undefined>;
}

export interface Reply {
  readonly status: number;
  readonly text: string;
  readonly result: unknown;
  readonly change: string | undefined;
}

export interface FixtureOptions {
  readonly programs?: Record<string, PretendProgram | undefined>;
  readonly accounts?: Accounts;
  readonly network?: NetworkProbes;
  readonly layers?: readonly { order: number; label: string; text: string }[];
}

export function coreFixture(options: FixtureOptions = {}): CoreFixture {
  const clock = manualClock();
  const files = memoryFileSystem({ clock });
  const launcher = pretendLauncher({ programs: options.programs });
  const core = createPebbleCore({
    launcher,
    files,
    clock,
    accounts: options.accounts ?? rootOnly,
    layers: options.layers,
    network: options.network,
    random: () => 0,
  });
  const events: PebbleCoreEvent[] = [];
  core.listen((event) => {
    events.push(event);
  });
  const send = async (request: Parameters<PebbleCore['handle']>[0]): Promise<Reply> => {
    const response = await core.handle(request);
    const text = await textOf(response.body);
    const json =
      response.headers['content-type'] === 'application/json'
        ? envelopeSchema.parse(JSON.parse(text))
        : {};
    return { status: response.status, text, result: json.result, change: json.change };
  };
  const fixture: CoreFixture = {
    core,
    clock,
    files,
    launcher,
    events,
    get: (path, query = {}) => send({ method: 'GET', path, query }),
    post: (path, body) =>
      send({
        method: 'POST',
        path,
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      }),
    async addLayer(services, label = 'base') {
      const { status, text } = await fixture.post('/v1/layers', {
        action: 'add',
        combine: true,
        label,
        format: 'yaml',
        layer: JSON.stringify({ services }),
      });
      if (status !== 200) {
        throw new Error(text);
      }
    },
    async ask(action, ...services) {
      const { change, text } = await fixture.post('/v1/services', { action, services });
      if (change === undefined) {
        throw new Error(text);
      }
      return change;
    },
    change: async (id) => changeSchema.parse((await fixture.get(`/v1/changes/${id}`)).result),
    async act(action, ...services) {
      const id = await fixture.ask(action, ...services);
      await clock.advance(2000);
      return fixture.change(id);
    },
    async status(service) {
      const rows = serviceSchema.parse((await fixture.get('/v1/services')).result);
      return rows.find(({ name }) => name === service)?.current;
    },
  };
  return fixture;
}

export async function textOf(body: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) {
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
