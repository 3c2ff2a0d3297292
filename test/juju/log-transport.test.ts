import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HookToolTimeoutError } from '../../src/juju/errors.ts';
import { LogTransport } from '../../src/juju/log-transport.ts';
import type { LogLevel } from '../../src/juju/tools/log.ts';
import { CannedHookTools, ok, refuse } from '../support/canned-hook-tools.ts';

function transport(tools: CannedHookTools): { log: LogTransport; lost: string[] } {
  const lost: string[] = [];
  const log = new LogTransport(tools, {
    delay: 0,
    undelivered: (level, message) => lost.push(`${level} ${message}`),
  });
  return { log, lost };
}

function messages(tools: CannedHookTools): [string, string][] {
  return tools.calls.map(({ args: [, level = '', , message = ''] }) => [level, message]);
}

/** Without what may be added or spelled otherwise on the way: breaks, blanks, zeros. */
function plain(text: string): string {
  return text.replaceAll(/[\n ]|\\0/g, '').replaceAll('\0', '');
}

describe('log lines', () => {
  it('leave in order, neighbours of one level in one call', async () => {
    const tools = new CannedHookTools();
    const { log } = transport(tools);
    log.write('INFO', 'one');
    log.write('INFO', 'two');
    log.write('DEBUG', 'three');
    log.write('INFO', 'four');
    await log.flush();
    expect(messages(tools)).toEqual([
      ['INFO', 'one\ntwo'],
      ['DEBUG', 'three'],
      ['INFO', 'four'],
    ]);
  });

  it('leave at once, each in a call of its own, where a call is only a message', async () => {
    const tools = new CannedHookTools();
    const log = new LogTransport(Object.assign(tools, { callCost: 'message' as const }), {
      delay: 60_000,
      undelivered: () => undefined,
    });
    log.write('INFO', 'one');
    log.write('INFO', 'two');
    await expect
      .poll(() => messages(tools))
      .toEqual([
        ['INFO', 'one'],
        ['INFO', 'two'],
      ]);
  });

  it('leave without being asked, soon after they were written', async () => {
    const message = await new Promise((resolve) => {
      const tools = new CannedHookTools({
        'juju-log': (call: { args: readonly string[] }) => {
          resolve(call.args.at(-1));
          return ok;
        },
      });
      transport(tools).log.write('INFO', 'hello');
    });
    expect(message).toBe('hello');
  });

  it('are waited for, also those that are written during the wait', async () => {
    const tools = new CannedHookTools({
      'juju-log': () => {
        if (tools.calls.length === 1) log.write('ERROR', 'meanwhile');
        return ok;
      },
    });
    const { log } = transport(tools);
    log.write('INFO', 'before');
    await log.flush();
    expect(messages(tools).map(([, message]) => message)).toEqual(['before', 'meanwhile']);
  });

  it('that Juju refuses are handed back, and do not hold up the next', async () => {
    const tools = new CannedHookTools({ 'juju-log': refuse('connection is shut down') });
    const { log, lost } = transport(tools);
    log.write('INFO', 'one');
    log.write('ERROR', 'two');
    await log.flush();
    expect(lost).toEqual(['INFO one', 'ERROR two']);
    expect(tools.calls).toHaveLength(2);
  });

  it('are not waited for one after the other once Juju does not answer', async () => {
    const tools = new CannedHookTools({
      'juju-log': () => {
        throw new HookToolTimeoutError('juju-log', 60_000);
      },
    });
    const { log, lost } = transport(tools);
    log.write('INFO', 'one');
    log.write('ERROR', 'two');
    log.write('INFO', 'three');
    await log.flush();
    expect(tools.calls).toHaveLength(1);
    expect(lost).toEqual(['INFO one', 'ERROR two', 'INFO three']);
  });

  it('are known as long as Juju has not taken them', async () => {
    const seen: (readonly string[])[] = [];
    const tools = new CannedHookTools({
      'juju-log': () => {
        seen.push(log.unsent);
        return ok;
      },
    });
    const { log } = transport(tools);
    log.write('INFO', 'one');
    log.write('ERROR', 'two');
    await log.flush();
    expect(seen).toEqual([['INFO one', 'ERROR two'], ['ERROR two']]);
    expect(log.unsent).toEqual([]);
  });

  it('fit into an argument, and arrive whole, however long and in whatever script', async () => {
    const line = fc.oneof(
      // The character that stands for a broken one is not to be drawn: it is what is looked for.
      fc.string({ unit: 'grapheme', maxLength: 40 }).filter((text) => !text.includes('\ufffd')),
      fc
        .tuple(fc.constantFrom('x', 'é', '水', '🦀'), fc.integer({ min: 30_000, max: 140_000 }))
        .map(([character, count]) => character.repeat(count)),
    );
    const level = fc.constantFrom<LogLevel>('INFO', 'ERROR');
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(level, line), { maxLength: 6 }), async (lines) => {
        const tools = new CannedHookTools();
        const { log, lost } = transport(tools);
        for (const [level, message] of lines) log.write(level, message);
        await log.flush();
        for (const [, message] of messages(tools)) {
          expect(Buffer.byteLength(message)).toBeLessThanOrEqual(131_071);
          expect(message).not.toMatch(/\0|�/);
        }
        expect(lost).toEqual([]);
        expect(
          plain(
            messages(tools)
              .map(([, message]) => message)
              .join(''),
          ),
        ).toBe(plain(lines.map(([, message]) => message).join('')));
      }),
      { numRuns: 30 },
    );
  });
});
