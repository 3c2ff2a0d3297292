import { describe, expect, it } from 'vitest';
import { stateDelete, stateGet, stateSet } from '../../src/juju/tools/state.ts';
import { CannedHookTools, ok, refuse } from '../support/canned-hook-tools.ts';

describe('the state that the controller keeps', () => {
  it('is read whole in one call', async () => {
    const tools = new CannedHookTools({ 'state-get': { a: '1', b: '' } });
    expect(await stateGet(tools)).toEqual({ a: '1', b: '' });
    expect(tools.effects).toEqual(['state-get --format=json']);
  });

  it.each([
    ['{}', {}],
    ['null, as Juju 4.0 prints it', null],
  ])('may be empty: %s', async (_, answer) => {
    const stdout = `${JSON.stringify(answer)}\n`;
    const tools = new CannedHookTools({ 'state-get': () => ({ ...ok, stdout }) });
    expect(await stateGet(tools)).toEqual({});
  });

  it('is not taken for empty when it could not be read', async () => {
    const tools = new CannedHookTools({ 'state-get': refuse('connection is shut down') });
    await expect(stateGet(tools)).rejects.toMatchObject({ code: 'hook-tool-failed' });
  });

  it('is set through stdin, all keys in one call', async () => {
    const tools = new CannedHookTools({ 'state-set': () => ok });
    await stateSet(tools, { a: 'one "two"\n', b: '' });
    expect(tools.effects).toEqual(['state-set --file - < {"a":"one \\"two\\"\\n","b":""}']);
  });

  it('is deleted key by key', async () => {
    const tools = new CannedHookTools({ 'state-delete': () => ok });
    await stateDelete(tools, 'a');
    expect(tools.effects).toEqual(['state-delete a']);
  });
});
