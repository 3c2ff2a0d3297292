import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ProcessHookTools } from '../../src/juju/process-hook-tools.ts';
import { resourceGet } from '../../src/juju/tools/resource.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'charmwright-tools-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

function tool(name: string, body: string): void {
  const path = join(folder, name);
  writeFileSync(path, `#!/bin/sh\n${body}\n`);
  chmodSync(path, 0o755);
}

function tools(): ProcessHookTools {
  const environment = { PATH: `${folder}:/usr/bin:/bin`, JUJU_CONTEXT_ID: 'hello/0-start-1' };
  return new ProcessHookTools({ environment });
}

describe('a hook tool as a process', () => {
  it('gets its arguments as they are, without a shell', async () => {
    tool('juju-log', 'for word in "$@"; do printf "[%s]" "$word"; done');
    const args = ['--', '$HOME `id`; "quoted"', ''];
    await expect(tools().call({ tool: 'juju-log', args })).resolves.toEqual({
      code: 0,
      stdout: '[--][$HOME `id`; "quoted"][]',
      stderr: '',
    });
  });

  it('gets the environment of the hook and nothing else', async () => {
    tool('is-leader', 'printf "%s %s" "$JUJU_CONTEXT_ID" "${HOME-none}"');
    const reply = await tools().call({ tool: 'is-leader', args: [] });
    expect(reply.stdout).toBe('hello/0-start-1 none');
  });

  it('answers with its exit code and both its streams', async () => {
    tool('relation-get', 'echo out; echo "ERROR permission denied" >&2; exit 2');
    await expect(tools().call({ tool: 'relation-get', args: [] })).resolves.toEqual({
      code: 2,
      stdout: 'out\n',
      stderr: 'ERROR permission denied\n',
    });
  });

  it('takes far more on stdin than an argument holds, and gives it back whole', async () => {
    tool('relation-set', 'cat');
    const stdin = 'é水🦀'.repeat(200_000);
    const reply = await tools().call({ tool: 'relation-set', args: ['--file', '-'], stdin });
    expect(reply.stdout).toBe(stdin);
  });

  it('may end without reading its stdin', async () => {
    tool('relation-set', 'echo "ERROR cannot" >&2; exit 1');
    const stdin = 'x'.repeat(1_000_000);
    const reply = await tools().call({ tool: 'relation-set', args: [], stdin });
    expect(reply).toMatchObject({ code: 1, stderr: 'ERROR cannot\n' });
  });

  it.each([
    ['is missing', 'it is not on PATH. Hook tools exist only inside a hook', () => {}],
    [
      'cannot be executed',
      /it is not executable\.$/,
      () => {
        writeFileSync(join(folder, 'no-such-hook-tool'), '');
      },
    ],
  ])('that %s is an error that says so', async (_how, why, prepare) => {
    prepare();
    const call = tools().call({ tool: 'no-such-hook-tool', args: [] });
    await expect(call).rejects.toThrow(why);
    await expect(call).rejects.toMatchObject({
      code: 'hook-tool-unavailable',
      tool: 'no-such-hook-tool',
    });
  });

  it('is killed when it does not answer in time', async () => {
    tool('resource-get', 'exec sleep 60');
    await expect(resourceGet(tools(), 'site', { timeout: 30 })).rejects.toMatchObject({
      code: 'hook-tool-timeout',
    });
  });

  it('is not run with more than Linux takes, and says so', async () => {
    tool('action-set', 'exit 0');
    const call = tools().call({ tool: 'action-set', args: [`a=${'x'.repeat(131_072)}`] });
    await expect(call).rejects.toThrow('131 071 bytes');
    await expect(call).rejects.toMatchObject({ code: 'hook-tool-unavailable', missing: false });
  });

  it('is killed when its caller gives up', async () => {
    tool('resource-get', 'exec sleep 60');
    const controller = new AbortController();
    const call = tools().call({ tool: 'resource-get', args: [] }, { signal: controller.signal });
    controller.abort();
    await expect(call).rejects.toMatchObject({ name: 'AbortError' });
  });

  it('is killed when the tools are closed', async () => {
    tool('resource-get', 'exec sleep 60');
    const all = tools();
    const call = all.call({ tool: 'resource-get', args: [] });
    await all.close();
    await expect(call).rejects.toMatchObject({ code: 'hook-tool-unavailable' });
  });
});
