import { describe, expect, it } from 'vitest';
import { Framework } from '../../src/framework/framework.ts';
import { misnamedActions } from '../../src/flowchart/action-names.ts';
import type { ChartNodes } from '../../src/flowchart/chart-types.ts';
import { decision } from '../../src/flowchart/decision.ts';
import { end } from '../../src/flowchart/end.ts';
import { InvalidChartError } from '../../src/flowchart/errors.ts';
import { Flowchart } from '../../src/flowchart/flowchart.ts';
import { entry, step } from '../../src/flowchart/node.ts';
import { MemoryStore } from '../support/memory-store.ts';
import { RecordingLogger } from '../support/recording-logger.ts';
import { startChart, StartEvent, Web } from './web.ts';

const work = (): void => {};

function mistakes(nodes: ChartNodes): readonly string[] {
  try {
    return [`made ${new Flowchart('wrong', nodes).name}`];
  } catch (error) {
    return error instanceof InvalidChartError ? error.mistakes : [String(error)];
  }
}

async function dispatch(store: MemoryStore, web: Web, event?: StartEvent) {
  const walks: string[] = [];
  const framework = await Framework.open({
    store,
    logger: new RecordingLogger(),
    listener: { walked: ({ line }) => walks.push(line) },
  });
  const source = framework.source<StartEvent>(web, {
    kind: 'start',
    restore: () => new StartEvent(),
  });
  framework.observe(web, source, startChart);
  await framework.reemit();
  if (event) await framework.emit(source, event);
  await framework.commit();
  return { framework, walks };
}

describe('making a chart', () => {
  it('refuses an arrow to a node that is not there', () => {
    expect(
      mistakes({ fired: entry('fired', 'work'), work: step('work', work, 'rtn') }),
    ).toContainEqual('work has an arrow to rtn, which is no node');
  });

  it('refuses a node that no arrow leads to', () => {
    expect(
      mistakes({
        fired: entry('fired', 'rtn'),
        work: step('work', work, 'rtn'),
        rtn: end('return'),
      }),
    ).toEqual(['no arrow from the entry leads to work']);
  });

  it('refuses arrows that go round', () => {
    expect(
      mistakes({
        fired: entry('fired', 'ask'),
        ask: decision('ask', (): boolean => true, { yes: 'work', no: 'rtn' }),
        work: step('work', work, 'ask'),
        rtn: end('return'),
      }),
    ).toEqual(['its arrows go round: ask → work → ask']);
  });

  it('refuses no entry, and two', () => {
    expect(mistakes({ rtn: end('return') })).toContain('it has no entry');
    expect(
      mistakes({ one: entry('one', 'rtn'), two: entry('two', 'rtn'), rtn: end('return') }),
    ).toEqual(['it has several entries: one, two']);
  });

  it('refuses ids that mermaid could not bear', () => {
    expect(mistakes({ Fired: entry('fired', 'end'), end: end('return') })).toEqual([
      expect.stringContaining('"Fired" cannot name a node'),
      expect.stringContaining('"end" cannot name a node'),
    ]);
  });

  it('names the chart and all mistakes in one error', () => {
    expect(() => new Flowchart('wrong', { one: entry('one', 'two') })).toThrow(
      'cannot make the chart wrong: one has an arrow to two, which is no node',
    );
  });
});

describe('the actions of a chart', () => {
  it('bear the names of their nodes', () => {
    expect(misnamedActions(startChart)).toEqual([]);
  });

  it('are told when they do not', () => {
    const renamed = new Flowchart('renamed', {
      hook_fired: entry('fired', 'gen_cfg'),
      gen_cfg: step('generate', work, 'rtn'),
      rtn: end('return'),
    });
    expect(misnamedActions(renamed)).toEqual([
      'the action of gen_cfg is called work and should be genCfg',
    ]);
  });
});

describe('a chart as a handler', () => {
  it('runs when its event is emitted, defers it, and runs again from the top', async () => {
    const store = new MemoryStore();
    const web = new Web();
    web.container = false;
    const { framework } = await dispatch(store, web, new StartEvent());
    expect(framework.deferred).toMatchObject([
      { handler: 'start', reason: 'the container is not up yet' },
    ]);
    web.container = true;
    const { walks, framework: later } = await dispatch(store, web);
    expect(walks).toEqual(['start: is_container=yes is_cfg=yes make_dirs render_cfg return']);
    expect(later.deferred).toEqual([]);
  });
});
