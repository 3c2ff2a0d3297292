import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { Context } from '../src/testing/transition/context.ts';
import { PgBouncerCharm } from '../src/pgbouncer/charm.ts';
import { BenchCharm } from './bench-charm.ts';
import { median, printTable } from './table.ts';

/**
 * State transitions in one process: the same charms under `charmwright/testing` and under
 * `ops.testing`, in turns, each for as long and each when it is warm. A small
 * charm answers config-changed on the leader with a status and a databag; the PgBouncer charm, and
 * the yardstick of the dispatch bench, which decides and writes the same, renders its files.
 */
const rounds = Number(process.env['BENCH_ROUNDS'] ?? 5);
/** Of one round. */
const seconds = 0.5;

interface Contest {
  readonly name: string;
  /** What `transitions.py` calls it. */
  readonly scenario: string;
  /** How many transitions it takes until Node has compiled what it will compile. */
  readonly warmUp: number;
  /** What the ratio is to reach. */
  readonly target?: number;
  /** One transition. */
  readonly run: () => Promise<void>;
}

/** Milliseconds of one transition. */
interface Cost {
  readonly wall: number;
  readonly cpu: number;
}

const contests: readonly Contest[] = [
  { name: 'a small charm', scenario: 'small', warmUp: 3000, target: 20, run: smallCharm() },
  { name: 'PgBouncer', scenario: 'pgbouncer', warmUp: 300, run: await pgbouncer() },
];
for (const contest of contests) await hold(contest);

function smallCharm(): Contest['run'] {
  const context = new Context(BenchCharm);
  const state = context.state({ leader: true, config: { port: 8080 } });
  return async () => {
    const { state: after } = await context.run(context.on.configChanged(), state);
    if (after.unitStatus.message !== 'on 8080') throw new Error('the charm did not do its work');
  };
}

/** Another mode each time, so that there is something to render. */
async function pgbouncer(): Promise<Contest['run']> {
  const context = new Context(PgBouncerCharm);
  const fresh = context.state({ leader: true, containers: { pgbouncer: { canConnect: true } } });
  let { state } = await context.run(context.on.start(), fresh);
  return async () => {
    const pool_mode = state.config.pool_mode === 'session' ? 'transaction' : 'session';
    const before = { ...state, config: { ...state.config, pool_mode } };
    ({ state } = await context.run(context.on.configChanged(), before));
    const bag = state.relations[0]?.localAppData['cfg_file'] ?? '';
    if (!bag.includes(pool_mode)) throw new Error('the charm did not do its work');
  };
}

async function hold({ name, scenario, warmUp, target, run }: Contest): Promise<void> {
  for (let count = 0; count < warmUp; count += 1) await run();
  const costs: { ours: Cost[]; theirs: Cost[] } = { ours: [], theirs: [] };
  for (let round = 0; round < rounds; round += 1) {
    costs.ours.push(await ours(run));
    const cost = theirs(scenario);
    if (cost !== undefined) costs.theirs.push(cost);
  }
  console.log(`\nA state transition of ${name}, median of ${rounds} rounds\n`);
  const mine = middle(costs.ours);
  const ops = middle(costs.theirs);
  const isThere = costs.theirs.length > 0;
  printTable(
    ['', 'ms each', 'of CPU', 'in a second'],
    [row('charmwright/testing', mine), ...(isThere ? [row('ops.testing', ops)] : [])],
  );
  if (!isThere) console.log('\npython3 has no ops.testing here: its row is skipped');
  else {
    const ratios = `${(ops.wall / mine.wall).toFixed(1)} in time, ${(ops.cpu / mine.cpu).toFixed(1)} in CPU time`;
    console.log(
      `\nops.testing ÷ charmwright/testing: ${ratios}${target === undefined ? '' : `, target ≥ ${target}`}`,
    );
  }
}

async function ours(run: Contest['run']): Promise<Cost> {
  const began = performance.now();
  const cpuBefore = process.cpuUsage();
  let count = 0;
  for (; performance.now() - began < seconds * 1000; count += 1) await run();
  const { user, system } = process.cpuUsage(cpuBefore);
  return { wall: (performance.now() - began) / count, cpu: (user + system) / 1000 / count };
}

/** Undefined where Python has no ops.testing. */
function theirs(scenario: string): Cost | undefined {
  const script = join(import.meta.dirname, '..', '..', 'bench', 'transitions.py');
  const args = [script, scenario, String(seconds)];
  const { status, stdout } = spawnSync('python3', args, { encoding: 'utf8' });
  if (status !== 0) return undefined;
  const [wall = Number.NaN, cpu = Number.NaN] = stdout.split(' ').map(Number);
  return { wall, cpu };
}

function middle(costs: readonly Cost[]): Cost {
  return { wall: median(costs.map(({ wall }) => wall)), cpu: median(costs.map(({ cpu }) => cpu)) };
}

function row(kit: string, { wall, cpu }: Cost): string[] {
  return [kit, wall.toFixed(3), cpu.toFixed(3), (1000 / wall).toFixed(0)];
}
