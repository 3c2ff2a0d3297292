import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';

import { Container } from '../../src/model/container.ts';
import {
  PebbleConnectionError,
  PebbleProtocolError,
  type PushOptions,
  type PebbleResponse,
  type PebbleTransport,
} from '../../src/pebble/index.ts';
import { memoryDaemon } from '../pebble/memory-daemon.ts';
import {
  ScriptedTransport,
  refuse,
  sync,
  type ScriptedReply,
} from '../pebble/scripted-transport.ts';

const info = sync({ version: 'v1.32.1', 'boot-id': 'b' });

function entry(type: string) {
  return sync([{ path: '/p', name: 'p', type, permissions: '755', 'last-modified': 'now' }]);
}

function container(...replies: readonly ScriptedReply[]): Container {
  return new Container('web', new ScriptedTransport(...replies));
}

/** What a call fails with, caught at once. */
async function failureOf(call: Promise<unknown>): Promise<unknown> {
  return await call.then(
    () => undefined,
    (error: unknown) => error,
  );
}

/** No daemon answers the first requests; a daemon answers those that follow. */
class LateDaemon implements PebbleTransport {
  asked = 0;
  readonly #failures: number;

  constructor(failures: number) {
    this.#failures = failures;
  }

  async request(...args: Parameters<PebbleTransport['request']>): Promise<PebbleResponse> {
    this.asked += 1;
    if (this.asked <= this.#failures) {
      throw new PebbleConnectionError('/socket', 'connect', 'there is no such socket');
    }
    return await new ScriptedTransport(info).request(args[0]);
  }

  async close(): Promise<void> {}
}

describe('a container', () => {
  test('can be connected to when its Pebble answers', async () => {
    await expect(container(info).canConnect()).resolves.toBe(true);
  });

  test('cannot be connected to when nobody answers', async () => {
    await expect(new Container('web', new LateDaemon(1)).canConnect()).resolves.toBe(false);
  });

  test('cannot be connected to when its Pebble refuses to answer', async () => {
    const refusing = container(refuse(503, 'daemon is stopping', 'daemon-restart'));
    await expect(refusing.canConnect()).resolves.toBe(false);
  });

  test('throws when something else than Pebble answers the question whether it can connect', async () => {
    const other = container({ status: 200, body: '<html>' });
    await expect(other.canConnect()).rejects.toThrow(PebbleProtocolError);
  });

  test.each([
    ['directory', true],
    ['file', false],
    ['socket', false],
  ])('says of a %s whether it is a directory', async (type, expected) => {
    await expect(container(entry(type)).isDir('/p')).resolves.toBe(expected);
  });

  test('has no directory where there is nothing', async () => {
    const empty = container(refuse(404, 'stat /p: no such file or directory', 'not-found'));
    await expect(empty.isDir('/p')).resolves.toBe(false);
  });

  test('finds what there is, and tells apart what there is not', async () => {
    const { transport, files } = memoryDaemon();
    const web = new Container('web', transport);
    files.putFile('/etc/web.ini', '[web]', { permissions: 0o640 });
    await expect(web.findText('/etc/web.ini')).resolves.toBe('[web]');
    await expect(web.findText('/etc/none.ini')).resolves.toBeUndefined();
    await expect(web.findText('/etc')).rejects.toMatchObject({ kind: 'generic-file-error' });
    await expect(web.findFile('/etc/web.ini')).resolves.toMatchObject({
      path: '/etc/web.ini',
      type: 'file',
      size: 5,
      permissions: 0o640,
    });
    await expect(web.findFile('/etc/none.ini')).resolves.toBeUndefined();
    await expect(web.exists('/etc')).resolves.toBe(true);
    await expect(web.exists('/nowhere')).resolves.toBe(false);
  });

  test('has a file written where it is missing or another one, and says so', async () => {
    const { transport, files, requests } = memoryDaemon();
    const web = new Container('web', transport);
    const path = '/etc/web.ini';
    const writes = async (...[content, options]: readonly [string, PushOptions?]) => {
      requests.length = 0;
      const written = await web.ensureFile(path, content, options);
      expect(requests.some(({ method }) => method === 'POST')).toBe(written);
      expect(files.text(path)).toBe(content);
      return written;
    };
    await expect(web.ensureFile(path, 'a')).rejects.toMatchObject({ kind: 'not-found' });
    await expect(writes('grüße', { makeDirs: true })).resolves.toBe(true);
    await expect(writes('grüße')).resolves.toBe(false);
    await expect(writes('grüsse')).resolves.toBe(true);
    await expect(writes('gruesse')).resolves.toBe(true);
    await expect(writes('gruesse', { permissions: 0o600 })).resolves.toBe(true);
    await expect(writes('gruesse', { permissions: 0o600 })).resolves.toBe(false);
    await expect(writes('gruesse')).resolves.toBe(true);
    await expect(writes('gruesse', { user: 'root', groupId: 0 })).resolves.toBe(false);
    files.putFile(path, 'gruesse', { owner: { userId: 7, groupId: 8 } });
    await expect(writes('gruesse', { userId: 7 })).resolves.toBe(false);
    await expect(writes('gruesse', { userId: 7, groupId: 9 })).resolves.toBe(true);
    expect(files.status(path)).toMatchObject({ userId: 7, groupId: 9 });
    files.putDirectory('/etc/dir');
    await expect(web.ensureFile('/etc/dir', '')).rejects.toMatchObject({ code: 'pebble-path' });
  });

  test('passes on why it cannot be asked about a directory', async () => {
    const closed = container(refuse(403, 'permission denied', 'permission-denied'));
    await expect(closed.isDir('/p')).rejects.toMatchObject({
      code: 'pebble-path',
      kind: 'permission-denied',
    });
  });
});

