import { describe, expect, it } from 'vitest';
import { runTool } from '../../src/juju/tools/run.ts';
import { networkGet } from '../../src/juju/tools/network.ts';
import {
  relationGet,
  relationGetKey,
  relationList,
  relationSet,
} from '../../src/juju/tools/relation.ts';
import { JujuVersion } from '../../src/juju/version.ts';
import { HookToolUnavailableError, type HookTools } from '../../src/juju/hook-tool.ts';
import { CannedHookTools, ok, refuse } from '../support/canned-hook-tools.ts';

const database = { endpoint: 'database', id: 7 };

/** What a caller gets when a tool refuses in these words. */
async function refused(tool: string, said: string, exitCode = 1): Promise<unknown> {
  const tools = new CannedHookTools({ [tool]: refuse(said, exitCode) });
  return await runTool(tools, { tool, args: [] }).then(
    () => undefined,
    (error: unknown) => error,
  );
}

describe('a tool that does not find something', () => {
  it.each([
    [
      'relation-list',
      'invalid value "database:7" for option -r: relation not found',
      2,
      'relation',
    ],
    ['relation-get', 'invalid value "7" for option -r: relation not found', 2, 'relation'],
    ['relation-set', 'relation not found', 1, 'relation'],
    ['relation-model-get', 'relation 7 not found', 1, 'relation'],
    [
      'relation-get',
      'cannot read settings for unit "a/0" in relation "a:x b:x": unit "a/0": settings not found',
      1,
      'unit',
    ],
    ['network-get', 'invalid value "7" for option -r: relation not found', 2, 'relation'],
    ['network-get', 'no network config found for binding "db"', 1, 'binding'],
    ['network-get', 'binding name "db" not defined by the unit\'s charm', 1, 'binding'],
    ['secret-get', 'secret "9m4e2mr0ui3e8a215n4g" not found', 1, 'secret'],
    ['secret-get', 'secret "secret:9m4e2mr0ui3e8a215n4g" not found', 1, 'secret'],
    ['secret-get', 'secret revision "9m4e2mr0ui3e8a215n4g/3" not found', 1, 'secret'],
    ['secret-get', 'consumer label "db" not found', 1, 'secret'],
    ['secret-get', 'secret not found', 1, 'secret'],
    ['secret-get', 'secret revision not found', 1, 'secret'],
    ['secret-get', 'secret key value "password" not found', 1, 'secret key'],
    ['secret-info-get', 'secret "db" not found', 1, 'secret'],
    ['secret-set', 'secret "9m4e2mr0ui3e8a215n4g" not found', 1, 'secret'],
    ['secret-remove', 'secret "9m4e2mr0ui3e8a215n4g" not found', 1, 'secret'],
    ['secret-grant', 'secret "9m4e2mr0ui3e8a215n4g" not found', 1, 'secret'],
    ['secret-grant', 'invalid value "7" for option --relation: relation not found', 2, 'relation'],
    ['secret-revoke', 'relation not found', 1, 'relation'],
    ['secret-revoke', 'secret "9m4e2mr0ui3e8a215n4g" not found', 1, 'secret'],
    ['storage-get', 'invalid value "data/9" for option -s: storage not found', 2, 'storage'],
    ['storage-get', 'storage "data/9" not found', 1, 'storage'],
    ['resource-get', 'could not download resource: resource "site" not found', 1, 'resource'],
    ['state-get', '"a" not found', 1, 'state key'],
    ['secret-grant', 'secret access scope not found', 1, 'relation'],
    ['secret-set', 'secret consumer not found', 1, 'secret'],
    ['storage-get', 'storage attachment "data/9" on "hello/0" not found', 1, 'storage'],
    ['payload-register', 'payload "x" not found in metadata.yaml', 1, 'payload'],
    ['k8s-spec-get', 'podspec for application hello not found', 1, 'pod spec'],
    ['k8s-raw-get', 'raw k8s spec for application hello not found', 1, 'pod spec'],
  ])('says what: %s, %j with exit code %i, misses the %s', async (tool, said, exitCode, thing) => {
    expect(await refused(tool, said, exitCode)).toMatchObject({
      code: 'hook-tool-not-found',
      tool,
      thing,
      exitCode,
      stderr: said,
    });
  });

  it.each([
    // What a message or a label quotes is not what the tool looks for.
    ['status-set', 'cannot set status "relation not found": connection is shut down', 1],
    ['juju-log', 'secret "a" not found', 1],
    ['secret-get', 'secret backend "vault" not found', 1],
    ['secret-add', 'secret with label "relation not found" already exists', 1],
    ['config-get', 'settings not found', 1],
    ['resource-get', 'could not download resource: connection is shut down', 1],
    ['resource-get', 'could not download resource: HTTP request failed: host not found', 1],
  ])('is not guessed at: %s, %j', async (tool, said, exitCode) => {
    expect(await refused(tool, said, exitCode)).toMatchObject({ code: 'hook-tool-failed' });
  });
});

