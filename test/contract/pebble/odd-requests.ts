import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { describe, expect } from 'vitest';

import { PebblePathError, type PebbleRequest } from '../../../src/pebble/index.ts';
import { matching, post, refusal, rejection, type PebbleTests } from './implementation.ts';

/** Requests that no good client sends, and that a daemon must live through. */
export function describeOddRequests({ own: test }: PebbleTests): void {
  describe.concurrent('odd requests', () => {
    test.for([
      ['GET //%0a', 301],
      ['GET //%E2%82%AC', 301],
      ['GET /v1/../v1/system-info', 301],
      ['GET /v1/changes/%2e%2e', 301],
      ['GET *:99999', 400],
      ['GET /v1/%zz', 400],
      ['HEAD /v1/system-info', 405],
    ] as const)('lives on after %s', async ([line, status], { pebble }) => {
      const reply = await sayLine(pebble.socketPath, line);
      expect(reply).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
      await expect(pebble.client.systemInfo()).resolves.toBeDefined();
    });

    test('gives up a wait of less than no time at once', async ({ pebble }) => {
      await pebble.client.addLayer('web', {
        services: { web: { override: 'replace', command: 'sleep 1000' } },
      });
      const id = await pebble.client.requestServices('start', ['web']);
      const path = `/v1/changes/${id}/wait`;
      const reply = await pebble.raw({ method: 'GET', path, query: { timeout: '-1s' } });
      expect(reply.json).toMatchObject(refusal(504, 'timed out waiting for change after -1s'));
    });

    test('refuses a number of lines beyond all numbers', async ({ pebble }) => {
      const query = { n: '99999999999999999999' };
      const reply = await pebble.raw({ method: 'GET', path: '/v1/logs', query });
      expect(reply.json).toMatchObject(refusal(400, 'n must be -1, 0, or a positive integer'));
    });

    test('takes the slash at the end of a name for a directory', async ({ pebble }) => {
      const { client, dir } = pebble;
      await writeFile(join(dir, 'file'), 'x');
      expect(await rejection(client.push(`${dir}/new/`, 'x'))).toMatchObject({ kind: 'not-found' });
      for (const name of ['file/', 'made/']) {
        const error = await rejection(client.push(`${dir}/${name}`, 'x', { makeDirs: true }));
        expect(error).toBeInstanceOf(PebblePathError);
        expect(error).toMatchObject({ kind: 'generic-file-error' });
      }
      expect(await rejection(client.listFiles(`${dir}/file/`))).toMatchObject({
        reason: `stat ${dir}/file/: not a directory`,
      });
      expect(await rejection(client.pull(`${dir}/file/`))).toMatchObject({
        reason: matching(/not a directory$/),
      });
      expect((await readdir(dir)).sort()).toEqual(['file', 'made']);
    });

    test('removes no directory by the name of a dot within', async ({ pebble }) => {
      const path = `${pebble.dir}/there/.`;
      await mkdir(path, { recursive: true });
      const body = { action: 'remove', paths: [{ path, recursive: true }] };
      const reply = await pebble.raw(post('/v1/files', body));
      expect(reply.json).toMatchObject({
        result: [{ path, error: { message: `RemoveAll ${path}: invalid argument` } }],
      });
      expect(await readdir(pebble.dir)).toEqual(['there']);
    });

    test('makes a directory though an earlier attempt left its beginnings', async ({ pebble }) => {
      await mkdir(join(pebble.dir, 'web.mkdir-new'));
      await pebble.client.makeDir(join(pebble.dir, 'web'), { permissions: 0o750 });
      expect(await readdir(pebble.dir)).toEqual(['web']);
    });

    test('takes text that begins like the boundary for content', async ({ pebble }) => {
      const path = join(pebble.dir, 'file');
      const content = `one\r\n--${boundary}two\r\n--${boundary}-three`;
      const reply = await pebble.raw(upload(path, content, '\r\n'));
      expect(reply.json).toMatchObject({ type: 'sync', result: [{ path }] });
      await expect(readFile(path, 'utf8')).resolves.toBe(content);
    });

    test('passes over blanks after a boundary', async ({ pebble }) => {
      const path = join(pebble.dir, 'file');
      const reply = await pebble.raw(upload(path, 'text', ' \t\r\n'));
      expect(reply.json).toMatchObject({ type: 'sync', result: [{ path }] });
      await expect(readFile(path, 'utf8')).resolves.toBe('text');
    });

    test('refuses a form that ends within its request', async ({ pebble }) => {
      const reply = await pebble.raw(form(`--${boundary}\r\n${requestHead}{"action":`));
      expect(reply.json).toMatchObject(
        refusal(400, 'cannot decode request metadata: unexpected EOF'),
      );
    });
  });
}

const boundary = 'odd'.repeat(12);
const requestHead = 'Content-Disposition: form-data; name="request"\r\n\r\n';

function form(body: string): PebbleRequest {
  return {
    method: 'POST',
    path: '/v1/files',
    headers: { 'content-type': `multipart/form-data; boundary=${boundary}` },
    body,
  };
}

/** An upload of one file, with a given end of the lines that hold a boundary. */
function upload(path: string, content: string, lineEnd: string): PebbleRequest {
  const request = JSON.stringify({ action: 'write', files: [{ path }] });
  const fileHead = `Content-Disposition: form-data; name="files"; filename="${path}"\r\n\r\n`;
  return form(
    `--${boundary}${lineEnd}${requestHead}${request}\r\n--${boundary}${lineEnd}${fileHead}${content}\r\n--${boundary}--${lineEnd}`,
  );
}

/** Sends a request line as it is, which no HTTP client would, and returns what comes back first. */
function sayLine(socketPath: string, line: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(socketPath);
    socket.once('data', (bytes: Buffer) => {
      resolve(bytes.toString('latin1'));
      socket.destroy();
    });
    socket.once('error', reject);
    socket.once('close', () => {
      reject(new Error(`no answer to ${line}`));
    });
    socket.write(`${line} HTTP/1.1\r\nHost: localhost\r\n\r\n`);
  });
}
