import {
  Charm,
  HookToolNotFoundError,
  HookToolPermissionError,
  type ActionEvent,
  type CharmArgs,
  type ObservedSecret,
  type PebbleCheckFailedEvent,
  type PebbleCheckRecoveredEvent,
  type PebbleCustomNoticeEvent,
  type SecretChangedEvent,
  type SecretExpiredEvent,
  type SecretRotateEvent,
} from 'charmwright';
import {
  checkSequences,
  FailingSequenceError,
  replay,
  type SequenceOptions,
  type Step,
} from 'charmwright/testing/properties';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

const meta = {
  name: 'vault',
  containers: { web: {} },
  peers: { cluster: { interface: 'peers' } },
  requires: { db: { interface: 'sql' } },
  provides: {},
  storage: { data: { type: 'filesystem', multiple: { range: '0-2' } } },
  resources: {},
  options: { token: { type: 'secret' } },
  actions: { backup: { params: { target: { type: 'string' } } } },
} as const;

/** Hears everything that can happen, and keeps a secret of its own. */
class Vault extends Charm<typeof meta> {
  static readonly meta: typeof meta = meta;
  /** What the revision writes into its log. */
  readonly revision: string = 'one';

  constructor(...args: CharmArgs<typeof meta>) {
    super(...args);
    this.observe(this.on['web-pebble-ready'], this.onReady);
    this.observe(this.on['leader-elected'], this.onLeader);
    this.observe(this.on['db-relation-changed'], this.readDb);
    this.observe(this.on['config-changed'], this.readToken);
    this.observe(this.on['secret-changed'], this.onSecret);
    this.observe(this.on['secret-rotate'], this.onRotate);
    this.observe(this.on['secret-expired'], this.onRotate);
    this.observe(this.on['web-pebble-custom-notice'], this.onNotice);
    this.observe(this.on['web-pebble-check-failed'], this.onCheck);
    this.observe(this.on['web-pebble-check-recovered'], this.onCheck);
    this.observe(this.on['backup-action'], this.onBackup);
    this.observe(this.on['upgrade-charm'], this.onUpgrade);
  }

  async onReady(): Promise<void> {
    const web = this.unit.container('web');
    const up = { override: 'replace', threshold: 2, tcp: { port: 80 } } as const;
    await web.addLayer('base', { checks: { up } }, { combine: true });
    await web.replan();
  }

  async onLeader(): Promise<void> {
    const cluster = await this.model.relation('cluster');
    const bag = cluster?.data(this.app);
    if ((await bag?.get('secret')) !== undefined) return;
    const expire = new Date('2030-01-01T00:00:00Z');
    await this.app.addSecret({ value: 'sesame' }, { label: 'own', rotate: 'monthly', expire });
    await bag?.set({ secret: 'made' });
  }

  async readDb(): Promise<void> {
    const db = await this.model.relation('db');
    const uri = await db?.data(await db.remoteApp()).get('uri');
    if (uri !== undefined) await this.look(this.model.getSecret({ id: uri, label: 'db' }));
  }

  async readToken(): Promise<void> {
    const token = await this.config.get('token');
    if (token !== undefined) await this.look(token);
  }

  async onSecret(event: SecretChangedEvent): Promise<void> {
    await this.look(event.secret);
  }

  /** Reads the newest revision of a secret, which may be gone, or not to be read any more. */
  async look(secret: ObservedSecret): Promise<void> {
    try {
      const { value } = await secret.refresh();
      this.logger.info(`the secret is ${value?.length} long`);
    } catch (error) {
      if (!(error instanceof HookToolNotFoundError || error instanceof HookToolPermissionError)) {
        throw error;
      }
    }
  }

  async onRotate(event: SecretRotateEvent | SecretExpiredEvent): Promise<void> {
    await event.secret.setContent({ value: 'sesame-2' });
  }

  async onNotice(event: PebbleCustomNoticeEvent): Promise<void> {
    this.logger.info(`heard ${event.notice.key}`);
  }