describe('waiting until a container is ready', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });

  afterEach(() => {
    vi.useRealTimers();
  });

  test('ends when its Pebble answers', async () => {
    const daemon = new LateDaemon(3);
    const ready = new Container('web', daemon).waitReady();
    await vi.advanceTimersByTimeAsync(1_000);
    await expect(ready).resolves.toBeUndefined();
    expect(daemon.asked).toBe(4);
  });

  test('ends with the last failure as the cause when the time is up', async () => {
    const daemon = new LateDaemon(Infinity);
    const failure = failureOf(new Container('web', daemon).waitReady({ timeout: 1_000 }));
    await vi.advanceTimersByTimeAsync(1_000);
    await expect(failure).resolves.toMatchObject({
      code: 'pebble-timeout',
      timeout: 1_000,
      message: expect.stringContaining('container web'),
      cause: expect.any(PebbleConnectionError),
    });
    const { asked } = daemon;
    await vi.advanceTimersByTimeAsync(10_000);
    expect(daemon.asked).toBe(asked);
  });

  test('ends at once when the signal is aborted between two questions', async () => {
    const controller = new AbortController();
    const reason = new Error('enough');
    const { signal } = controller;
    const failure = failureOf(new Container('web', new LateDaemon(Infinity)).waitReady({ signal }));
    await vi.advanceTimersByTimeAsync(150);
    controller.abort(reason);
    await expect(failure).resolves.toMatchObject({ code: 'pebble-abort', cause: reason });
    expect(vi.getTimerCount()).toBe(0);
  });

  test('throws at once when something else than Pebble answers', async () => {
    await expect(container({ status: 200, body: '<html>' }).waitReady()).rejects.toThrow(
      PebbleProtocolError,
    );
  });
});

describe('a check that is stopped', () => {
  test('is told to the security log, one that was stopped before is not', async () => {
    const stopped: string[] = [];
    const security = { denied() {}, checkStopped: (check: string) => void stopped.push(check) };
    const transport = new ScriptedTransport(sync({ changed: ['http-up'] }));
    const changed = await new Container('web', transport, security).stopChecks(['http-up', 'idle']);
    expect(changed).toEqual(['http-up']);
    expect(stopped).toEqual(['http-up']);
  });
});
