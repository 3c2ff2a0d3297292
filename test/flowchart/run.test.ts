import { describe, expect, it } from 'vitest';
import { answer, type Answer } from '../../src/flowchart/answer.ts';
import { decision } from '../../src/flowchart/decision.ts';
import { end } from '../../src/flowchart/end.ts';
import { UnknownAnswerError } from '../../src/flowchart/errors.ts';
import { flowchart } from '../../src/flowchart/flowchart.ts';
import { entry, step } from '../../src/flowchart/node.ts';
import { ConnectionLostError, Recorder, startChart, StartEvent, Web } from './web.ts';

const size = (large: string): Answer<'unknown', number> | 'small' | 'large' =>
  large === 'large' || large === 'small' ? large : answer('unknown', large.length);

function sized(what: string) {
  return flowchart<Web, StartEvent>()('size', {
    hook_fired: entry('start Hook', 'size'),
    size: decision('How large?', () => size(what), {
      small: 'rtn',
      large: 'rtn',
      unknown: 'ask',
    }),
    ask: step('ask', (web: Web, length: number) => web.do(`asked for ${length}`), 'rtn'),
    rtn: end('return'),
  });
}

async function start(web: Web) {
  const recorder = new Recorder();
  const event = new StartEvent();
  const result = await startChart.handle(web, event, recorder);
  return { recorder, event, result, line: recorder.lines[0] };
}

describe('a run of a chart', () => {
  it('follows the answers to an end and tells its path in one line', async () => {
    const web = new Web();
    web.config = undefined;
    const { recorder, result } = await start(web);
    const line =
      'start: is_container=yes is_cfg=no is_leader=yes gen_cfg make_dirs render_cfg return';
    expect(recorder.lines).toEqual([line]);
    expect(recorder.logger.lines).toEqual([`INFO ${line}`]);
    expect(result).toBeUndefined();
  });

  it('brings what a node learned to the nodes after it, through those that return nothing', async () => {
    const found = new Web();
    await start(found);
    expect(found.done.at(-1)).toBe('port 80, attempt 0');
    const made = new Web();
    made.config = undefined;
    await start(made);
    expect(made.done.at(-1)).toBe('port 8080, attempt 0');
  });

  it('defers its event at a defer node, for the reason given there', async () => {
    const web = new Web();
    web.container = false;
    const { line, event, result } = await start(web);
    expect(line).toBe('start: is_container=no defer');
    expect(result).toBe(event.deferral);
    expect(result).toMatchObject({ reason: 'the container is not up yet' });
  });

  it('lets the action of a defer node act before it says the reason', async () => {
    const web = new Web();
    web.config = undefined;
    web.leader = false;
    const { line, result } = await start(web);
    expect(line).toBe('start: is_container=yes is_cfg=no is_leader=no defer_wait');
    expect(result).toMatchObject({ reason: 'the leader has not made the config yet' });
    expect(web.done.at(-1)).toBe('waiting status');
  });

  it('lists every node it came to, the entry and the end too', async () => {
    const { recorder } = await start(new Web());
    expect(recorder.walks[0]?.visits).toEqual([
      { node: 'hook_fired' },
      { node: 'is_container', edge: 'yes' },
      { node: 'is_cfg', edge: 'yes' },
      { node: 'make_dirs' },
      { node: 'render_cfg' },
      { node: 'rtn' },
    ]);
  });

  it('tells its tracer of each node, as it is left', async () => {
    const web = new Web();
    const broken = new Error('broken');
    web.failures = { makeDirs: broken };
    const recorder = new Recorder();
    await expect(startChart.handle(web, new StartEvent(), recorder)).rejects.toBe(broken);
    expect(recorder.spans).toEqual([
      { node: 'hook_fired', outcome: {} },
      { node: 'is_container', outcome: { edge: 'yes' } },
      { node: 'is_cfg', outcome: { edge: 'yes' } },
      { node: 'make_dirs', outcome: { error: broken } },
    ]);
  });
});

