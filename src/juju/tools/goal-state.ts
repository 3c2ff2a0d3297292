import * as z from 'zod/mini';
import { lazy } from '../../lazy.ts';
import type { HookTools } from '../hook-tool.ts';
import { readDate } from './date.ts';
import { readTool, type ToolOptions } from './run.ts';

/** Where a unit or a relation stands on the way to where Juju wants it. */
export interface Goal {
  /** Of a unit its status, or `dying`; of a relation `joining`, `joined`, … */
  readonly status: string;
  /** Absent where Juju does not know. */
  readonly since?: Date;
}

/** What the model shall be once all that is under way has come to its end. */
export interface GoalState {
  /** This application's units, this one and those to come included, by name. */
  readonly units: Readonly<Record<string, Goal>>;
  /** By this application's endpoint, then by the remote application and its units. */
  readonly relations: Readonly<Record<string, Readonly<Record<string, Goal>>>>;
}

const goalSchema = lazy(() => z.object({ status: z.string(), since: z.nullish(z.string()) }));
const goalsSchema = lazy(() => z.record(z.string(), goalSchema()));
const goalStateSchema = lazy(() =>
  z.object({
    units: z.nullish(goalsSchema()),
    relations: z.nullish(z.record(z.string(), z.nullable(goalsSchema()))),
  }),
);

type WireGoals = z.infer<ReturnType<typeof goalsSchema>>;

/** `goal-state`: the units and relations that Juju expects, also those that are not there yet. */
export async function goalState(tools: HookTools, options?: ToolOptions): Promise<GoalState> {
  const call = { tool: 'goal-state', args: ['--format=json'] };
  const wire = await readTool(tools, call, goalStateSchema(), options);
  const relations = Object.entries(wire.relations ?? {});
  return {
    units: goals(wire.units),
    relations: Object.fromEntries(
      relations.map(([endpoint, sides]) => [endpoint, goals(sides)] as const),
    ),
  };
}

function goals(wire: WireGoals | null | undefined): Readonly<Record<string, Goal>> {
  const entries = Object.entries(wire ?? {});
  return Object.fromEntries(
    entries.map(([name, { status, since }]) => {
      const known = since === undefined || since === null || since === '';
      return [name, known ? { status } : { status, since: readDate('goal-state', since) }] as const;
    }),
  );
}
