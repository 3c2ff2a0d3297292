import * as z from 'zod/mini';

import { lazy } from '../lazy.ts';
import type { Schema } from './schema.ts';
/** A change's or task's state, in Pebble's spelling. Newer daemons may know more. */
export type ChangeStatus =
  | 'Do'
  | 'Doing'
  | 'Done'
  | 'Abort'
  | 'Undo'
  | 'Undoing'
  | 'Undone'
  | 'Hold'
  | 'Error'
  | 'Wait'
  | 'Default'
  | (string & {});

/** One step of a change, such as the start of one service. */
export interface Task {
  readonly id: string;
  /** Such as `start`, `stop`, `exec`, `perform-check`. */
  readonly kind: string;
  readonly summary: string;
  readonly status: ChangeStatus;
  /** Its last lines, each as `<time> INFO|ERROR <text>`. */
  readonly log: readonly string[];
  readonly progress: { readonly label: string; readonly done: number; readonly total: number };
  /** When it was made, as the daemon wrote it: a `Date` would lose its nanoseconds. */
  readonly spawnTime: string;
  readonly readyTime?: string | undefined;
  readonly data: Readonly<Record<string, unknown>>;
}

/** Something that a daemon does, or did, over time. */
export interface Change {
  readonly id: string;
  /** Such as `start`, `stop`, `restart`, `autostart`, `replan`. */
  readonly kind: string;
  readonly summary: string;
  readonly status: ChangeStatus;
  /** True once nothing more will happen, for good or for bad. */
  readonly ready: boolean;
  /** Why it failed. Absent when it did not. */
  readonly err?: string | undefined;
  readonly tasks: readonly Task[];
  readonly spawnTime: string;
  readonly readyTime?: string | undefined;
  readonly data: Readonly<Record<string, unknown>>;
}

/** A task as it travels. */
interface WireTask {
  readonly id: string;
  readonly kind: string;
  readonly summary: string;
  readonly status: string;
  readonly log?: readonly string[] | null | undefined;
  readonly progress: { readonly label: string; readonly done: number; readonly total: number };
  readonly 'spawn-time': string;
  readonly 'ready-time'?: string | undefined;
  readonly data?: Readonly<Record<string, unknown>> | null | undefined;
}

/** A change as it travels. */
export interface WireChange {
  readonly id: string;
  readonly kind: string;
  readonly summary: string;
  readonly status: string;
  readonly ready: boolean;
  readonly err?: string | undefined;
  readonly tasks?: readonly WireTask[] | null | undefined;
  readonly 'spawn-time': string;
  readonly 'ready-time'?: string | undefined;
  readonly data?: Readonly<Record<string, unknown>> | null | undefined;
}

const dataSchema = lazy(() => z.nullish(z.record(z.string(), z.unknown())));

const wireTaskSchema: Schema<WireTask> = lazy(() =>
  z.object({
    id: z.string(),
    kind: z.string(),
    summary: z.string(),
    status: z.string(),
    log: z.nullish(z.array(z.string())),
    progress: z.object({ label: z.string(), done: z.number(), total: z.number() }),
    'spawn-time': z.string(),
    'ready-time': z.optional(z.string()),
    data: dataSchema(),
  }),
);

export const wireChangeSchema: Schema<WireChange> = lazy(() =>
  z.object({
    id: z.string(),
    kind: z.string(),
    summary: z.string(),
    status: z.string(),
    ready: z.boolean(),
    err: z.optional(z.string()),
    tasks: z.nullish(z.array(wireTaskSchema())),
    'spawn-time': z.string(),
    'ready-time': z.optional(z.string()),
    data: dataSchema(),
  }),
);

export const wireChangesSchema: Schema<readonly WireChange[] | null> = lazy(() =>
  z.nullable(z.array(wireChangeSchema())),
);

function toTask(wire: WireTask): Task {
  return {
    id: wire.id,
    kind: wire.kind,
    summary: wire.summary,
    status: wire.status,
    log: wire.log ?? [],
    progress: wire.progress,
    spawnTime: wire['spawn-time'],
    readyTime: wire['ready-time'],
    data: wire.data ?? {},
  };
}

/** Reads a change off the wire. */
export function toChange(wire: WireChange): Change {
  return {
    id: wire.id,
    kind: wire.kind,
    summary: wire.summary,
    status: wire.status,
    ready: wire.ready,
    err: wire.err,
    tasks: (wire.tasks ?? []).map(toTask),
    spawnTime: wire['spawn-time'],
    readyTime: wire['ready-time'],
    data: wire.data ?? {},
  };
}
