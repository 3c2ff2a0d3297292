import {
  ActiveStatus,
  type ActionEvent,
  Charm,
  WaitingStatus,
  type CharmArgs,
  type ConfigChangedEvent,
  type Deferred,
  type PebbleReadyEvent,
  type RelationChangedEvent,
  type UpdateStatusEvent,
} from '../../src/index.ts';

export const meta = {
  name: 'hello',
  containers: { web: { resource: 'web-image' } },
  peers: { friends: { interface: 'friends' } },
  requires: {},
  provides: { greeting: { interface: 'greeting' } },
  storage: { data: { type: 'filesystem', multiple: { range: '0-' } } },
  resources: { seed: { type: 'file', filename: 'seed.sql' } },
  options: {
    port: { type: 'int', default: 80 },
    title: { type: 'string' },
    token: { type: 'secret' },
    loud: { type: 'boolean', default: false },
  },
  actions: { shout: {} },
} as const;

/** What a test has the charm do, by the name of its method. */
export interface Script {
  configChanged?: (charm: HelloCharm, event: ConfigChangedEvent) => Promise<Deferred | void>;
  updateStatus?: (charm: HelloCharm, event: UpdateStatusEvent) => Promise<Deferred | void>;
  greetingChanged?: (charm: HelloCharm, event: RelationChangedEvent) => Promise<Deferred | void>;
  shout?: (charm: HelloCharm, event: ActionEvent) => Promise<void>;
  webReady?: (charm: HelloCharm, event: PebbleReadyEvent) => Promise<Deferred | void>;
}

/** A charm whose handlers are given by the test. */
export class HelloCharm extends Charm<typeof meta> {
  static readonly meta: typeof meta = meta;
  static script: Script = {};

  constructor(...args: CharmArgs<typeof meta>) {
    super(...args);
    this.observe(this.on['config-changed'], this.onConfigChanged);
    this.observe(this.on['update-status'], this.onUpdateStatus);
    this.observe(this.on['greeting-relation-changed'], this.onGreetingChanged);
    this.observe(this.on['web-pebble-ready'], this.onWebReady);
    this.observe(this.on['shout-action'], this.onShout);
  }

  async onConfigChanged(event: ConfigChangedEvent): Promise<Deferred | void> {
    return await HelloCharm.script.configChanged?.(this, event);
  }

  async onUpdateStatus(event: UpdateStatusEvent): Promise<Deferred | void> {
    return await HelloCharm.script.updateStatus?.(this, event);
  }

  async onGreetingChanged(event: RelationChangedEvent): Promise<Deferred | void> {
    return await HelloCharm.script.greetingChanged?.(this, event);
  }

  async onShout(event: ActionEvent): Promise<void> {
    await HelloCharm.script.shout?.(this, event);
  }

  async onWebReady(event: PebbleReadyEvent): Promise<Deferred | void> {
    return await HelloCharm.script.webReady?.(this, event);
  }
}

export { ActiveStatus, WaitingStatus };
