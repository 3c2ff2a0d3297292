import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = resolve(import.meta.dirname, '../..');

/** A mistake beside what was meant, which compiles. They differ in nothing else. */
interface Mistake {
  readonly what: string;
  readonly wrong: string;
  readonly right: string;
  /** What the compiler says, and nothing beside it. */
  readonly error: RegExp;
}

/** What all cases see: a charm, its parts and an event of each kind. */
const preamble = `
import {
  Charm, defer, end, entry, flowchart, main, step,
  type ActionEvent, type CharmArgs, type CollectStatusEvent, type ConfigChangedEvent,
  type Relation, type RelationChangedEvent, type RemoteApplication, type RemoteUnit,
  type RemoveEvent, type SecretChangedEvent, type SecretExpiredEvent, type SecretRotateEvent,
  type StartEvent, type StopEvent,
} from 'charmwright';

const meta = {
  name: 'hello',
  containers: { web: {} },
  peers: { friends: { interface: 'friends' } },
  requires: {},
  provides: {},
  storage: { data: { type: 'filesystem' } },
  resources: {},
  options: { port: { type: 'int', default: 80 } },
  actions: { shout: { params: { words: { type: 'string' } } } },
} as const;

class Hello extends Charm<typeof meta> {
  static readonly meta = meta;
  onConfigChanged(_event: ConfigChangedEvent): void {}
  onChanged(_event: RelationChangedEvent): void {}
}

class Other extends Charm<typeof meta> {
  static readonly meta = meta;
  constructor(runtime: CharmArgs<typeof meta>[0], port: number) {
    super(runtime);
    void port;
  }
}

declare const charm: Hello;
declare const relation: Relation;
declare const remoteUnit: RemoteUnit;
declare const remoteApp: RemoteApplication;
declare const changed: ConfigChangedEvent;
declare const secretChanged: SecretChangedEvent;
declare const action: ActionEvent;
declare const stop: StopEvent;
declare const remove: RemoveEvent;
declare const rotate: SecretRotateEvent;
declare const expired: SecretExpiredEvent;
declare const collect: CollectStatusEvent;
const chart = flowchart<Hello, StartEvent>();
const stopChart = flowchart<Hello, StopEvent>();
declare function work(charm: Hello): Promise<void>;

export const used = [
  main, Hello, Other, charm, relation, remoteUnit, remoteApp, changed, secretChanged, action, stop,
  remove, rotate, expired, collect, chart, stopChart, work, defer, end, entry, step,
];
`;

/** What cases of tests see besides: both doors of the test kit. */
const inTests = `
import { Context, deferred, exec, Harness, relation as related, secret, storage } from 'charmwright/testing';
const context = new Context(Hello);
const harness = new Harness(Hello);
const state = context.state();
export const usedInTests = [deferred, exec, related, secret, storage, harness, state];
`;

const noDefer = (event: string): RegExp =>
  new RegExp(`^TS2339: Property 'defer' does not exist on type '${event}\\b.*'`);