describe('a run in which an action throws', () => {
  it('lets the error out and tells the path up to the node that failed', async () => {
    const web = new Web();
    web.failures = { renderCfg: new TypeError('broken') };
    const recorder = new Recorder();
    await expect(startChart.handle(web, new StartEvent(), recorder)).rejects.toThrow('broken');
    expect(recorder.lines).toEqual([
      'start: is_container=yes is_cfg=yes make_dirs render_cfg!TypeError',
    ]);
    expect(recorder.logger.of('INFO')).toEqual(recorder.lines);
  });

  it('takes an earlier answer back when the error says that it was wrong', async () => {
    const web = new Web();
    web.failures = { makeDirs: new ConnectionLostError('the socket is closed') };
    const { line, result, recorder } = await start(web);
    expect(line).toBe(
      'start: is_container=yes is_cfg=yes make_dirs!ConnectionLostError is_container=no defer',
    );
    expect(result).toMatchObject({ reason: 'the container is not up yet' });
    expect(recorder.walks[0]?.visits).toContainEqual({
      node: 'is_container',
      edge: 'no',
      retracted: true,
    });
    expect(recorder.logger.of('INFO')[0]).toBe(
      'start: make_dirs threw (the socket is closed); is_container answers no after all',
    );
  });

  it('does not take back an answer that the throwing node did not come to give', async () => {
    const web = new Web();
    web.failures = { isContainer: new ConnectionLostError('the socket is closed') };
    await expect(start(web)).rejects.toThrow('the socket is closed');
  });

  it('does not take back an answer of no', async () => {
    const lost = new ConnectionLostError('lost');
    const chart = flowchart<Web, StartEvent>()('refused', {
      hook_fired: entry('start Hook', 'ask'),
      ask: decision(
        'ask?',
        (): boolean => false,
        { yes: 'rtn', no: 'fail' },
        {
          retractWhen: () => true,
        },
      ),
      fail: step(
        'fail',
        () => {
          throw lost;
        },
        'rtn',
      ),
      rtn: end('return'),
    });
    const recorder = new Recorder();
    await expect(chart.handle(new Web(), new StartEvent(), recorder)).rejects.toBe(lost);
    expect(recorder.lines).toEqual(['refused: ask=no fail!ConnectionLostError']);
  });

  it('takes back the latest matching answer first, each once, with what came into it', async () => {
    const lost = new ConnectionLostError('lost');
    const matches = (error: unknown): boolean => error === lost;
    const chart = flowchart<Web, StartEvent>()('nested', {
      hook_fired: entry('start Hook', 'outer'),
      outer: decision(
        'outer?',
        (): boolean => true,
        { yes: 'make', no: 'left' },
        { retractWhen: matches },
      ),
      make: step('make', () => 7, 'inner'),
      inner: decision(
        'inner?',
        (): boolean => true,
        { yes: 'work', no: 'mend' },
        { retractWhen: matches },
      ),
      work: step(
        'work',
        () => {
          throw lost;
        },
        'rtn',
      ),
      mend: step(
        'mend',
        (web: Web, seven: number) => {
          web.do(`got ${seven}`);
          throw lost;
        },
        'rtn',
      ),
      left: step('left', (web: Web, nothing: undefined) => web.do(`got ${nothing}`), 'rtn'),
      rtn: end('return'),
    });
    const web = new Web();
    const recorder = new Recorder();
    await chart.handle(web, new StartEvent(), recorder);
    expect(recorder.lines).toEqual([
      'nested: outer=yes make inner=yes work!ConnectionLostError inner=no mend!ConnectionLostError outer=no left return',
    ]);
    expect(web.done).toEqual(['got 7', 'got undefined']);
  });
});

describe('a decision with answers of its own', () => {
  it('follows the arrow of its answer, bare or with data', async () => {
    const web = new Web();
    const recorder = new Recorder();
    await sized('small').handle(web, new StartEvent(), recorder);
    await sized('huge').handle(web, new StartEvent(), recorder);
    expect(recorder.lines).toEqual(['size: size=small return', 'size: size=unknown ask return']);
    expect(web.done).toEqual(['asked for 4']);
  });

  it('fails with the answer when no arrow bears it', async () => {
    const chart = flowchart<Web, StartEvent>()('loose', {
      hook_fired: entry('start Hook', 'ask'),
      ask: decision('ask', (): string => 'perhaps', { yes: 'rtn', no: 'rtn' }),
      rtn: end('return'),
    });
    await expect(chart.handle(new Web(), new StartEvent(), new Recorder())).rejects.toThrow(
      UnknownAnswerError,
    );
  });
});
