import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { ActiveStatus, Charm, type CharmArgs } from '../src/index.ts';
import { Context } from '../src/testing/transition/context.ts';
import { median, printTable } from './table.ts';

/**
 * State transitions in one process: the same small charm under `charmwright/testing` and under
 * `ops.testing`, in turns. Each answers config-changed on the leader with a status and a databag.
 */
const rounds = Number(process.env['BENCH_ROUNDS'] ?? 5);
const runs = 200;

const meta = {
  name: 'bench',
  containers: {},
  peers: { cluster: { interface: 'peers' } },
  requires: {},
  provides: {},
  storage: {},
  resources: {},
  options: { port: { type: 'int', default: 80 } },
  actions: {},
} as const;

class BenchCharm extends Charm<typeof meta> {
  static readonly meta: typeof meta = meta;

  constructor(...args: CharmArgs<typeof meta>) {
    super(...args);
    // oxlint-disable-next-line typescript/unbound-method -- the framework calls it on the charm
    this.observe(this.on['config-changed'], this.onConfigChanged);
  }

  async onConfigChanged(): Promise<void> {
    const port = await this.config.get('port');
    if (await this.unit.isLeader()) {
      const cluster = await this.model.relation('cluster');
      await cluster?.data(this.app).set({ port: String(port) });
    }
    await this.unit.setStatus(new ActiveStatus(`on ${port}`));
  }
}

const context = new Context(BenchCharm);
const state = context.state({ leader: true, config: { port: 8080 } });

async function ours(): Promise<number> {
  const began = performance.now();
  for (let run = 0; run < runs; run += 1) {
    const { state: after } = await context.run(context.on.configChanged(), state);
    if (after.unitStatus.message !== 'on 8080') throw new Error('the charm did not do its work');
  }
  return (performance.now() - began) / runs;
}

/** Undefined where Python has no ops.testing. */
function theirs(): number | undefined {
  const script = join(import.meta.dirname, '..', '..', 'bench', 'transitions.py');
  const { status, stdout } = spawnSync('python3', [script, String(runs)], { encoding: 'utf8' });
  return status === 0 ? Number(stdout) : undefined;
}

await ours();
const times: { ours: number[]; theirs: number[] } = { ours: [], theirs: [] };
for (let round = 0; round < rounds; round += 1) {
  times.ours.push(await ours());
  const time = theirs();
  if (time !== undefined) times.theirs.push(time);
}
console.log(`\nOne state transition, median of ${rounds} rounds of ${runs}\n`);
const mine = median(times.ours);
const ops = median(times.theirs);
printTable(
  ['', 'ms each', 'in a second'],
  [
    ['charmwright/testing', mine.toFixed(3), (1000 / mine).toFixed(0)],
    ...(times.theirs.length > 0 ? [['ops.testing', ops.toFixed(3), (1000 / ops).toFixed(0)]] : []),
  ],
);
if (times.theirs.length === 0) console.log('\npython3 has no ops.testing here: its row is skipped');
else console.log(`\nops.testing ÷ charmwright/testing: ${(ops / mine).toFixed(1)}, target ≥ 20`);
