import {
  ActiveStatus,
  Charm,
  type ActionEvent,
  type CharmArgs,
  type ConfigChangedEvent,
  type Deferred,
  type PebbleCustomNoticeEvent,
  type SecretChangedEvent,
  type SecretRotateEvent,
  type StoredState,
} from 'charmwright';
import * as z from 'zod/mini';

export const meta = {
  name: 'ledger',
  containers: { web: {} },
  peers: { cluster: { interface: 'peers' } },
  requires: { db: { interface: 'sql', limit: 1 } },
  provides: { site: { interface: 'http' }, agent: { interface: 'agent', scope: 'container' } },
  storage: { data: { type: 'filesystem', location: '/data' } },
  resources: { seed: { type: 'file', filename: 'seed.txt' } },
  options: { port: { type: 'int', default: 80 }, motto: { type: 'string' } },
  actions: {
    backup: { params: { target: { type: 'string' } }, required: ['target'] },
  },
} as const;

/** Uses of Juju what the other small charm does not. */
export class Ledger extends Charm<typeof meta> {
  static readonly meta: typeof meta = meta;
  readonly seen: StoredState<{ runs: number }> = this.stored('seen', {
    schema: z.object({ runs: z.number() }),
    initial: () => ({ runs: 0 }),
  });

  constructor(...args: CharmArgs<typeof meta>) {
    super(...args);
    this.observe(this.on['config-changed'], this.onConfigChanged);
    this.observe(this.on['secret-changed'], this.onSecretChanged);
    this.observe(this.on['secret-rotate'], this.onSecretRotate);
    this.observe(this.on['web-pebble-custom-notice'], this.onNotice);
    this.observe(this.on['backup-action'], this.onBackup);
    this.observe(this.on['update-status'], this.onUpdateStatus);
    this.observe(this.on.stop, this.onStop);
  }

  async onConfigChanged(event: ConfigChangedEvent): Promise<Deferred | void> {
    this.seen.value.runs += 1;
    if (event.attempts === 0) return event.defer('not yet');
    await this.unit.openPort(await this.config.get('port'));
    await this.app.setVersion('1.2');
    await this.unit.setStatus(new ActiveStatus('done'));
    return undefined;
  }

  async onSecretChanged(event: SecretChangedEvent): Promise<void> {
    const { password } = await event.secret.refresh();
    await this.unit.container('web').push('/password-length', String(password?.length));
  }

  async onSecretRotate(event: SecretRotateEvent): Promise<void> {
    await event.secret.setContent({ password: 'fresh' });
  }

  async onNotice(event: PebbleCustomNoticeEvent): Promise<void> {
    const details = await event.details();
    await this.unit.setStatus(new ActiveStatus(`${event.notice.key} ${details?.lastData['size']}`));
  }

  async onBackup(event: ActionEvent<(typeof meta)['actions']['backup']>): Promise<void> {
    const { target } = await event.params();
    if (target === 'nowhere') await event.fail('no such place');
    else await event.setResults({ size: '3' });
  }

  async onUpdateStatus(): Promise<void> {
    const cluster = await this.model.relation('cluster');
    await cluster?.data(this.unit).set({ alive: 'yes' });
    this.logger.info('writing');
    throw new Error('the disk is full');
  }

  onStop(): void {}
}