const mistakes: readonly Mistake[] = [
  {
    what: 'an observer for an event that Juju does not have',
    wrong: `charm.observe(charm.on['config-chnaged'], charm.onConfigChanged);`,
    right: `charm.observe(charm.on['config-changed'], charm.onConfigChanged);`,
    error:
      /^TS2551: Property 'config-chnaged' does not exist on type .* Did you mean 'config-changed'/s,
  },
  {
    what: 'an observer for an endpoint that the metadata lacks',
    wrong: `charm.observe(charm.on['db-relation-changed'], charm.onChanged);`,
    right: `charm.observe(charm.on['friends-relation-changed'], charm.onChanged);`,
    error:
      /^TS2551: Property 'db-relation-changed' does not exist on type .* Did you mean 'friends-relation-changed'/s,
  },
  {
    what: 'an observer whose handler takes another event',
    wrong: `charm.observe(charm.on['friends-relation-changed'], charm.onConfigChanged);`,
    right: `charm.observe(charm.on['friends-relation-changed'], charm.onChanged);`,
    error:
      /^TS2345: Argument of type 'EventSource<RelationChangedEvent>' is not assignable to parameter of type 'EventSource<ConfigChangedEvent>'/,
  },
  {
    what: 'a config option that does not exist',
    wrong: `void charm.config.get('prot');`,
    right: `void charm.config.get('port');`,
    error: /^TS2345: Argument of type '"prot"' is not assignable to parameter of type '"port"'/,
  },
  {
    what: 'a container that the metadata lacks',
    wrong: `charm.unit.container('wbe');`,
    right: `charm.unit.container('web');`,
    error: /^TS2345: Argument of type '"wbe"' is not assignable to parameter of type '"web"'/,
  },
  {
    what: 'a write to the databag of a remote unit',
    wrong: `void relation.data(remoteUnit).set({ a: 'b' });`,
    right: `void relation.data(charm.unit).set({ a: 'b' });`,
    error: /^TS2339: Property 'set' does not exist on type 'Databag'/,
  },
  {
    what: 'a write to the databag of a remote application',
    wrong: `void relation.data(remoteApp).set({ a: 'b' });`,
    right: `void relation.data(charm.app).set({ a: 'b' });`,
    error: /^TS2339: Property 'set' does not exist on type 'Databag'/,
  },
  ...[
    ['an action', 'action', 'ActionEvent'],
    ['stop', 'stop', 'StopEvent'],
    ['remove', 'remove', 'RemoveEvent'],
    ['secret-rotate', 'rotate', 'SecretRotateEvent'],
    ['secret-expired', 'expired', 'SecretExpiredEvent'],
    ['the collection of statuses', 'collect', 'CollectStatusEvent'],
  ].map(([what = '', name = '', type = '']) => ({
    what: `a deferral of ${what}`,
    wrong: `${name}.defer('later');`,
    right: `secretChanged.defer('later'); changed.defer('later'); void ${name}.kind;`,
    error: noDefer(type),
  })),
  {
    what: 'a step after a flowchart’s end',
    wrong: `end('return', 'work');`,
    right: `end('return');`,
    error: /^TS2559: Type '"work"' has no properties in common with type 'EndOptions'/,
  },
  {
    what: 'a step after a flowchart’s deferral',
    wrong: `defer('defer', 'not yet', 'work');`,
    right: `defer('defer', 'not yet');`,
    error: /^TS2554: Expected 2 arguments, but got 3/,
  },
  {
    what: 'an arrow that leads nowhere',
    wrong: `chart('c', { hook_fired: entry('f', 'work'), work: step('w', work, 'rtrn'), rtn: end('r') });`,
    right: `chart('c', { hook_fired: entry('f', 'work'), work: step('w', work, 'rtn'), rtn: end('r') });`,
    error: /ChartMistake<"work has an arrow to 'rtrn', and the chart has no such node">/,
  },
  {
    what: 'a flowchart’s deferral of an event that cannot be deferred',
    wrong: `stopChart('c', { hook_fired: entry('f', 'd'), d: defer('d', 'not yet') });`,
    right: `chart('c', { hook_fired: entry('f', 'd'), d: defer('d', 'not yet') });`,
    error: /ChartMistake<"d defers, and this chart's event cannot be deferred">/,
  },
  {
    what: 'a charm whose constructor takes what nobody gives',
    wrong: `await main(Other);`,
    right: `await main(Hello);`,
    error: /^TS2345: Argument of type 'typeof Other' is not assignable/,
  },
];

