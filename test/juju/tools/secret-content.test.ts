import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { HookToolCall, HookToolReply } from '../../../src/juju/hook-tool.ts';
import { SecretUri } from '../../../src/juju/secret-uri.ts';
import { k8sSpecSet } from '../../../src/juju/tools/k8s-spec.ts';
import { secretAdd, secretSet } from '../../../src/juju/tools/secret-write.ts';
import { CannedHookTools, ok, refuse } from '../../support/canned-hook-tools.ts';

const uri = 'secret:9m4e2mr0ui3e8a215n4g';

interface SeenFile {
  readonly path: string;
  readonly text: string;
  readonly mode: number;
  readonly folderMode: number;
}

/** Reads the files of a call as Juju's agent would while the call lasts. */
class Reader {
  readonly files = new Map<string, SeenFile>();
  #call: HookToolCall | undefined;

  readonly answer = (call: HookToolCall): HookToolReply => {
    this.#call = call;
    for (const [, key = '', path = ''] of call.args.flatMap((arg) => [
      ...arg.matchAll(/^([^#]+)#file=(.*)$/g),
    ])) {
      this.files.set(key, {
        path,
        text: readFileSync(path, 'utf8'),
        mode: statSync(path).mode & 0o777,
        folderMode: statSync(dirname(path)).mode & 0o777,
      });
    }
    return { ...ok, stdout: `${uri}\n` };
  };

  /** The arguments, with the names in place of the files. */
  get line(): string {
    const args = this.#call?.args.map((arg) => arg.replace(/=\/.*$/, '')) ?? [];
    return [this.#call?.tool, ...args].join(' ');
  }

  get content(): Record<string, string> {
    return Object.fromEntries([...this.files].map(([key, { text }]) => [key, text]));
  }
}

describe('the content of a secret', () => {
  it('goes through files that nobody else can read, and that are gone afterwards', async () => {
    const reader = new Reader();
    const tools = new CannedHookTools({ 'secret-add': reader.answer });
    const content = { username: 'admin', password: 'hunter2\n=' };
    const added = await secretAdd(tools, content, { label: 'db', owner: 'unit' });
    expect(added).toEqual(SecretUri.parse(uri));
    expect(reader.line).toBe('secret-add --label db --owner unit username#file password#file');
    expect(reader.content).toEqual(content);
    for (const { path, mode, folderMode } of reader.files.values()) {
      expect([mode, folderMode]).toEqual([0o600, 0o700]);
      expect(existsSync(dirname(path))).toBe(false);
    }
  });

  it('is said to be the application’s where nothing else is said', async () => {
    const reader = new Reader();
    const expire = new Date('2025-02-01T00:00:00Z');
    await secretAdd(
      new CannedHookTools({ 'secret-add': reader.answer }),
      { password: 'x' },
      { description: 'of db', expire, rotate: 'daily' },
    );
    expect(reader.line).toBe(
      'secret-add --description of db --expire 2025-02-01T00:00:00.000Z --rotate daily --owner application password#file',
    );
  });

  it('is changed in the same way, after the name of the secret', async () => {
    const reader = new Reader();
    const tools = new CannedHookTools({ 'secret-set': reader.answer });
    await secretSet(tools, uri, { content: { password: 'new' }, label: 'db' });
    expect(reader.line).toBe(`secret-set --label db ${uri} password#file`);
    expect(reader.content).toEqual({ password: 'new' });
  });

  it('arrives byte by byte, whatever it is', async () => {
    const keys = fc.stringMatching(/^[a-z](-?[a-z0-9]){2,8}$/);
    const content = fc.dictionary(keys, fc.string({ unit: 'grapheme' }), {
      minKeys: 1,
      maxKeys: 4,
    });
    await fc.assert(
      fc.asyncProperty(content, async (given) => {
        const reader = new Reader();
        await secretAdd(new CannedHookTools({ 'secret-add': reader.answer }), given);
        expect(reader.content).toEqual({ ...given });
      }),
      { numRuns: 25 },
    );
  });

  it('is in no argument and no error, and leaves no file, when Juju refuses', async () => {
    const tools = new CannedHookTools({ 'secret-add': refuse('this unit is not the leader') });
    const failure: unknown = await secretAdd(tools, { password: 'hunter2' }).catch(
      (error: unknown) => error,
    );
    expect(failure).toMatchObject({ code: 'hook-tool-permission-denied' });
    expect(`${String(failure)} ${JSON.stringify(failure)}`).not.toContain('hunter2');
    expect(tools.calls[0]?.args.join(' ')).not.toContain('hunter2');
    const path = tools.calls[0]?.args.at(-1)?.replace(/^.*=/, '');
    expect(existsSync(dirname(path!))).toBe(false);
  });

  it.each([
    ['nothing', {}],
    ['a short key', { ab: 'hunter2' }],
    ['a key of capitals', { Password: 'hunter2' }],
    ['a key that begins with a digit', { '1password': 'hunter2' }],
    ['a key with two hyphens', { 'pass--word': 'hunter2' }],
    ['a key with a path in it', { '../../etc/passwd': 'hunter2' }],
    ['a key with an underscore', { pass_word: 'hunter2' }],
  ])('is refused before the call where no Juju takes it: %s', async (_what, content) => {
    const tools = new CannedHookTools();
    for (const call of [secretAdd(tools, content), secretSet(tools, uri, { content })]) {
      await expect(call).rejects.toMatchObject({ code: 'hook-tool-argument' });
      await expect(call).rejects.not.toThrow('hunter2');
    }
    expect(tools.calls).toEqual([]);
  });

  it('is kept under a name; anything else in its place is an error', async () => {
    const tools = new CannedHookTools({ 'secret-add': () => ({ ...ok, stdout: 'hunter2!' }) });
    const added = secretAdd(tools, { password: 'hunter2!' });
    await expect(added).rejects.toMatchObject({ code: 'hook-tool-output', tool: 'secret-add' });
    await expect(added).rejects.not.toThrow('hunter2');
  });
});

describe('the resources of a pod spec', () => {
  it('go through a file too, while the spec takes stdin', async () => {
    let seen = '';
    const tools = new CannedHookTools({
      'k8s-spec-set': ({ args }: HookToolCall) => {
        seen = readFileSync(args.at(-1)!, 'utf8');
        return ok;
      },
    });
    await k8sSpecSet(tools, 'version: 3', { resources: 'kubernetesResources: {}' });
    expect(seen).toBe('kubernetesResources: {}');
    expect(tools.calls).toEqual([
      {
        tool: 'k8s-spec-set',
        args: ['--file', '-', '--k8s-resources', expect.stringMatching(/\/resources\.yaml$/)],
        stdin: 'version: 3',
      },
    ]);
    expect(existsSync(tools.calls[0]!.args.at(-1)!)).toBe(false);
  });
});
