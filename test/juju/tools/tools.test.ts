import * as door from 'charmwright/hook-tools';
import { describe, expect, it } from 'vitest';
import { actionSet } from '../../../src/juju/tools/action.ts';
import { configGet } from '../../../src/juju/tools/config.ts';
import { goalState } from '../../../src/juju/tools/goal-state.ts';
import { leaderSet } from '../../../src/juju/tools/leader-settings.ts';
import { openedPorts, openPort } from '../../../src/juju/tools/ports.ts';
import { relationGetKey, relationIds } from '../../../src/juju/tools/relation.ts';
import { resourceGet } from '../../../src/juju/tools/resource.ts';
import { secretIds, secretInfoGet } from '../../../src/juju/tools/secret.ts';
import { secretRemove, secretSet } from '../../../src/juju/tools/secret-write.ts';
import { stateGetKey } from '../../../src/juju/tools/state.ts';
import { storageAdd } from '../../../src/juju/tools/storage.ts';
import { CannedHookTools, ok, refuse } from '../../support/canned-hook-tools.ts';
import { readingExamples } from './reading-examples.ts';
import { writingExamples } from './writing-examples.ts';

/** The tools of Juju 4.0, and those that 3.6 has besides; its pod-spec names are older names. */
const jujuTools = `
  action-fail action-get action-log action-set application-version-set close-port config-get
  credential-get goal-state is-leader juju-log juju-reboot network-get open-port opened-ports
  relation-get relation-ids relation-list relation-model-get relation-set resource-get secret-add
  secret-get secret-grant secret-ids secret-info-get secret-remove secret-revoke secret-set
  state-delete state-get state-set status-get status-set storage-add storage-get storage-list
  unit-get
  leader-get leader-set payload-register payload-unregister payload-status-set
  k8s-spec-get k8s-spec-set k8s-raw-get k8s-raw-set
`
  .trim()
  .split(/\s+/);

const uri = 'secret:9m4e2mr0ui3e8a215n4g';

describe('each hook tool', () => {
  it.each([...readingExamples, ...writingExamples])(
    'is called as $line, and its answer read',
    async ({ tool, answer, call, line, result }) => {
      const tools = new CannedHookTools({ [tool]: answer === undefined ? () => ok : answer });
      await expect(call(tools)).resolves.toEqual(result);
      expect(tools.lines(tool)).toEqual([line]);
    },
  );

  it('has such an example', () => {
    const shown = new Set([...readingExamples, ...writingExamples].map(({ tool }) => tool));
    // Its content goes through files: secret-content.test.ts.
    shown.add('secret-add');
    expect([...shown].sort()).toEqual([...jujuTools].sort());
  });
});

describe('the door charmwright/hook-tools', () => {
  it('has a function of the name of every tool', () => {
    const names = jujuTools.map((tool) =>
      tool.replaceAll(/-(.)/g, (_hyphen, letter: string) => letter.toUpperCase()),
    );
    expect(door).toMatchObject(
      Object.fromEntries(names.map((name) => [name, expect.any(Function)])),
    );
  });
});

describe('an answer that is not what Juju documents', () => {
  it.each(readingExamples)('is an error after $line', async ({ tool, call }) => {
    for (const stdout of ['', 'True\n', 'hunter2: {', '[[["hunter2"]]]\n', '[{"hunter2":[[]]}]']) {
      const tools = new CannedHookTools({ [tool]: () => ({ ...ok, stdout }) });
      const failure = await call(tools).then(
        (result) => ({ result }),
        (error: unknown) => error,
      );
      // Parameters of actions may be of any shape.
      if (tool === 'action-get' && stdout.startsWith('[')) continue;
      expect(failure).toMatchObject({ code: 'hook-tool-output', tool });
      expect(`${String(failure)} ${JSON.stringify(failure)}`).not.toContain('hunter2');
    }
  });

  it.each([
    ['relation-ids', ['database:'], (tools: CannedHookTools) => relationIds(tools, 'database')],
    ['relation-ids', ['database:x'], (tools: CannedHookTools) => relationIds(tools, 'database')],
    ['opened-ports', ['eighty'], (tools: CannedHookTools) => openedPorts(tools)],
    [
      'goal-state',
      { units: { 'hello/0': { status: 'active', since: 'noon' } } },
      (tools: CannedHookTools) => goalState(tools),
    ],
    ['secret-ids', ['Not An Id'], (tools: CannedHookTools) => secretIds(tools)],
    ['secret-info-get', {}, (tools: CannedHookTools) => secretInfoGet(tools, { uri })],
    ['resource-get', 'relative', (tools: CannedHookTools) => resourceGet(tools, 'site')],
  ])('is an error also inside of it: %s', async (tool, answer, call) => {
    const tools = new CannedHookTools({ [tool]: answer });
    await expect(call(tools)).rejects.toMatchObject({ code: 'hook-tool-output', tool });
  });

  it('says where it differs', async () => {
    const tools = new CannedHookTools({ 'config-get': { port: ['6432'] } });
    await expect(configGet(tools)).rejects.toThrow(
      'cannot read the answer of config-get: unexpected JSON at port.',
    );
  });
});

