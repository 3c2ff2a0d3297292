import { readFileSync } from 'node:fs';
import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import type { HookToolCall } from '../../src/juju/hook-tool.ts';
import type { OwnedSecret } from '../../src/model/secret.ts';
import { ok, refuse } from '../support/canned-hook-tools.ts';
import { buildModel, type ModelUnderTest } from './build-model.ts';

const id = 'secret:9m4e2mr0ui3e8a215n4g';
const modelUuid = 'b1c9d2a4-0000-4000-8000-000000000001';

/** Says nothing and succeeds. */
function quiet() {
  return ok;
}

/** The writing tools' calls, with the content of their files in place of the files. */
class Written {
  readonly lines: string[] = [];

  readonly answer = ({ tool, args }: HookToolCall) => {
    const shown = args.map((arg) => {
      const [, key, path] = /^([a-z0-9-]+)#file=(.*)$/.exec(arg) ?? [];
      return path === undefined ? arg : `${key}<${readFileSync(path, 'utf8')}>`;
    });
    this.lines.push([tool, ...shown].join(' '));
    return tool === 'secret-add' ? { ...ok, stdout: `${id}\n` } : ok;
  };

  get answers() {
    const { answer } = this;
    return {
      'secret-add': answer,
      'secret-set': answer,
      'secret-grant': answer,
      'secret-revoke': answer,
      'secret-remove': answer,
    };
  }
}

function secrets(
  answers: Record<string, unknown> = {},
  path = 'hooks/config-changed',
  env: Readonly<Record<string, string>> = {},
): ModelUnderTest & { readonly written: Written } {
  const written = new Written();
  const setup = buildModel({ 'is-leader': true, ...written.answers, ...answers }, path, env);
  return { ...setup, written };
}

describe('a secret of others', () => {
  it('is fetched when it is read, once, by the revision that the unit follows', async () => {
    const { model, tools } = secrets({ 'secret-get': { password: 'hunter2' } });
    const secret = model.getSecret({ id });
    expect(tools.effects).toEqual([]);
    await expect(secret.get()).resolves.toEqual({ password: 'hunter2' });
    await secret.get();
    expect(tools.effects).toEqual([`secret-get --format=json ${id}`]);
  });

  it('is one object, in whatever form its id is written', () => {
    const { model } = secrets();
    const secret = model.getSecret({ id });
    expect(model.getSecret({ id: '9m4e2mr0ui3e8a215n4g' })).toBe(secret);
    expect(model.getSecret({ id: `secret://${modelUuid}/9m4e2mr0ui3e8a215n4g` })).toBe(secret);
    expect(model.getSecret({ label: 'db' })).not.toBe(secret);
  });

  it('gets a label of this charm’s own with the next read', async () => {
    const { model, tools } = secrets({ 'secret-get': { password: 'x' } });
    const secret = model.getSecret({ id, label: 'db' });
    await secret.get();
    expect(model.getSecret({ label: 'db' })).toBe(secret);
    expect(tools.effects).toEqual([`secret-get --format=json ${id} --label db`]);
  });

  it('is followed to its newest revision by refresh, and not by peek', async () => {
    const { model } = secrets({
      'secret-get': ({ args }: HookToolCall) => {
        const newest = args.includes('--peek') || args.includes('--refresh');
        return { ...ok, stdout: JSON.stringify({ password: newest ? 'new' : 'old' }) };
      },
    });
    const secret = model.getSecret({ label: 'db' });
    await expect(secret.get()).resolves.toEqual({ password: 'old' });
    await expect(secret.peek()).resolves.toEqual({ password: 'new' });
    await expect(secret.get()).resolves.toEqual({ password: 'old' });
    await expect(secret.refresh()).resolves.toEqual({ password: 'new' });
    await expect(secret.get()).resolves.toEqual({ password: 'new' });
  });

  it('that could not be read is asked for again', async () => {
    let calls = 0;
    const { model } = secrets({
      'secret-get': () => {
        calls += 1;
        return calls === 1
          ? refuse('secret "9m4e2mr0ui3e8a215n4g" not found')()
          : { ...ok, stdout: '{"password":"x"}' };
      },
    });
    const secret = model.getSecret({ id });
    await expect(secret.get()).rejects.toMatchObject({ code: 'hook-tool-not-found' });
    await expect(secret.get()).resolves.toEqual({ password: 'x' });
  });

  it('that was not granted is told apart from one that does not exist', async () => {
    const { model } = secrets({ 'secret-get': refuse('permission denied') });
    await expect(model.getSecret({ id }).get()).rejects.toMatchObject({
      code: 'hook-tool-permission-denied',
    });
  });

  it('is refused when its id is none', () => {
    const { model } = secrets();
    expect(() => model.getSecret({ id: 'my password' })).toThrow(
      expect.objectContaining({ code: 'secret-uri-invalid' }),
    );
  });
});

