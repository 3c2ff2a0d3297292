import { ActiveStatus, Charm, main, type CharmArgs } from '../src/index.ts';

const meta = {
  name: 'ten-calls',
  containers: {},
  peers: { cluster: { interface: 'cluster' } },
  requires: {},
  provides: {},
  storage: {},
  resources: {},
  options: { listen_port: { type: 'int', default: 80 } },
  actions: {},
} as const;

/** Asks Juju six things and tells it four, as the charm in `ops-ten-calls` does. */
class TenCallsCharm extends Charm<typeof meta> {
  static readonly meta: typeof meta = meta;

  constructor(...args: CharmArgs<typeof meta>) {
    super(...args);
    // oxlint-disable-next-line typescript/unbound-method -- the framework calls it on the charm
    this.observe(this.on['config-changed'], this.onConfigChanged);
  }

  async onConfigChanged(): Promise<void> {
    const port = await this.config.get('listen_port');
    const cluster = await this.model.relation('cluster');
    if (!(await this.unit.isLeader()) || cluster === undefined) return;
    const members = (await cluster.units()).length;
    const shown = await cluster.data(this.app).get('port');
    const { bindAddress } = await this.unit.network(cluster);
    if (shown !== String(port)) await cluster.data(this.app).set({ port: String(port) });
    await this.unit.openPort(port);
    await this.app.setVersion('1.0');
    await this.unit.setStatus(new ActiveStatus(`on ${bindAddress}, with ${members}`));
  }
}

await main(TenCallsCharm);