/** Mistakes in tests of a charm. */
const testMistakes: readonly Mistake[] = [
  {
    what: 'a state with a container that the metadata lacks',
    wrong: `context.state({ containers: { wbe: { canConnect: true } } });`,
    right: `context.state({ containers: { web: { canConnect: true } } });`,
    error: /^TS2353: .*'wbe' does not exist in type '\{ readonly web\?: /,
  },
  {
    what: 'a state with an option that does not exist',
    wrong: `context.state({ config: { prot: 80 } });`,
    right: `context.state({ config: { port: 80 } });`,
    error: /^TS2353: .*'prot' does not exist in type 'ConfigChanges</,
  },
  {
    what: 'a state with an option of another type',
    wrong: `context.state({ config: { port: '80' } });`,
    right: `context.state({ config: { port: 80 } });`,
    error: /^TS2322: Type 'string' is not assignable to type 'number'/,
  },
  {
    what: 'a state with a relation of an endpoint that the metadata lacks',
    wrong: `context.state({ relations: [related('frineds')] });`,
    right: `context.state({ relations: [related('friends')] });`,
    error: /^TS2322: Type 'StateRelation<"frineds">' is not assignable .*"friends"/s,
  },
  {
    what: 'a state with a storage that the metadata lacks',
    wrong: `context.state({ storages: [storage('date')] });`,
    right: `context.state({ storages: [storage('data')] });`,
    error: /^TS2322: Type 'StateStorage<"date">' is not assignable .*"data"/s,
  },
  {
    what: 'a state with a part that no state has',
    wrong: `context.state({ leadre: true });`,
    right: `context.state({ leader: true });`,
    error: /^TS2561: .*'leadre' does not exist in type .* Did you mean to write 'leader'/s,
  },
  {
    what: 'a check of a state with a status that Pebble does not know',
    wrong: `context.state({ containers: { web: { checks: { up: 'broken' } } } });`,
    right: `context.state({ containers: { web: { checks: { up: 'down' } } } });`,
    error: /^TS2322: Type 'string' is not assignable to type 'StateCheck'/,
  },
  {
    what: 'an event of a container that the metadata lacks',
    wrong: `context.on.pebbleReady('wbe');`,
    right: `context.on.pebbleReady('web');`,
    error: /^TS2345: Argument of type '"wbe"' is not assignable to parameter of type '"web"'/,
  },
  {
    what: 'an event of an action that does not exist',
    wrong: `context.on.action('shuot');`,
    right: `context.on.action('shout');`,
    error: /^TS2345: Argument of type '"shuot"' is not assignable to parameter of type '"shout"'/,
  },
  {
    what: 'an action with a parameter that it does not have',
    wrong: `context.on.action('shout', { word: 'hi' });`,
    right: `context.on.action('shout', { words: 'hi' });`,
    error: /^TS2561: .*'word' does not exist in type .* Did you mean to write 'words'/s,
  },
  {
    what: 'an action with a parameter of another type',
    wrong: `context.on.action('shout', { words: 1 });`,
    right: `context.on.action('shout', { words: 'hi' });`,
    error: /^TS2322: Type 'number' is not assignable to type 'string'/,
  },
  {
    what: 'an event of Juju that is none',
    wrong: `context.on.plain('updtae-status');`,
    right: `context.on.plain('update-status');`,
    error: /^TS2345: Argument of type '"updtae-status"' is not assignable/,
  },
  {
    what: 'a secret where a relation is meant',
    wrong: `context.on.relationCreated(secret());`,
    right: `context.on.relationCreated(related('friends'));`,
    error:
      /^TS2740: Type 'StateSecret' is missing the following properties from type 'StateRelation</,
  },
  {
    what: 'a fault of a container that the metadata lacks',
    wrong: `void context.run(context.on.start(), {}, { pebbleFaults: { wbe: {} } });`,
    right: `void context.run(context.on.start(), {}, { pebbleFaults: { web: {} } });`,
    error: /^TS2353: .*'wbe' does not exist in type '\{ readonly web\?: /,
  },
  {
    what: 'a look into a container of a state that the metadata lacks',
    wrong: `void state.containers.wbe;`,
    right: `void state.containers.web;`,
    error: /^TS2339: Property 'wbe' does not exist on type '\{ readonly web: StateContainer; \}'/,
  },
  {
    what: 'a harness with an option that does not exist',
    wrong: `void harness.updateConfig({ prot: 80 });`,
    right: `void harness.updateConfig({ port: 80 });`,
    error: /^TS2353: .*'prot' does not exist in type 'ConfigChanges</,
  },
  {
    what: 'a container of a harness that the metadata lacks',
    wrong: `harness.container('wbe');`,
    right: `harness.container('web');`,
    error: /^TS2345: Argument of type '"wbe"' is not assignable to parameter of type '"web"'/,
  },
  {
    what: 'a relation of a harness with an endpoint that the metadata lacks',
    wrong: `harness.relationId('frineds');`,
    right: `harness.relationId('friends');`,
    error:
      /^TS2345: Argument of type '"frineds"' is not assignable to parameter of type '"friends"'/,
  },
  {
    what: 'an action of a harness that does not exist',
    wrong: `void harness.runAction('shuot');`,
    right: `void harness.runAction('shout');`,
    error: /^TS2345: Argument of type '"shuot"' is not assignable to parameter of type '"shout"'/,
  },
  {
    what: 'a storage of a harness that the metadata lacks',
    wrong: `void harness.addStorage('date');`,
    right: `void harness.addStorage('data');`,
    error: /^TS2345: Argument of type '"date"' is not assignable to parameter of type '"data"'/,
  },
  {
    what: 'an event of a harness that Juju does not have',
    wrong: `void harness.run('config-chnaged');`,
    right: `void harness.run('config-changed');`,
    error: /^TS2345: Argument of type '"config-chnaged"' is not assignable to parameter/,
  },
];

