import { ActiveStatus, Charm, type CharmArgs } from '../src/index.ts';

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

/** The small charm of `transitions.py`. */
export class BenchCharm extends Charm<typeof meta> {
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