describe('a refusal', () => {
  it.each([
    ['relation-set', 'cannot write relation settings', 1, 'hook-tool-permission-denied'],
    [
      'leader-set',
      'cannot write leadership settings: cannot write settings: not the leader',
      1,
      'hook-tool-permission-denied',
    ],
    [
      'status-get',
      'finding application status: this unit is not the leader',
      1,
      'hook-tool-permission-denied',
    ],
    ['secret-add', 'this unit is not the leader', 1, 'hook-tool-permission-denied'],
    ['secret-add', 'reading "key": open /tmp/x/key: permission denied', 1, 'hook-tool-failed'],
    [
      'credential-get',
      'cannot access cloud credentials: permission denied',
      1,
      'hook-tool-permission-denied',
    ],
    ['relation-ids', 'option provided but not defined: --x', 2, 'hook-tool-usage'],
    [
      'status-set',
      'invalid status "x", expected one of [maintenance blocked waiting active]',
      2,
      'hook-tool-usage',
    ],
    ['action-get', 'not running an action', 1, 'hook-tool-wrong-context'],
    [
      'juju-reboot',
      'juju-reboot is not supported when running an action.',
      1,
      'hook-tool-wrong-context',
    ],
    ['status-set', 'not implemented for restricted context', 1, 'hook-tool-wrong-context'],
    ['relation-get', 'connection is shut down', 1, 'hook-tool-failed'],
    ['is-leader', 'leadership status unknown', 1, 'hook-tool-failed'],
  ])('by %s of %j with exit code %i is %s', async (tool, said, exitCode, code) => {
    expect(await refused(tool, said, exitCode)).toMatchObject({
      code,
      exitCode,
      tool,
      stderr: said,
    });
  });

  it('of what Juju lets every unit do says that the relation is gone', async () => {
    const said = refuse('permission denied');
    const names = ['network-get', 'relation-get', 'relation-list', 'relation-set'];
    const tools = new CannedHookTools(Object.fromEntries(names.map((name) => [name, said])));
    const gone = { code: 'hook-tool-not-found', thing: 'relation', stderr: 'permission denied' };
    await expect(networkGet(tools, 'db', { relation: database })).rejects.toMatchObject(gone);
    await expect(relationGet(tools, database, { unit: 'a/0' })).rejects.toMatchObject(gone);
    await expect(relationGetKey(tools, database, { unit: 'a/0' }, '--app')).rejects.toMatchObject(
      gone,
    );
    await expect(relationList(tools, database)).rejects.toMatchObject(gone);
    await expect(relationSet(tools, database, 'unit', { a: '1' })).rejects.toMatchObject(gone);
    // Applications' databags are not for everybody.
    const denied = { code: 'hook-tool-permission-denied' };
    await expect(relationGet(tools, database, { app: 'a' })).rejects.toMatchObject(denied);
    await expect(relationSet(tools, database, 'app', { a: '1' })).rejects.toMatchObject(denied);
  });

  it('says what could not be done and why, and ends its sentence', async () => {
    expect(await refused('secret-get', 'secret "abc" not found')).toMatchObject({
      message:
        'cannot secret-get: secret "abc" not found. The secret may have been removed meanwhile, or never was there.',
    });
    expect(await refused('relation-get', '')).toMatchObject({
      message: 'cannot relation-get: it ended with exit code 1.',
    });
    expect(await refused('open-port', 'no more ports.')).toMatchObject({
      message: 'cannot open-port: no more ports.',
    });
  });

  it('keeps what was sent on stdin out of the message', async () => {
    const tools = new CannedHookTools({ 'relation-set': refuse('permission denied') });
    const set = relationSet(tools, database, 'unit', { password: 'hunter2' });
    await expect(set).rejects.not.toThrow('hunter2');
  });
});