  async onCheck(event: PebbleCheckFailedEvent | PebbleCheckRecoveredEvent): Promise<void> {
    this.logger.info(`heard of ${event.check}`);
  }

  async onBackup(event: ActionEvent<(typeof meta)['actions']['backup']>): Promise<void> {
    const { target = 'disk' } = await event.params();
    if (target === 'moon') throw new Error('too far');
    await event.setResults({ target });
  }

  async onUpgrade(): Promise<void> {
    this.logger.info(`revision ${this.revision}`);
  }
}

/** The next revision of the charm. */
class NextVault extends Vault {
  override readonly revision = 'two';
}

const options: SequenceOptions<typeof meta, Vault> = {
  units: 1,
  maxUnits: 3,
  upgrade: NextVault,
  remotes: { db: { apps: ['mysql'], units: 1 } },
  secrets: {
    password: { owner: 'mysql', told: { endpoint: 'db', key: 'uri' } },
    token: { told: { option: 'token' } },
  },
  secretContent: fc.constantFrom({ value: 'a' }, { value: 'bb' }),
  ownSecrets: 1,
  actions: { backup: fc.record({ target: fc.constantFrom('disk', 'tape') }) },
  notices: { web: { 'vault.example/done': fc.constant({ size: '1' }) } },
  checks: { web: ['up'] },
};

const up: Step = { step: 'container-up', unit: 'vault/0', container: 'web' };
const all: Step = { step: 'all-hooks' };

/** The events that came, in order, in a play of a script. */
async function eventsOf(...script: readonly Step[]): Promise<string[]> {
  const events: string[] = [];
  const always: SequenceOptions<typeof meta, Vault>['always'] = {
    'is noted': ({ last }) => {
      if (last !== undefined) events.push(`${last.unit.name} ${last.result.event}`);
    },
  };
  expect(await replay(Vault, { ...options, always }, script)).toEqual(script);
  return events;
}

describe('a script brings about', () => {
  test("a secret of another application's, and what becomes of it", async () => {
    const relate: Step = { step: 'relate', endpoint: 'db', app: 'mysql', data: {} };
    const events = await eventsOf(
      relate,
      { step: 'secret-add', secret: 'password', content: { value: 'a' } },
      all,
      { step: 'secret-change', secret: 'password', content: { value: 'bb' } },
      all,
      { step: 'secret-remove', secret: 'password' },
    );
    expect(events).toContain('vault/0 secret-changed');
  });

  test("a user's secret, in an option", async () => {
    const events = await eventsOf(
      { step: 'secret-add', secret: 'token', content: { value: 'a' } },
      all,
      { step: 'secret-change', secret: 'token', content: { value: 'bb' } },
    );
    expect(events).toContain('vault/0 secret-changed');
  });

  test("rotation and expiry of the charm's own secrets", async () => {
    const events = await eventsOf(all, { step: 'secret-expire', own: 0 }, all, {
      step: 'secret-rotate',
      own: 0,
    });
    expect(events).toEqual(
      expect.arrayContaining([
        'vault/0 secret-rotate',
        'vault/0 secret-expired',
        'vault/0 secret-remove',
      ]),
    );
  });

  test('storage that comes, goes and comes back', async () => {
    const of = { unit: 'vault/0', storage: 'data' };
    const events = await eventsOf(
      { step: 'storage-add', ...of },
      all,
      { step: 'storage-detach', ...of },
      all,
      { step: 'storage-attach', ...of },
      all,
      { step: 'storage-remove', storage: 'data' },
    );
    expect(events.filter((event) => event.includes('storage'))).toEqual([
      'vault/0 data-storage-attached',
      'vault/0 data-storage-detaching',
      'vault/0 data-storage-attached',
      'vault/0 data-storage-detaching',
    ]);
  });

  test('notices, and checks that go down and up', async () => {
    const web = { unit: 'vault/0', container: 'web' };
    const events = await eventsOf(
      up,
      all,
      { step: 'notice', ...web, key: 'vault.example/done', data: { size: '1' } },
      { step: 'check-down', ...web, check: 'up' },
      all,
      { step: 'check-up', ...web, check: 'up' },
    );
    expect(events.filter((event) => /notice|check/.test(event))).toEqual([
      'vault/0 web-pebble-custom-notice',
      'vault/0 web-pebble-check-failed',
      'vault/0 web-pebble-check-recovered',
    ]);
  });

  test('units that come and go, the leader last', async () => {
    const events = await eventsOf(
      all,
      { step: 'add-unit' },
      { step: 'add-unit' },
      all,
      { step: 'leader', unit: 'vault/2' },
      all,
      { step: 'remove-unit' },
      { step: 'remove-unit' },
      all,
      { step: 'add-unit' },
    );
    expect(events).toEqual(
      expect.arrayContaining([
        'vault/2 leader-elected',
        'vault/0 cluster-relation-departed',
        'vault/2 remove',
        'vault/1 remove',
      ]),
    );
    expect(events.filter((event) => event === 'vault/1 install')).toHaveLength(2);
  });

  test('an upgrade, in which the old revision hears stop and the new one the rest', async () => {
    const logs: string[] = [];
    const always: SequenceOptions<typeof meta, Vault>['always'] = {
      'is noted': ({ last }) => {
        for (const { message } of last?.result.logs ?? []) logs.push(message);
      },
    };
    await replay(Vault, { ...options, always }, [up, all, { step: 'upgrade' }, all]);
    expect(logs.filter((line) => line.startsWith('revision'))).toEqual(['revision two']);
  });
});