describe('what no Juju takes', () => {
  it.each<[string, (tools: CannedHookTools) => Promise<unknown>]>([
    ['a result with a key of capitals', (tools) => actionSet(tools, { 'backup-ID': '7' })],
    ['a result with an empty part in its key', (tools) => actionSet(tools, { 'a..b': '7' })],
    ['a result with an empty key', (tools) => actionSet(tools, { a: { '': '7' } })],
    ['a result with a hyphen at an end', (tools) => actionSet(tools, { a: { 'b-': '7' } })],
    ['a result with an equals sign in its key', (tools) => actionSet(tools, { 'a=b': '7' })],
    ['a result that is called stdout', (tools) => actionSet(tools, { stdout: '7' })],
    ['a result below stderr', (tools) => actionSet(tools, { a: { stderr: { b: '7' } } })],
    ['a result given twice', (tools) => actionSet(tools, { 'a.b': '7', a: { b: '8' } })],
    ['a result that is a map as well', (tools) => actionSet(tools, { a: '7', 'a.b.c': '8' })],
    ['port -1', (tools) => openPort(tools, { port: -1, protocol: 'tcp' })],
    ['port 65536', (tools) => openPort(tools, { port: 65_536, protocol: 'tcp' })],
    ['port 1.5', (tools) => openPort(tools, { port: 1.5, protocol: 'tcp' })],
    ['an inverted range', (tools) => openPort(tools, { port: 9, toPort: 8, protocol: 'tcp' })],
    [
      'a port for none of the endpoints',
      (tools) => openPort(tools, { protocol: 'icmp' }, { endpoints: [] }),
    ],
    ['a leader’s setting without a key', (tools) => leaderSet(tools, { '': 'x' })],
    ['a leader’s setting of half a key', (tools) => leaderSet(tools, { 'a=b': 'x' })],
    ['revision 0', (tools) => secretRemove(tools, uri, { revision: 0 })],
    ['an invalid date', (tools) => secretSet(tools, uri, { expire: new Date('noon') })],
    ['no instance of a storage', (tools) => storageAdd(tools, { data: 0 })],
    ['half an instance of a storage', (tools) => storageAdd(tools, { data: 0.5 })],
    ['a key of state that means all of it', (tools) => stateGetKey(tools, '-')],
    [
      'a key of a databag that means all of it',
      (tools) => relationGetKey(tools, { endpoint: 'a', id: 1 }, { app: 'b' }, '-'),
    ],
  ])('is refused before the call: %s', async (_what, call) => {
    const tools = new CannedHookTools();
    await expect(call(tools)).rejects.toMatchObject({ code: 'hook-tool-argument' });
    expect(tools.calls).toEqual([]);
  });
});

describe('nothing to say', () => {
  it.each<[string, (tools: CannedHookTools) => Promise<unknown>]>([
    ['results', (tools) => actionSet(tools, { a: {} })],
    ['settings', (tools) => leaderSet(tools, {})],
    ['changes of a secret', (tools) => secretSet(tools, uri, { label: undefined })],
    ['storage', (tools) => storageAdd(tools, {})],
  ])('is no call: %s', async (_what, call) => {
    const tools = new CannedHookTools();
    await call(tools);
    expect(tools.calls).toEqual([]);
  });
});

describe('one key of the state', () => {
  it('that is not set is told from an empty one', async () => {
    const tools = new CannedHookTools({ 'state-get': refuse('"a" not found') });
    await expect(stateGetKey(tools, 'a')).resolves.toBeUndefined();
  });

  it('is not taken for missing when the state cannot be read', async () => {
    const tools = new CannedHookTools({ 'state-get': refuse('connection is shut down') });
    await expect(stateGetKey(tools, 'a')).rejects.toMatchObject({ code: 'hook-tool-failed' });
  });
});