/** Each with all that it sees. */
const cases = [
  ...mistakes.map((mistake) => ({ ...mistake, before: preamble })),
  ...testMistakes.map((mistake) => ({ ...mistake, before: preamble + inTests })),
];

const folder = mkdtempSync(join(tmpdir(), 'charmwright-rejections-'));
let diagnostics: ReadonlyMap<string, readonly string[]>;

beforeAll(() => {
  for (const [index, { before, wrong, right }] of cases.entries()) {
    writeFileSync(join(folder, `wrong-${index}.ts`), `${before}\n${wrong}\n`);
    writeFileSync(join(folder, `right-${index}.ts`), `${before}\n${right}\n`);
  }
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
  const config = {
    extends: join(root, 'tsconfig.json'),
    compilerOptions: {
      rootDir: '/',
      isolatedDeclarations: false,
      declaration: false,
      paths: {
        charmwright: [join(root, 'src/index.ts')],
        'charmwright/testing': [join(root, 'src/testing/index.ts')],
      },
      typeRoots: [join(root, 'node_modules/@types')],
    },
    include: ['*.ts'],
  };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config));
  const tsc = join(root, 'node_modules/typescript/bin/tsc');
  const { stdout } = spawnSync(process.execPath, [tsc, '--noEmit', '--pretty', 'false'], {
    cwd: folder,
    encoding: 'utf8',
  });
  diagnostics = byFile(stdout);
}, 60_000);

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** What the compiler said of each file; the lines that go on with a message are joined to it. */
function byFile(output: string): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  let last: string[] = [];
  for (const line of output.split('\n')) {
    const [, file, message] = /^([^(\s]+)\(\d+,\d+\): error (.*)$/.exec(line) ?? [];
    if (file === undefined || message === undefined) {
      const text = last.pop();
      if (text !== undefined) last.push(line === '' ? text : `${text}\n${line}`);
      continue;
    }
    last = found.get(file) ?? [];
    last.push(message);
    found.set(file, last);
  }
  return found;
}

describe('the compiler', () => {
  it('says something of no file that was not asked about', () => {
    const asked = cases.map((_, index) => `wrong-${index}.ts`);
    expect([...diagnostics.keys()].filter((file) => !asked.includes(file))).toEqual([]);
  });

  it.each(cases.map(({ what, error }, index) => [what, error, index] as const))(
    'refuses %s',
    (_what, error, index) => {
      expect(diagnostics.get(`wrong-${index}.ts`)).toEqual([expect.stringMatching(error)]);
    },
  );
});
