import { describe, expectTypeOf, it } from 'vitest';
import { CharmEvent, DeferrableEvent } from '../../src/framework/event.ts';
import type { HandlerObject } from '../../src/framework/handler.ts';
import { answer, no, yes, type Answer, type No, type Yes } from '../../src/flowchart/answer.ts';
import { decision } from '../../src/flowchart/decision.ts';
import { defer, end } from '../../src/flowchart/end.ts';
import { flowchart, type Flowchart } from '../../src/flowchart/flowchart.ts';
import { entry, step } from '../../src/flowchart/node.ts';

interface Config {
  readonly port: number;
}

class Web {
  readonly path = 'web';
  readonly address = 'localhost';
}

class StartEvent extends DeferrableEvent {
  constructor() {
    super('start');
  }
  snapshot() {
    return null;
  }
}

class StopEvent extends CharmEvent {
  constructor() {
    super('stop');
  }
  snapshot() {
    return null;
  }
}

declare function isContainer(web: Web): Promise<boolean>;
declare function isCfg(web: Web): Promise<Yes<Config> | No>;
declare function genCfg(web: Web): Promise<Config>;
declare function makeDirs(web: Web): Promise<void>;
declare function renderCfg(web: Web, config: Config): Promise<void>;
declare function connect(web: Web, data: unknown, event: StartEvent): void;
declare function countUnits(): Promise<number>;
declare function waitFor(web: Web): Promise<string>;
declare function size(): 'small' | 'large' | Answer<'unknown', Config>;
declare function held(): Yes | No<Config>;
declare function always(): Yes;
declare function isConnectionError(error: unknown): boolean;

const chart = flowchart<Web, StartEvent>();

describe('a chart whose arrows bring what its actions ask for', () => {
  it('is a handler of its observer and event', () => {
    const start = chart('start', {
      hook_fired: entry('start Hook', 'is_container'),
      is_container: decision(
        'Is container?',
        isContainer,
        { no: 'defer', yes: 'is_cfg' },
        { retractWhen: isConnectionError },
      ),
      defer: defer('defer', waitFor),
      is_cfg: decision('Is config?', isCfg, { no: 'gen_cfg', yes: 'make_dirs' }),
      gen_cfg: step('generate', genCfg, 'make_dirs'),
      make_dirs: step('make dirs', makeDirs, 'render_cfg'),
      render_cfg: step('render', renderCfg, 'connect'),
      connect: step('connect', connect, 'rtn'),
      rtn: end('return', { shape: 'circle' }),
    });
    expectTypeOf(start).toEqualTypeOf<Flowchart<Web, StartEvent>>();
    expectTypeOf(start).toExtend<HandlerObject<Web, StartEvent>>();
    // @ts-expect-error it needs a Web, and a chart is no handler of an object that is none
    const foreign: HandlerObject<{ readonly path: string }, StartEvent> = start;
    expectTypeOf(foreign.name).toEqualTypeOf<string>();
  });

  it('takes answers beyond yes and no', () => {
    chart('size', {
      hook_fired: entry('start Hook', 'size'),
      size: decision('How large?', size, {
        small: 'rtn',
        large: 'make_dirs',
        unknown: 'render_cfg',
      }),
      make_dirs: step('make dirs', makeDirs, 'rtn'),
      render_cfg: step('render', renderCfg, 'rtn'),
      rtn: end('return'),
    });
    expectTypeOf(answer('maybe')).toEqualTypeOf<Answer<'maybe'>>();
    expectTypeOf(yes({ port: 1 })).toEqualTypeOf<Yes<{ port: number }>>();
    expectTypeOf(no()).toEqualTypeOf<No>();
  });
});

describe('a chart with a mistake', () => {
  it('is marked where an arrow brings other data than the action asks for', () => {
    chart('wrong', {
      hook_fired: entry('start Hook', 'count'),
      count: step('count', countUnits, 'render_cfg'),
      // @ts-expect-error count brings a number, and renderCfg asks for a Config
      render_cfg: step('render', renderCfg, 'rtn'),
      rtn: end('return'),
    });
  });

  it('is marked where one of several arrows does not fit', () => {
    chart('wrong', {
      hook_fired: entry('start Hook', 'is_cfg'),
      is_cfg: decision('Is config?', isCfg, { no: 'make_dirs', yes: 'make_dirs' }),
      make_dirs: step('make dirs', makeDirs, 'render_cfg'),
      // @ts-expect-error along is_cfg -- no no Config comes through make_dirs
      render_cfg: step('render', renderCfg, 'rtn'),
      rtn: end('return'),
    });
  });

  it('is marked where an arrow leads nowhere', () => {
    chart('wrong', {
      hook_fired: entry('start Hook', 'make_dirs'),
      // @ts-expect-error there is no node rendr_cfg
      make_dirs: step('make dirs', makeDirs, 'rendr_cfg'),
      rtn: end('return'),
    });
  });

  it('is marked where a decision leaves an answer without an arrow', () => {
    // @ts-expect-error the answer yes has no arrow
    decision('Is config?', isCfg, { no: 'defer' });
  });

  it('is marked where a decision has an arrow for an answer that is never given', () => {
    // @ts-expect-error isCfg never answers maybe
    decision('Is config?', isCfg, { no: 'defer', yes: 'rtn', maybe: 'rtn' });
  });

  it('is marked where something follows an end or a deferral', () => {
    // @ts-expect-error nothing follows an end
    end('return', 'make_dirs');
    // @ts-expect-error nothing follows a deferral
    defer('defer', 'not yet', 'make_dirs');
  });

  it('is marked where it defers an event that cannot be deferred', () => {
    flowchart<Web, StopEvent>()('stop', {
      hook_fired: entry('stop Hook', 'defer'),
      // @ts-expect-error a stop cannot be deferred
      defer: defer('defer', 'not yet'),
    });
  });

  it('is marked where an action asks for another observer', () => {
    flowchart<{ readonly path: string }, StartEvent>()('other', {
      hook_fired: entry('start Hook', 'make_dirs'),
      // @ts-expect-error makeDirs asks for a Web
      make_dirs: step('make dirs', makeDirs, 'rtn'),
      rtn: end('return'),
    });
  });

  it('is marked where an action asks for another event', () => {
    flowchart<Web, StopEvent>()('stop', {
      hook_fired: entry('stop Hook', 'connect'),
      // @ts-expect-error connect asks for a StartEvent
      connect: step('connect', connect, 'rtn'),
      rtn: end('return'),
    });
  });

  it('is marked where an answer is retracted that brings data, or has no no', () => {
    // @ts-expect-error no brings data, which nobody would make
    decision('held?', held, { yes: 'a', no: 'b' }, { retractWhen: isConnectionError });
    // @ts-expect-error it never answers no
    decision('always?', always, { yes: 'a' }, { retractWhen: isConnectionError });
  });

  it('is marked where its arrows go round', () => {
    // @ts-expect-error make_dirs leads to itself
    chart('round', {
      hook_fired: entry('start Hook', 'make_dirs'),
      make_dirs: step('make dirs', makeDirs, 'make_dirs'),
    });
  });
});
