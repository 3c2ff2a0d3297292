import { Charm, type CharmArgs, type ConfigChangedEvent } from 'charmwright';
import { Context, eachToolFails, Harness, hostileBags, hostileTexts } from 'charmwright/testing';
import { hostileData } from 'charmwright/testing/properties';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

const meta = {
  name: 'reader',
  containers: { web: {} },
  peers: { cluster: { interface: 'reader_peers' } },
  requires: { db: { interface: 'sql' } },
  provides: { site: { interface: 'http' } },
  storage: { data: { type: 'filesystem' } },
  resources: {},
  options: { port: { type: 'int', default: 80 }, motto: { type: 'string' } },
  actions: {},
} as const;

const layer = { services: { web: { override: 'replace', command: '/bin/web' } } } as const;

let read: unknown;

/** Reads all that Juju and Pebble tell in objects, in parallel. */
class Reader extends Charm<typeof meta> {
  static readonly meta: typeof meta = meta;

  constructor(...args: CharmArgs<typeof meta>) {
    super(...args);
    this.observe(this.on['config-changed'], this.onConfigChanged);
  }

  async onConfigChanged(_event: ConfigChangedEvent): Promise<void> {
    const { unit, model, app } = this;
    const web = unit.container('web');
    const secret = await unit.addSecret({ password: 'abc' }, { label: 'own', rotate: 'daily' });
    await web.addLayer('one', layer, { combine: true });
    await web.replan();
    await web.push('/etc/web.ini', 'a = b\n', { makeDirs: true });
    const [relation] = await model.relations('db');
    read = await Promise.all([
      this.config.all(),
      unit.network('db'),
      unit.network('site'),
      app.plannedUnits(),
      model.cloudSpec(),
      model.storages.list('data'),
      relation?.remoteApp().then((remote) => relation.data(remote).get('host')),
      secret.info(),
      secret.get(),
      unit.status(),
      web.services(),
      web.plan(),
      web.listFiles('/etc'),
      web.checks(),
      web.pull('/etc/web.ini'),
    ]);
  }
}

async function harness(hostile: boolean): Promise<Harness<typeof meta, Reader>> {
  const made = new Harness(Reader, { leader: true, hostile, jujuVersion: '3.6.12' });
  made.begin();
  await made.hooksDisabled(async () => {
    await made.setCloudSpec();
    await made.addRelation('db', 'mysql', { appData: { host: "it's" }, units: { 'mysql/0': {} } });
  });
  made.setCanConnect('web', true);
  return made;
}

/** What the charm reads, and its calls of hook tools. */
async function reading(hostile: boolean): Promise<{ read: unknown; calls: string[] }> {
  read = undefined;
  const made = await harness(hostile);
  const { hookToolCalls } = await made.run('config-changed');
  await made.close();
  return { read, calls: hookToolCalls.map(({ tool, args }) => `${tool} ${args[0]}`) };
}

describe('a hostile Juju', () => {
  it('tells the charm the same, in objects that have more, and in another order', async () => {
    const [plain, hostile] = [await reading(false), await reading(true)];
    expect(plain.read).toBeDefined();
    expect(hostile.read).toEqual(plain.read);
    expect(hostile.calls.toSorted()).toEqual(plain.calls.toSorted());
    expect(hostile.calls).not.toEqual(plain.calls);
  });

  it('leaves what people and applications wrote as it is', async () => {
    const made = await harness(true);
    const { hookToolCalls } = await made.run('config-changed');
    const answers = hookToolCalls.filter(({ tool }) => /^(relation|config)-get$/.test(tool));
    expect(answers.length).toBeGreaterThan(0);
    for (const { reply } of answers) expect(reply.stdout).not.toContain('future');
    await made.close();
  });

  it('is there for a state transition as well', async () => {
    const context = new Context(Reader, { jujuVersion: '3.6.12' });
    const { model } = context.state();
    const cloud = {
      type: 'k8s',
      name: 'k8s',
      caCertificates: [],
      skipTlsVerify: false,
      isControllerCloud: false,
    };
    const state = { model: { ...model, cloud }, containers: { web: { canConnect: true } } };
    const readings: unknown[] = [];
    for (const hostile of [false, true]) {
      await context.run(context.on.configChanged(), state, { hostile });
      readings.push(read);
    }
    expect(readings[1]).toEqual(readings[0]);
  });
});

describe('hostile databags', () => {
  it('are wrong in one place each, in every way and with a title of its own', () => {
    const bags = hostileBags({ host: 'db', port: '5432' });
    const ways = 1 + 2 * Object.keys(hostileTexts).length;
    expect(bags).toHaveLength(2 * ways);
    expect(new Set(bags.map(([title]) => title)).size).toBe(2 * ways);
    for (const [, { host, port }] of bags) expect([host === 'db', port === '5432']).toContain(true);
  });

  it('pass through Juju unchanged, whatever is in them', async () => {
    const made = await harness(false);
    const id = made.relationId('db');
    for (const text of Object.values(hostileTexts)) {
      await made.updateRelationData(id, 'mysql', { host: text });
      await made.run('config-changed');
      expect(read).toContainEqual(text);
      made.juju.secrets.at(-1)?.remove();
    }
    await made.close();
  });

  it('come up by chance, and usable ones among them', () => {
    const usable = { host: 'db', port: '5432' };
    const drawn = fc.sample(hostileData(usable), { numRuns: 300, seed: 1 });
    expect(drawn).toContainEqual(usable);
    expect(drawn).toContainEqual(expect.objectContaining({ host: undefined }));
    expect(drawn).toContainEqual(expect.objectContaining({ port: '5432one\0two' }));
  });
});

class Opener extends Charm<typeof meta> {
  static readonly meta: typeof meta = meta;

  constructor(...args: CharmArgs<typeof meta>) {
    super(...args);
    this.observe(this.on['config-changed'], this.onConfigChanged);
  }

  async onConfigChanged(_event: ConfigChangedEvent): Promise<void> {
    await this.unit.openPort(await this.config.get('port'));
  }
}

/** Opens ports, and does not mind when it cannot. */
class CarelessOpener extends Opener {
  override async onConfigChanged(event: ConfigChangedEvent): Promise<void> {
    await super.onConfigChanged(event).catch(() => undefined);
  }
}

async function disturb(charmClass: typeof Opener): Promise<string[]> {
  const failed: string[] = [];
  await eachToolFails({
    before: async () => {
      const made = new Harness(charmClass);
      made.begin();
      return await Promise.resolve(made);
    },
    happen: (made) => made.updateConfig({ port: 8080 }),
    after: (made, { tool }) => {
      failed.push(tool);
      expect([tool, ...made.openedPorts]).toEqual([tool, '8080/tcp']);
    },
  });
  return failed;
}

describe('each call of a hook tool', () => {
  it('fails once, and what was to happen has happened when Juju has tried again', async () => {
    expect(await disturb(Opener)).toEqual(expect.arrayContaining(['config-get', 'open-port']));
  });

  it('finds the charm that takes a failure for done', async () => {
    await expect(disturb(CarelessOpener)).rejects.toThrow('config-get');
  });
});

it('a hook that has not failed cannot be retried', async () => {
  const made = await harness(false);
  await expect(made.retryFailedHook()).rejects.toThrow('none has failed. Call run()');
  await made.close();
});