async function asked(tools: HookTools, tool: string): Promise<unknown> {
  return await runTool(tools, { tool, args: [] }).then(
    (stdout) => stdout,
    (error: unknown) => error,
  );
}

function missing(tool: string): () => never {
  return () => {
    throw new HookToolUnavailableError(tool, 'it is not on PATH', { missing: true });
  };
}

describe('a tool that this Juju does not have', () => {
  class Versioned extends CannedHookTools {
    readonly version: JujuVersion;

    constructor(version: string, answers: Record<string, unknown> = {}) {
      super(answers);
      this.version = new JujuVersion(version);
    }
  }

  it.each([
    [
      '2.9.49',
      'secret-get',
      'cannot secret-get: Juju 2.9.49 does not have it. Juju has it from 3.0 on.',
    ],
    [
      '3.5.7',
      'relation-model-get',
      'cannot relation-model-get: Juju 3.5.7 does not have it. Juju has it from 3.6 on.',
    ],
    [
      '4.0.1',
      'leader-get',
      'cannot leader-get: Juju 4.0.1 does not have it. Juju has it before 4.0 only.',
    ],
    [
      '4.1.0',
      'payload-register',
      'cannot payload-register: Juju 4.1.0 does not have it. Juju has it before 4.0 only.',
    ],
  ])('is not called: Juju %s, %s', async (version, tool, message) => {
    const tools = new Versioned(version, { [tool]: {} });
    expect(await asked(tools, tool)).toMatchObject({
      code: 'hook-tool-unsupported',
      tool,
      message,
    });
    expect(tools.calls).toEqual([]);
  });

  it.each([
    ['3.0.0', 'secret-get'],
    ['3.6-beta1', 'relation-model-get'],
    ['4.0-beta1', 'leader-get'],
    ['3.6.9', 'leader-get'],
    ['', 'secret-get'],
    ['nonsense', 'leader-get'],
    ['2.9.49', 'config-get'],
  ])('is called where it may be there: Juju %j, %s', async (version, tool) => {
    const tools = new Versioned(version, { [tool]: () => ok });
    expect(await asked(tools, tool)).toBe('');
  });

  it('is recognised by the agent not knowing its name', async () => {
    const said = 'bad request: unknown command: secret-frob';
    expect(await refused('secret-frob', said)).toMatchObject({
      code: 'hook-tool-unsupported',
      message: 'cannot secret-frob: this Juju does not have it. Juju has it in another version.',
    });
  });

  it('is recognised by not being on PATH, where some Jujus lack it', async () => {
    const tools = new CannedHookTools({
      'secret-get': missing('secret-get'),
      'config-get': missing('config-get'),
    });
    expect(await asked(tools, 'secret-get')).toMatchObject({
      code: 'hook-tool-unsupported',
      cause: { code: 'hook-tool-unavailable' },
    });
    // Each Juju has this one: we are not in a hook at all.
    expect(await asked(tools, 'config-get')).toMatchObject({ code: 'hook-tool-unavailable' });
  });

  it('is credential-get on Kubernetes before 3.6.10', async () => {
    const said = 'cannot access cloud credentials: credential-get on a "caas" model not supported';
    expect(await refused('credential-get', said)).toMatchObject({
      code: 'hook-tool-unsupported',
      message:
        'cannot credential-get: this Juju does not have it. Juju has it on Kubernetes from 3.6.10 on.',
    });
  });
});
