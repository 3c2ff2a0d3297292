import {
  Context,
  peerRelation,
  relation,
  relationIn,
  type Bag,
  type ContainerParts,
  type Occasions,
  type PretendProgram,
  type State,
  type StateParts,
  type StateRelation,
} from 'charmwright/testing';

import { PgBouncerCharm } from '../../src/pgbouncer/charm.ts';
import type { meta } from '../../src/pgbouncer/charm.types.ts';
import { backendData, base, FakeMachine, pretendPgbouncer } from './pgbouncer-under-test.ts';

export type PgBouncerState = State<typeof meta>;

/** What a test says of a unit. There is one container, so it needs no name. */
export interface UnitParts extends Omit<StateParts<typeof meta>, 'containers'> {
  readonly container?: ContainerParts;
}

/** The charm on a machine that the test can change. */
export function contextOn(machine: FakeMachine): Context<typeof meta, PgBouncerCharm> {
  class PgBouncerOnMachine extends PgBouncerCharm {
    override readonly machine = machine;
  }
  return new Context(PgBouncerOnMachine);
}

/** The charm on a machine with two cores, which every server answers. */
export const context: Context<typeof meta, PgBouncerCharm> = contextOn(new FakeMachine());
export const on: Occasions<typeof meta> = context.on;

/** A PgBouncer that refuses to run. */
export const exitingAtStart: PretendProgram = (process) => {
  process.exit(1);
};

/** A unit whose container answers, before anything has run in it. */
function unit({ container, ...parts }: UnitParts): PgBouncerState {
  const image: ContainerParts = { canConnect: true, programs: { pgbouncer: pretendPgbouncer } };
  return context.state({
    model: { name: 'shop' },
    containers: { pgbouncer: { ...image, ...container } },
    ...parts,
  });
}

/** The unit that leads, fresh from its install. */
export function leader(parts: UnitParts = {}): PgBouncerState {
  return unit({ leader: true, ...parts });
}

/** A unit that does not lead, fresh from its install. */
export function follower(parts: UnitParts = {}): PgBouncerState {
  return unit({ leader: false, ...parts });
}

/** The peer relation with a config that the leader has published. */
export function publishing(cfg_file: string): StateRelation<'pgb-peers'> {
  return peerRelation('pgb-peers', { appData: { cfg_file } });
}

/** The relation with PostgreSQL, which has made a database and a user. */
export function backend(data: Bag = backendData): StateRelation<'backend-database'> {
  return relation('backend-database', { remoteApp: 'postgresql', remoteAppData: data });
}

/** The relation with an application that wants connections. */
export function client(): StateRelation<'database'> {
  return relation('database', { remoteApp: 'webshop' });
}

/** What the leader has told its client. */
export function told(state: PgBouncerState): Bag {
  return relationIn(state, 'database')?.localAppData ?? {};
}

/** What the leader has published to its peers. */
export function published(state: PgBouncerState): Bag {
  return relationIn(state, 'pgb-peers')?.localAppData ?? {};
}

/** A leader whose processes run. */
export async function runningUnit(parts: UnitParts = {}): Promise<PgBouncerState> {
  return await context.stateAfter([on.start(), on.pebbleReady('pgbouncer')], leader(parts));
}

/** A leader with a backend and a client that it has told where to connect. */
export async function servingUnit(): Promise<PgBouncerState> {
  const running = await runningUnit({ relations: [backend(), client()] });
  return await context.stateAfter([on.updateStatus()], running);
}

/** The files of the charm by path in its directory; of a directory the path ends in a slash. */
export function filesIn(state: PgBouncerState): PgBouncerState['containers']['pgbouncer']['files'] {
  const ours = Object.entries(state.containers.pgbouncer.files).flatMap(([path, file]) =>
    path.startsWith(`${base}/`) ? [[path.slice(base.length + 1), file] as const] : [],
  );
  return Object.fromEntries(ours);
}

/** The text of a file of the charm; empty when it is not there. */
export function fileIn(state: PgBouncerState, path: string): string {
  return filesIn(state)[path]?.text ?? '';
}
