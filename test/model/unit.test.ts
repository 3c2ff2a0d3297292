import { describe, expect, it } from 'vitest';
import { ActiveStatus, BlockedStatus, WaitingStatus } from '../../src/model/status.ts';
import { Unit } from '../../src/model/unit.ts';
import { ok, refuse } from '../support/canned-hook-tools.ts';
import { buildModel } from './build-model.ts';

describe('a status', () => {
  it('shows at once, and is not sent again when equal', async () => {
    const { model, tools } = buildModel({});
    await model.unit.setStatus(new WaitingStatus('for the database'));
    await model.unit.setStatus(new WaitingStatus('for the database'));
    await model.unit.setStatus(new ActiveStatus());
    await model.unit.setStatus(new WaitingStatus('for the database'));
    expect(tools.effects).toEqual([
      'status-set waiting -- for the database',
      'status-set active -- ',
      'status-set waiting -- for the database',
    ]);
  });

  it('arrives in the order in which it was set, also when nobody waits between', async () => {
    const arrived: string[] = [];
    const { model } = buildModel({
      'status-set': async ({ args }: { args: readonly string[] }) => {
        if (arrived.length === 0) await new Promise((resolve) => setImmediate(resolve));
        arrived.push(args[0] ?? '');
        return ok;
      },
    });
    await Promise.all([
      model.unit.setStatus(new WaitingStatus('a')),
      model.unit.setStatus(new ActiveStatus()),
    ]);
    expect(arrived).toEqual(['waiting', 'active']);
  });

  it('that Juju did not take is sent again', async () => {
    let calls = 0;
    const { model } = buildModel({
      'status-set': () => {
        calls += 1;
        return calls === 1 ? refuse('connection is shut down')() : ok;
      },
    });
    await expect(model.unit.setStatus(new ActiveStatus())).rejects.toMatchObject({
      code: 'hook-tool-failed',
    });
    await model.unit.setStatus(new ActiveStatus());
    expect(calls).toBe(2);
  });

  it('of the application is the leader’s to set', async () => {
    const leader = buildModel({ 'is-leader': true });
    await leader.model.app.setStatus(new BlockedStatus('relate a database'));
    expect(leader.tools.lines('status-set')).toEqual([
      'status-set --application blocked -- relate a database',
    ]);
    const minion = buildModel({ 'is-leader': false });
    await expect(minion.model.app.setStatus(new ActiveStatus())).rejects.toMatchObject({
      code: 'not-leader',
    });
    expect(minion.tools.lines('status-set')).toEqual([]);
  });

  it('is read from Juju until this dispatch has set one', async () => {
    const { model } = buildModel({ 'status-get': { status: 'blocked', message: 'no database' } });
    await expect(model.unit.status()).resolves.toMatchObject({ kind: 'blocked' });
    await model.unit.setStatus(new ActiveStatus('up'));
    await expect(model.unit.status()).resolves.toMatchObject({ kind: 'active', message: 'up' });
  });
});

describe('leadership', () => {
  it('is asked for once in a dispatch', async () => {
    const { model, tools } = buildModel({ 'is-leader': true });
    expect(await model.unit.isLeader()).toBe(true);
    await model.app.setStatus(new ActiveStatus());
    expect(tools.lines('is-leader')).toHaveLength(1);
  });

  it('is not guessed when Juju cannot tell', async () => {
    const { model } = buildModel({ 'is-leader': refuse('leadership status unknown') });
    await expect(model.unit.isLeader()).rejects.toMatchObject({ code: 'hook-tool-failed' });
  });
});

describe('a container', () => {
  it('is one object under its name', () => {
    const { model } = buildModel({});
    expect(model.unit.container('web')).toBe(model.unit.container('web'));
    expect(model.unit.container('web').name).toBe('web');
  });

  it('that is down cannot be connected to', async () => {
    const { model } = buildModel({});
    await expect(model.unit.container('web').canConnect()).resolves.toBe(false);
  });

  it('that the charm does not declare is refused by name, also to untyped callers', () => {
    const { model } = buildModel({});
    expect(() => Reflect.apply(Unit.prototype.container, model.unit, ['wbe'])).toThrow(
      expect.objectContaining({ code: 'undeclared-name', undeclared: 'wbe' }),
    );
  });
});

describe('a status that is known', () => {
  it('is not sent again when it was read', async () => {
    const { model, tools } = buildModel({ 'status-get': { status: 'active', message: 'up' } });
    await model.unit.status();
    await model.unit.setStatus(new ActiveStatus('up'));
    expect(tools.lines('status-set')).toEqual([]);
  });

  it.each(['unknown', 'error', 'terminated'])('can be %s, which only Juju sets', async (status) => {
    const { model } = buildModel({ 'status-get': { status, message: 'so it is' } });
    await expect(model.unit.status()).resolves.toEqual({ kind: status, message: 'so it is' });
  });

  it('is asked for again when the question failed', async () => {
    let calls = 0;
    const { model } = buildModel({
      'status-get': () => {
        calls += 1;
        return calls === 1 ? refuse('no')() : { ...ok, stdout: '{"status":"active"}' };
      },
    });
    await expect(model.unit.status()).rejects.toMatchObject({ code: 'hook-tool-failed' });
    await expect(model.unit.status()).resolves.toMatchObject({ kind: 'active' });
  });
});

describe('the workload’s version', () => {
  it('is not sent twice', async () => {
    const { model, tools } = buildModel({});
    for (const version of ['1.2', '1.2', '1.3']) await model.app.setVersion(version);
    expect(tools.effects).toEqual([
      'application-version-set -- 1.2',
      'application-version-set -- 1.3',
    ]);
  });
});
