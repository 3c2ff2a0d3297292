import { describe, expect, it } from 'vitest';
import { arrowText } from '../../src/flowchart/graph.ts';
import { pathsOf, unwalkedArrows } from '../../src/flowchart/paths.ts';
import { ConnectionLostError, Recorder, startChart, StartEvent, Web } from './web.ts';

async function walkOf(settings: Partial<Web>) {
  const recorder = new Recorder();
  await startChart.handle(Object.assign(new Web(), settings), new StartEvent(), recorder);
  return recorder.walks;
}

describe('the paths of a chart', () => {
  it('are all ways from its entry to an end, in the words of a run', () => {
    expect(pathsOf(startChart).map(({ line }) => line)).toEqual([
      'start: is_container=no defer',
      'start: is_container=yes is_cfg=no is_leader=no defer_wait',
      'start: is_container=yes is_cfg=no is_leader=yes gen_cfg make_dirs render_cfg return',
      'start: is_container=yes is_cfg=yes make_dirs render_cfg return',
    ]);
  });

  it('equal what runs along them report', async () => {
    const walks = [
      await walkOf({ container: false }),
      await walkOf({ config: undefined, leader: false }),
      await walkOf({ config: undefined }),
      await walkOf({}),
    ].flat();
    expect(walks).toEqual(pathsOf(startChart));
  });
});

describe('the unwalked arrows', () => {
  it('are those that no walk followed', async () => {
    const walks = [...(await walkOf({ container: false })), ...(await walkOf({}))];
    expect(unwalkedArrows(startChart, walks).map(arrowText)).toEqual([
      'is_cfg -- no --> is_leader',
      'is_leader -- no --> defer_wait',
      'is_leader -- yes --> gen_cfg',
      'gen_cfg --> make_dirs',
    ]);
  });

  it('are all of them when only other charts were walked, and none when all paths were', () => {
    const paths = pathsOf(startChart);
    expect(unwalkedArrows(startChart, paths)).toEqual([]);
    const others = paths.map((walk) => ({ ...walk, chart: 'other' }));
    expect(unwalkedArrows(startChart, others)).toEqual(startChart.graph.arrows);
  });

  it('count an answer that was taken back as walked, and a failed step as left undone', async () => {
    const walks = await walkOf({ failures: { makeDirs: new ConnectionLostError('lost') } });
    const unwalked = unwalkedArrows(startChart, walks).map(arrowText);
    expect(unwalked).not.toContain('is_container -- no --> defer');
    expect(unwalked).toContain('make_dirs --> render_cfg');
  });
});