test('what Juju would refuse is left out', async () => {
  const none: Step[] = [
    { step: 'secret-add', secret: 'password', content: { value: 'a' } },
    { step: 'secret-change', secret: 'token', content: { value: 'a' } },
    { step: 'secret-rotate', own: 0 },
    { step: 'storage-detach', unit: 'vault/0', storage: 'data' },
    { step: 'storage-attach', unit: 'vault/0', storage: 'data' },
    { step: 'notice', unit: 'vault/0', container: 'web', key: 'vault.example/done', data: {} },
    { step: 'check-down', unit: 'vault/0', container: 'web', check: 'up' },
    { step: 'action', unit: 'vault/0', action: 'backup', params: {} },
    { step: 'remove-unit' },
  ];
  expect(await replay(Vault, options, none)).toEqual([]);
  const add: Step = { step: 'storage-add', unit: 'vault/0', storage: 'data' };
  expect(await replay(Vault, options, [add, add, add])).toEqual([add, add]);
});

function backup(target: string): Step[] {
  return [all, { step: 'action', unit: 'vault/0', action: 'backup', params: { target } }];
}

test('an action that throws is a crash', async () => {
  expect(await replay(Vault, options, backup('disk'))).toEqual(backup('disk'));
  await expect(replay(Vault, options, backup('moon'))).rejects.toThrow(
    /^"no crash" does not hold after backup of vault\/0: too far/,
  );
});

test('a charm without a mistake goes through all of it', async () => {
  const { steps } = await checkSequences(Vault, { ...options, runs: 15, length: 25, seed: 3 });
  expect(steps).toBeGreaterThan(60);
});

test('a charm that breaks when a check recovers is found, with what led to it', async () => {
  class Brittle extends Vault {
    override async onCheck(event: PebbleCheckFailedEvent | PebbleCheckRecoveredEvent) {
      if (event.kind.endsWith('recovered')) throw new Error('not so fast');
    }
  }
  const alone: SequenceOptions<typeof meta, Vault> = { units: 1, checks: { web: ['up'] } };
  const error: unknown = await checkSequences(Brittle, {
    ...alone,
    runs: 100,
    length: 15,
    seed: 3,
  }).catch((thrown: unknown) => thrown);
  expect.assert(error instanceof FailingSequenceError);
  expect(error.message).toContain('not so fast');
  expect(error.script.map(({ step }) => step)).toContain('check-down');
  expect(error.script.length).toBeLessThan(8);
  await expect(replay(Brittle, alone, error.script)).rejects.toThrow('not so fast');
}, 60_000);
