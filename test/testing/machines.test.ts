import { ActiveStatus, Charm, type CharmArgs, type ConfigChangedEvent } from 'charmwright';
import { Context, Harness } from 'charmwright/testing';
import { expect, it } from 'vitest';

const meta = {
  name: 'gateway',
  containers: {},
  peers: {},
  requires: {},
  provides: { site: { interface: 'http' } },
  storage: {},
  resources: {},
  options: {},
  actions: {},
} as const;

/** Opens ports in the region that it is told of. */
class Gateway extends Charm<typeof meta> {
  static readonly meta = meta;

  constructor(...args: CharmArgs<typeof meta>) {
    super(...args);
    this.observe(this.on['config-changed'], this.onConfigChanged);
  }

  async onConfigChanged(_event: ConfigChangedEvent): Promise<void> {
    const { region = 'nowhere' } = await this.model.cloudSpec();
    await this.app.setStatus(new ActiveStatus(`${this.unit.machineId} in ${region}`));
    await this.unit.openPort({ protocol: 'tcp', port: 8000, toPort: 8100 });
  }
}

const cloud = {
  type: 'ec2',
  name: 'aws',
  region: 'north',
  caCertificates: [],
  skipTlsVerify: false,
  isControllerCloud: false,
};

it('are the units’ in a state whose model is one of machines', async () => {
  const context = new Context(Gateway);
  const { model } = context.state();
  const { state } = await context.run(context.on.configChanged(), {
    leader: true,
    model: { ...model, type: 'iaas', cloud },
  });
  expect(state.appStatus.message).toBe('0 in north');
  expect(state.openedPorts).toEqual(['8000-8100/tcp']);
});

it('are the units’ in a harness whose model is one of machines', async () => {
  const harness = new Harness(Gateway, { leader: true, model: { type: 'iaas' } });
  harness.begin();
  await harness.updateModel((juju) => {
    juju.application(harness.appName).trust(cloud);
  });
  expect(harness.status.app.message).toBe('0 in north');
  expect(harness.openedPorts).toEqual(['8000-8100/tcp']);
  await harness.close();
});