describe('what is printed of a secret', () => {
  it('is never its content', async () => {
    const { model } = secrets({ 'secret-get': { password: 'hunter2' } });
    const observed = model.getSecret({ id, label: 'db' });
    const owned = await model.unit.addSecret({ password: 'hunter2' });
    await owned.setContent({ password: 'hunter2' });
    for (const secret of [observed, owned]) {
      const content = await secret.get();
      const prints = [
        String(secret),
        JSON.stringify({ secret }),
        inspect(secret, { depth: 9, showHidden: true }),
        inspect({ content }, { depth: 9, showHidden: false }),
      ];
      expect(prints.join()).not.toContain('hunter2');
      expect(prints[0]).toBe(id);
    }
  });

  it('does not change what the content is', async () => {
    const { model } = secrets({ 'secret-get': { password: 'hunter2' } });
    const content = await model.getSecret({ id }).get();
    expect({ ...content }).toEqual({ password: 'hunter2' });
    expect(Object.entries(content)).toEqual([['password', 'hunter2']]);
    expect(JSON.parse(JSON.stringify(content))).toEqual({ password: 'hunter2' });
  });
});

describe('a new secret', () => {
  it('is reserved at once, and read back without asking', async () => {
    const { model, tools, written } = secrets();
    const secret = await model.unit.addSecret(
      { password: 'hunter2' },
      { label: 'db', description: 'of the database', rotate: 'daily', expire: new Date(0) },
    );
    expect(secret.id).toBe(id);
    expect(written.lines).toEqual([
      'secret-add --label db --description of the database --expire 1970-01-01T00:00:00.000Z --rotate daily --owner unit password<hunter2>',
    ]);
    await expect(secret.get()).resolves.toEqual({ password: 'hunter2' });
    expect(model.unit.getSecret({ label: 'db' })).toBe(secret);
    expect(tools.lines('secret-get')).toEqual([]);
  });

  it('of the application is the leader’s to make', async () => {
    const { model, written } = secrets();
    await model.app.addSecret({ password: 'x' });
    expect(written.lines).toEqual(['secret-add --owner application password<x>']);
    const minion = secrets({ 'is-leader': false });
    await expect(minion.model.app.addSecret({ password: 'x' })).rejects.toMatchObject({
      code: 'not-leader',
    });
    expect(minion.written.lines).toEqual([]);
  });

  it('expires after a while', async () => {
    const { model, written } = secrets();
    await model.unit.addSecret({ password: 'x' }, { expire: { days: 1, hours: 2 } });
    const [, time] = /--expire (\S+)/.exec(written.lines[0] ?? '') ?? [];
    const after = new Date(time ?? '').getTime() - Date.now();
    expect(after).toBeGreaterThan(25.9 * 3_600_000);
    expect(after).toBeLessThanOrEqual(26 * 3_600_000);
    expect(time).toMatch(/Z$/);
  });

  it.each<[string, object]>([
    ['no keys', {}],
    ['a short key', { ab: 'hunter2' }],
    ['an upper-case key', { Password: 'hunter2' }],
    ['a number', { password: 12_345 }],
    ['too much', { password: 'hunter2'.repeat(120_000) }],
  ])('with %s is refused before Juju is asked, and without telling it', async (_what, content) => {
    const { model, written } = secrets();
    const untyped: unknown = Reflect.apply(model.unit.addSecret, model.unit, [content]);
    const error: unknown = await Promise.resolve(untyped).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({
      code: expect.stringMatching(/^(secret-content|hook-tool-argument)$/),
    });
    expect(String(error)).not.toMatch(/hunter2|12345/);
    expect(written.lines).toEqual([]);
  });

  it('of a re-emission that failed is removed again', async () => {
    const { model, written, flush } = secrets();
    const undo = model.participants.map((participant) => participant.savepoint());
    await model.unit.addSecret({ password: 'x' });
    for (const step of undo) step();
    await flush();
    expect(written.lines).toEqual(['secret-add --owner unit password<x>', `secret-remove ${id}`]);
  });
});

