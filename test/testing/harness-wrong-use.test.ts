import { Harness } from 'charmwright/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Hello } from './fixture-charm.ts';

let harness: Harness<typeof Hello.meta, Hello>;

beforeEach(() => {
  harness = new Harness(Hello, { leader: true });
  harness.begin();
});

afterEach(async () => {
  await harness.close();
});

/** Calls a method as plain JavaScript can. */
async function call(method: string, args: readonly unknown[]): Promise<unknown> {
  const found: unknown = Reflect.get(harness, method);
  if (typeof found !== 'function') throw new Error(`there is no ${method}`);
  const result: unknown = Reflect.apply(found, harness, args);
  return await result;
}

describe('a harness that is used wrongly says what was wrong', () => {
  it.each<[string, string, unknown[], string]>([
    ['a container', 'setCanConnect', ['wbe', true], 'the charm declares web'],
    ['a container for commands', 'handleExec', ['wbe', [], 1], 'the charm declares web'],
    ['an endpoint', 'relationId', ['cluser'], 'the charm declares cluster, db, site'],
    ['a relation', 'removeRelation', [9], 'cannot find the relation "9": the model has 0'],
    ['a peer relation that shall go', 'removeRelation', [0], 'lasts as long as its application'],
    ['an owner', 'getRelationData', [0, 'pg'], 'cannot find the application in relation 0 "pg"'],
    [
      'a unit that is not there',
      'updateRelationData',
      [0, 'hello/9', { a: '1' }],
      'cannot find the unit "hello/9": the model has hello/0',
    ],
    [
      'data that is no text',
      'updateRelationData',
      [0, 'hello/0', { a: 1 }],
      'the value of "a" is no text',
    ],
    ['a value of another type', 'updateConfig', [{ port: 'x' }], 'expected int, got "x"'],
    ['an option', 'updateConfig', [{ prot: 1 }], 'the charm declares port, greeting, motto'],
    ['the key of a secret', 'addUserSecret', [{ pw: 'x' }], 'key "pw" not valid'],
    ['a secret without content', 'addUserSecret', [{}], 'empty secret value not valid'],
    ['a secret', 'getSecretRevisions', ['secret:x'], 'cannot find the secret "secret:x"'],
    ['a step back in time', 'advance', [-1], 'time goes on only'],
    ['a hook tool', 'failHookTool', ['relation-gt'], 'Juju has no hook tool of that name'],
    ['an event', 'run', ['web-pebble-redy'], 'cannot find the event "web-pebble-redy"'],
    ['an event without its subject', 'run', ['secret-changed'], "{ secretId: 'secret:…' }"],
    ['an action', 'runAction', ['nope'], 'nope'],
  ])('%s', async (_what, method, args, sentence) => {
    await expect(call(method, args)).rejects.toThrow(sentence);
  });
});
