import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod/mini';
import { PebbleClient, UnixSocketTransport } from '../src/pebble/index.ts';

/**
 * One turn of our side in bench/pebble.ts: a kind of work in a process of its own, which has called
 * before and times itself. bench/pebble_ops.py is the other side. Prints what it took, as JSON.
 */
const pieceSize = 256 * 1024;
const [, , socket = '', ...words] = process.argv;
const [what, callers, amount, dir, source] = z
  .tuple([z.string(), z.coerce.number(), z.coerce.number(), z.string(), z.string()])
  .parse(words);
const pebble = new PebbleClient(new UnixSocketTransport(socket), { timeout: 60_000 });
const text = 'x'.repeat(1024);
const small = join(dir, 'small');

/** Of the works that are many of one call. */
const calls: Readonly<Record<string, () => Promise<unknown>>> = {
  'system-info': async () => await pebble.systemInfo(),
  services: async () => await pebble.services(),
  'small-push': async () => {
    await pebble.push(small, text);
  },
  'small-pull': async () => {
    if ((await pebble.pullText(small)) !== text) throw new Error('differs');
  },
};
/** Of the works that are one call for each caller. */
const wholes: Readonly<Record<string, (caller: number) => Promise<unknown>>> = {
  push: async (caller) => {
    const content = createReadStream(source, {
      end: amount / callers - 1,
      highWaterMark: pieceSize,
    });
    await pebble.push(join(dir, `large-${caller}`), content);
  },
  pull: async () => {
    await readThrough(source);
  },
  'push-path': async () => {
    await pebble.pushPath(join(dir, 'tree'), destination);
  },
  'pull-path': async () => {
    await pebble.pullPath(join(dir, 'tree'), destination);
  },
};
const destination = join(dir, `${what}-${process.pid}`);

process.stdout.write(JSON.stringify(what === 'memory' ? await growth() : await timed()));
process.exit();

/** Seconds by the clock, and of the processor's time in this process. */
async function timed(): Promise<{ readonly wall: number; readonly cpu: number }> {
  const call = calls[what];
  const whole = wholes[what];
  if (what.endsWith('-path')) await pebble.pullPath(join(dir, 'tree', 'dir-0'), destination);
  for (let warming = 0; warming < 50; warming += 1)
    await (call ?? pebble.systemInfo.bind(pebble))();
  if (what === 'push' || what === 'pull') await whole?.(0);
  let left = amount;
  const callInTurn = async (one: () => Promise<unknown>): Promise<void> => {
    while (left > 0) {
      left -= 1;
      await one();
    }
  };
  const began = performance.now();
  const usedBefore = process.cpuUsage();
  await Promise.all(
    Array.from({ length: callers }, async (_, caller) => {
      await whole?.(caller);
      if (call !== undefined) await callInTurn(call);
    }),
  );
  const { user, system } = process.cpuUsage(usedBefore);
  return { wall: (performance.now() - began) / 1_000, cpu: (user + system) / 1_000_000 };
}

/** Bytes by which this process grows at most while a large file goes there and back. */
async function growth(): Promise<number> {
  for (let warming = 0; warming < 50; warming += 1) await pebble.systemInfo();
  const large = join(dir, 'large');
  const before = process.memoryUsage().rss;
  await pebble.push(large, zeros());
  await readThrough(large);
  return process.resourceUsage().maxRSS * 1024 - before;
}

async function readThrough(path: string): Promise<void> {
  let received = 0;
  for await (const piece of await pebble.pull(path)) received += piece.length;
  if (received !== amount) throw new Error(`${received} of ${amount} bytes came`);
}

async function* zeros(): AsyncGenerator<Uint8Array, void, undefined> {
  for (let sent = 0; sent < amount; sent += pieceSize) {
    yield Buffer.alloc(Math.min(pieceSize, amount - sent));
  }
}