describe('the changes of a secret', () => {
  it('leave as one secret-set when all handlers are done', async () => {
    const { model, written, flush } = secrets();
    const secret = model.app.getSecret({ id });
    await secret.setInfo({ label: 'db' });
    await secret.setContent({ password: 'first' });
    await secret.setContent({ password: 'second' });
    await secret.setInfo({ rotate: 'daily' });
    expect(written.lines).toEqual([]);
    await expect(secret.get()).resolves.toEqual({ password: 'second' });
    await flush();
    expect(written.lines).toEqual([
      `secret-set --label db --rotate daily --owner application ${id} password<second>`,
    ]);
  });

  it('are what Juju before 3.6 would reset, too', async () => {
    const { model, written, flush } = secrets(
      {
        'secret-get': { password: 'held' },
        'secret-info-get': {
          '9m4e2mr0ui3e8a215n4g': {
            revision: 3,
            label: 'db',
            description: 'kept',
            rotation: 'daily',
            owner: 'unit',
          },
        },
      },
      'hooks/config-changed',
      { JUJU_VERSION: '3.1.9' },
    );
    await model.unit.getSecret({ id }).setInfo({ description: 'changed' });
    await flush();
    expect(written.lines).toEqual([
      `secret-set --label db --description changed --rotate daily --owner unit ${id} password<held>`,
    ]);
  });

  it('before 3.6 do not ask Juju about a secret that this hook has made', async () => {
    const { model, tools, written, flush } = secrets({}, 'hooks/config-changed', {
      JUJU_VERSION: '3.1.9',
    });
    const secret = await model.unit.addSecret({ password: 'x' }, { label: 'db' });
    await secret.setInfo({ rotate: 'daily' });
    await flush();
    expect(written.lines.at(-1)).toBe(
      `secret-set --label db --rotate daily --owner unit ${id} password<x>`,
    );
    expect(tools.lines('secret-info-get')).toEqual([]);
  });

  it('go back to a savepoint', async () => {
    const { model, written, flush } = secrets({ 'relation-ids': ['greeting:3'] });
    const secret = model.unit.getSecret({ id });
    await secret.setContent({ password: 'kept' });
    const undo = model.participants.map((participant) => participant.savepoint());
    await secret.setContent({ password: 'undone' });
    const relation = await model.relation('greeting');
    if (relation) await secret.grant(relation);
    await secret.remove();
    for (const step of undo) step();
    await flush();
    expect(written.lines).toEqual([`secret-set --owner unit ${id} password<kept>`]);
  });

  it('find a secret by its label with one question', async () => {
    const info = { '9m4e2mr0ui3e8a215n4g': { revision: 3, owner: 'unit' } };
    const { model, tools, written, flush } = secrets({ 'secret-info-get': info });
    const secret = model.unit.getSecret({ label: 'db' });
    await secret.setContent({ password: 'x' });
    await secret.removeRevision(1);
    await flush();
    expect(tools.lines('secret-info-get')).toEqual(['secret-info-get --format=json --label db']);
    expect(written.lines).toEqual([
      `secret-set --owner unit ${id} password<x>`,
      `secret-remove ${id} --revision 1`,
    ]);
    expect(secret.id).toBe(id);
  });

  it('of the application are refused to a minion', async () => {
    const { model } = secrets({ 'is-leader': false });
    const secret = model.app.getSecret({ id });
    await expect(secret.setContent({ password: 'x' })).rejects.toMatchObject({
      code: 'not-leader',
    });
    await expect(secret.remove()).rejects.toMatchObject({ code: 'not-leader' });
  });

  it('are forgotten when the secret is removed', async () => {
    const { model, written, flush } = secrets();
    const secret = model.unit.getSecret({ id });
    await secret.setContent({ password: 'x' });
    await secret.remove();
    await flush();
    expect(written.lines).toEqual([`secret-remove ${id}`]);
  });
});

