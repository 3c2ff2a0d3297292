import {
  ActiveStatus,
  Charm,
  decision,
  defer,
  end,
  entry,
  flowchart,
  step,
  WaitingStatus,
  type CharmArgs,
  type ConfigChangedEvent,
  type Deferred,
  type Flowchart,
  type PebbleReadyEvent,
  type RelationChangedEvent,
} from 'charmwright';

export const meta = {
  name: 'hello',
  containers: { web: { resource: 'web-image' } },
  peers: { cluster: { interface: 'hello_peers' } },
  requires: { db: { interface: 'sql' } },
  provides: { site: { interface: 'http' } },
  storage: {},
  resources: {},
  options: {
    port: { type: 'int', default: 80 },
    greeting: { type: 'string', default: 'hello' },
    motto: { type: 'string' },
  },
  actions: {},
} as const;

async function canConnect(charm: Hello): Promise<boolean> {
  return await charm.unit.container('web').canConnect();
}

async function startWeb(charm: Hello): Promise<void> {
  const web = charm.unit.container('web');
  const port = await charm.config.get('port');
  await web.push('/etc/web/port', String(port), {
    user: 'postgres',
    group: 'postgres',
    permissions: 0o640,
    makeDirs: true,
  });
  await web.addLayer(
    'hello',
    {
      services: {
        web: { override: 'replace', command: `/bin/web --port ${port}`, startup: 'enabled' },
      },
    },
    { combine: true },
  );
  await web.replan();
  await charm.unit.setStatus(new ActiveStatus(`on ${port}`));
}

export const readyChart: Flowchart<Hello, PebbleReadyEvent> = flowchart<Hello, PebbleReadyEvent>()(
  'ready',
  {
    hook_fired: entry('web-pebble-ready Hook', 'can_connect'),
    can_connect: decision('Can it connect?', canConnect, { no: 'wait', yes: 'start_web' }),
    wait: defer('defer', 'web cannot be reached'),
    start_web: step('Start web', startWeb, 'rtn'),
    rtn: end('return'),
  },
);

/** A small charm that uses a bit of everything. */
export class Hello extends Charm<typeof meta> {
  static readonly meta: typeof meta = meta;
  /** Set by a test: what config-changed throws. */
  breakage: Error | undefined;

  constructor(...args: CharmArgs<typeof meta>) {
    super(...args);
    this.observe(this.on['config-changed'], this.onConfigChanged);
    this.observe(this.on['web-pebble-ready'], readyChart);
    this.observe(this.on['db-relation-changed'], this.onDbChanged);
    this.observe(this.on['update-status'], this.onUpdateStatus);
  }

  async onConfigChanged(event: ConfigChangedEvent): Promise<Deferred | void> {
    if (this.breakage !== undefined) throw this.breakage;
    if (!(await canConnect(this))) return event.defer('web is not up yet');
    await startWeb(this);
    const peers = await this.model.relation('cluster');
    if (peers === undefined || !(await this.unit.isLeader())) return undefined;
    await peers.data(this.app).set({ port: String(await this.config.get('port')) });
    return undefined;
  }

  async onDbChanged(event: RelationChangedEvent): Promise<void> {
    const { relation } = event;
    const bag = relation.data(await relation.remoteApp());
    const host = await bag.get('host');
    await this.unit.setStatus(
      host === undefined ? new WaitingStatus('no host') : new ActiveStatus(`db at ${host}`),
    );
    await relation.data(this.unit).set({ seen: host ?? '' });
  }

  async onUpdateStatus(): Promise<void> {
    this.logger.info('all is well');
  }
}
