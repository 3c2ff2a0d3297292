import { describe, expect, it } from 'vitest';
import { Account } from '../../src/cli/account.ts';
import { paletteFor } from '../../src/cli/palette.ts';
import type { ActionResult, HookReport, LocalEvent } from '../../src/local/index.ts';

const at = new Date('2026-01-01T00:00:00Z');
const unit = 'app/0';

function accountOf(events: readonly LocalEvent[]): string[] {
  const lines: string[] = [];
  const account = new Account({
    print: (line) => lines.push(line),
    palette: paletteFor({}, {}),
    elapsed: () => 1_250,
  });
  for (const event of events) account.hear(event);
  return lines;
}

function log(level: 'DEBUG' | 'INFO' | 'WARNING' | 'ERROR', message: string): LocalEvent {
  return { type: 'log', at, unit, level, logger: 'unit.app/0.juju-log', message };
}

function ended(report: Partial<HookReport> = {}): LocalEvent {
  const whole: HookReport = {
    unit,
    hook: 'start',
    attempt: 1,
    outcome: 'committed',
    duration: 99.6,
    toolCalls: 4,
    ...report,
  };
  return { type: 'hook', at, report: whole };
}

function status(word: 'active' | 'waiting', message: string): LocalEvent {
  return { type: 'unit-status', at, unit, status: { status: word, message, since: at } };
}

describe('the account of a deployment', () => {
  it('tells a hook with its path, its deferral, what came again, and the status', () => {
    const again =
      're-emitting the deferred config-changed for charm.config-changed (attempt 2, deferred since 2026-01-01T00:00:00.000Z: no config (yet))';
    const lines = accountOf([
      { type: 'hook-begun', at, unit, hook: { kind: 'start' }, attempt: 1 },
      log('DEBUG', again),
      log(
        'INFO',
        'config-changed: is_leader=yes is_cfg=no defer\ncharm.start deferred start: no db',
      ),
      status('waiting', 'for db'),
      ended(),
    ]);
    expect(lines).toEqual([
      '   1.3s  start                               100 ms, 4 calls',
      '           again   config-changed (attempt 2)',
      '           path    config-changed: is_leader=yes is_cfg=no defer',
      '           later   start: no db',
      '           status  waiting: for db',
    ]);
  });

  it('knows the lines of a relation’s hook in spite of Juju’s prefix', () => {
    expect(accountOf([log('INFO', 'db:3: start: a=yes end'), ended()])[1]).toBe(
      '           path    start: a=yes end',
    );
  });

  it('shows a path with a node that threw', () => {
    const path = 'start: is_container=yes make_dirs!PebbleConnectionError is_container=no defer';
    expect(accountOf([log('INFO', path), ended()])[1]?.trim()).toBe(`path    ${path}`);
  });

  it('shows a charm’s own words from INFO on', () => {
    const lines = accountOf([
      log('DEBUG', 'chatter'),
      log('INFO', 'said: something else'),
      log('WARNING', 'careful'),
      log('ERROR', 'broken'),
      ended(),
    ]);
    expect(lines.slice(1).map((line) => line.trim().replace(/ +/, ' '))).toEqual([
      'info said: something else',
      'warning careful',
      'error broken',
    ]);
  });

  it('says why a hook failed, and which attempt it was', () => {
    const [line] = accountOf([ended({ outcome: 'failed', reason: 'exit status 1', attempt: 2 })]);
    expect(line).toContain('start (attempt 2)');
    expect(line).toContain('failed: exit status 1');
  });

  it('mentions a status once, until it changes', () => {
    const lines = accountOf([
      status('active', ''),
      status('active', ''),
      status('waiting', 'x'),
      ended(),
    ]);
    expect(lines.filter((line) => line.includes('status'))).toHaveLength(2);
  });
});

function painted(isTTY: boolean, env: Record<string, string>): boolean {
  return paletteFor({ isTTY }, env).good('x') !== 'x';
}

describe('colours', () => {
  it('are for terminals, and for those who did not refuse them', () => {
    expect(painted(true, {})).toBe(true);
    expect(painted(true, { NO_COLOR: '' })).toBe(true);
    expect(painted(false, {})).toBe(false);
    expect(painted(true, { NO_COLOR: '1' })).toBe(false);
    expect(painted(true, { TERM: 'dumb' })).toBe(false);
  });

  it('tells an action with its log lines, its results and its failure', () => {
    const result: ActionResult = {
      id: '1',
      action: 'backup',
      status: 'failed',
      message: 'no space',
      results: { sizes: { data: '3' }, stdout: 'out\n', 'return-code': 0 },
      log: ['half way'],
      duration: 12,
      toolCalls: 3,
    };
    expect(accountOf([{ type: 'action', at, result }])).toEqual([
      '   1.3s  action backup                        12 ms, 3 calls  failed: no space',
      '           log     half way',
      '           result  sizes.data: 3',
      '           result  stdout: out',
      '           result  return-code: 0',
    ]);
  });
});