describe('who may read a secret', () => {
  it('is granted and revoked by relation, the last word counting', async () => {
    const { model, written, flush } = secrets({ 'relation-ids': ['greeting:3', 'greeting:5'] });
    const [one, two] = await model.relations('greeting');
    if (one === undefined || two === undefined) throw new Error('both are there');
    const secret = model.unit.getSecret({ id });
    await secret.grant(one);
    await secret.revoke(one);
    await secret.grant(two, { unit: { name: 'world/0' } });
    await flush();
    expect(written.lines).toEqual([
      `secret-revoke --relation greeting:3 ${id}`,
      `secret-grant --relation greeting:5 --unit world/0 ${id}`,
    ]);
  });

  it('cannot be granted over a relation that breaks', async () => {
    const { model } = secrets({ 'relation-ids': [] }, 'hooks/greeting-relation-broken', {
      JUJU_RELATION: 'greeting',
      JUJU_RELATION_ID: 'greeting:3',
      JUJU_REMOTE_APP: 'world',
    });
    const relation = await model.relation('greeting', 3);
    if (relation === undefined) throw new Error('its hook names it');
    await expect(model.unit.getSecret({ id }).grant(relation)).rejects.toMatchObject({
      code: 'relation-gone',
    });
  });
});

describe('what Juju knows of a secret', () => {
  it('is asked for once', async () => {
    const { model, tools } = secrets({
      'secret-info-get': {
        '9m4e2mr0ui3e8a215n4g': { revision: 3, owner: 'application', rotation: 'never' },
      },
    });
    const secret = model.app.getSecret({ id });
    await expect(secret.info()).resolves.toMatchObject({ revision: 3, owner: 'application' });
    await secret.info();
    expect(tools.effects).toEqual([`secret-info-get --format=json ${id}`]);
  });
});

describe('a config option of type secret', () => {
  it('is the secret, which is fetched when it is read', async () => {
    const { model, tools } = buildModel({
      'config-get': { token: id },
      'secret-get': { value: 'hunter2' },
      'juju-log': quiet,
    });
    const token = await model.config.get('token');
    expect(tools.lines('secret-get')).toEqual([]);
    expect(token).toBe(model.getSecret({ id }));
    await expect(token?.get()).resolves.toEqual({ value: 'hunter2' });
  });

  it('that nobody has set is undefined', async () => {
    const { model } = buildModel({ 'config-get': {} });
    await expect(model.config.get('token')).resolves.toBeUndefined();
  });
});

it('takes no owned secret for one of others', async () => {
  const { model } = secrets();
  const owned: OwnedSecret = await model.unit.addSecret({ password: 'x' });
  expect(model.getSecret({ id })).not.toBe(owned);
});
