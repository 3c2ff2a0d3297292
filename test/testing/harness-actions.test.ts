import { Charm, type ActionEvent, type CharmArgs, type SecretChangedEvent } from 'charmwright';
import { Harness } from 'charmwright/testing';
import { expect, it } from 'vitest';

const meta = {
  name: 'keeper',
  containers: {},
  peers: {},
  requires: {},
  provides: {},
  storage: {},
  resources: {},
  options: {},
  actions: {
    greet: { params: { who: { type: 'string' } }, required: ['who'] },
    refuse: {},
    crash: {},
  },
} as const;

const changed: string[] = [];

class Keeper extends Charm<typeof meta> {
  static readonly meta: typeof meta = meta;

  constructor(...args: CharmArgs<typeof meta>) {
    super(...args);
    this.observe(this.on['greet-action'], this.onGreet);
    this.observe(this.on['refuse-action'], this.onRefuse);
    this.observe(this.on['crash-action'], this.onCrash);
    this.observe(this.on['secret-changed'], this.onSecretChanged);
  }

  async onGreet(event: ActionEvent<typeof meta.actions.greet>): Promise<void> {
    const { who } = await event.params();
    await event.setResults({ greeting: { text: `hello ${who}` } });
  }

  async onRefuse(event: ActionEvent): Promise<void> {
    await event.fail('not today');
  }

  async onCrash(): Promise<void> {
    throw new Error('crashed');
  }

  onSecretChanged(event: SecretChangedEvent): void {
    changed.push(String(event.secret.id));
  }
}

it('runs an action with its parameters and gives back its results', async () => {
  const harness = new Harness(Keeper);
  harness.begin();
  const result = await harness.runAction('greet', { who: 'you' });
  expect(result).toMatchObject({
    status: 'completed',
    results: { greeting: { text: 'hello you' } },
    run: { exitCode: 0 },
  });
  await harness.close();
});

it('refuses parameters that Juju would refuse, before the charm hears of them', async () => {
  const harness = new Harness(Keeper);
  harness.begin();
  await expect(harness.runAction('greet')).rejects.toThrow(/who is missing/);
  expect(harness.runs).toEqual([]);
  await harness.close();
});

it('gives back a failure that the charm tells, and throws what a handler throws', async () => {
  const harness = new Harness(Keeper);
  harness.begin();
  expect(await harness.runAction('refuse')).toMatchObject({
    status: 'failed',
    message: 'not today',
  });
  await expect(harness.runAction('crash')).rejects.toThrow('crashed');
  expect(harness.failedHook).toBeUndefined();
  await harness.close();
});

it("tells the charm of a change of an operator's secret that it reads", async () => {
  const harness = new Harness(Keeper);
  harness.begin();
  const uri = await harness.updateModel((juju) => {
    const secret = juju.addSecret({ password: 'first' });
    secret.grant('keeper');
    return secret.uri;
  });
  const run = harness.juju.unit('keeper/0').begin({ kind: 'update-status' });
  expect(run.tool({ tool: 'secret-get', args: [uri] }).stdout).toBe('password: first\n');
  run.commit();
  await harness.updateModel((juju) => {
    juju.secret(uri).setContent({ password: 'second' });
  });
  expect(changed).toEqual([uri]);
  await harness.close();
});

it('runs no action before the unit has begun', async () => {
  const harness = new Harness(Keeper);
  await expect(harness.runAction('refuse')).rejects.toThrow(
    'cannot run the action refuse: the unit has not begun. Call begin()',
  );
  await harness.close();
});
