import { afterEach, describe, expect, it, vi } from 'vitest';
import type { HookToolCall, HookToolReply, HookTools } from '../../../src/juju/hook-tool.ts';
import { configGet } from '../../../src/juju/tools/config.ts';
import { jujuLog } from '../../../src/juju/tools/log.ts';
import { resourceGet } from '../../../src/juju/tools/resource.ts';
import { secretAdd } from '../../../src/juju/tools/secret-write.ts';

/** Tools that never answer, and remember whether they were told to stop. */
class SilentHookTools implements HookTools {
  readonly calls: HookToolCall[] = [];
  stopped: unknown[] = [];

  async call(call: HookToolCall, options?: { signal?: AbortSignal }): Promise<HookToolReply> {
    this.calls.push(call);
    options?.signal?.addEventListener('abort', () => this.stopped.push(options.signal?.reason));
    return await new Promise<never>(() => undefined);
  }

  async close(): Promise<void> {
    await Promise.resolve();
  }
}

afterEach(() => {
  vi.useRealTimers();
});

describe('a tool that does not answer', () => {
  it.each<[string, number, (tools: HookTools) => Promise<unknown>]>([
    ['config-get', 300_000, (tools) => configGet(tools)],
    ['juju-log', 60_000, (tools) => jujuLog(tools, 'INFO', 'hello')],
    ['resource-get', 3_600_000, (tools) => resourceGet(tools, 'site')],
    ['config-get', 50, (tools) => configGet(tools, { timeout: 50 })],
  ])('is given up and told so: %s after %i ms', async (tool, timeout, call) => {
    vi.useFakeTimers();
    const tools = new SilentHookTools();
    const failure = call(tools).catch((error: unknown) => error);
    await vi.advanceTimersByTimeAsync(timeout - 1);
    expect(tools.stopped).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    expect(await failure).toMatchObject({ code: 'hook-tool-timeout', tool, timeout });
    expect(tools.stopped).toEqual([await failure]);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('is given up when its caller gives up, with the reason of that', async () => {
    const tools = new SilentHookTools();
    const controller = new AbortController();
    const call = configGet(tools, { signal: controller.signal });
    const reason = new Error('the hook is being stopped');
    controller.abort(reason);
    await expect(call).rejects.toBe(reason);
    expect(tools.stopped).toEqual([reason]);
  });

  it('is not asked at all by a caller that has given up', async () => {
    const tools = new SilentHookTools();
    await expect(configGet(tools, { signal: AbortSignal.abort() })).rejects.toMatchObject({
      name: 'AbortError',
    });
    expect(tools.calls).toEqual([]);
  });

  it('leaves no file behind when it was to read one', async () => {
    vi.useFakeTimers();
    const tools = new SilentHookTools();
    const failure = secretAdd(tools, { password: 'hunter2' }, { timeout: 50 }).catch(
      (error: unknown) => error,
    );
    await vi.waitUntil(() => tools.calls.length === 1);
    await vi.advanceTimersByTimeAsync(50);
    expect(await failure).toMatchObject({ code: 'hook-tool-timeout', tool: 'secret-add' });
    const [path = ''] = /(?<==)\/.*/.exec(tools.calls[0]!.args.at(-1)!) ?? [];
    const { existsSync } = await import('node:fs');
    expect(path).toMatch(/\/password$/);
    expect(existsSync(path)).toBe(false);
  });
});
