import type { Visit, Walk } from '../../framework/walk.ts';

/**
 * Whether a run of a flowchart followed a path, or a part of one: a node (`gen_cfg`), an edge
 * (`is_leader=no`), several of them in a row, or a whole line with its chart (`start: …`).
 */
export function followed({ chart, visits, line }: Walk, path: string): boolean {
  if (path.includes(': ')) return line === path;
  const [name, rest] = path.endsWith(':') ? [path.slice(0, -1), ''] : [chart, path];
  const words = rest.split(/\s+/).filter((word) => word !== '');
  if (name !== chart) return false;
  const ended = line.endsWith(' return');
  return visits.some((_, start) =>
    words.every((word, index) => {
      const at = start + index;
      const visit = visits[at];
      if (visit === undefined) return false;
      return isCalled(visit, word) || (word === 'return' && ended && at === visits.length - 1);
    }),
  );
}

function isCalled({ node, edge, failed }: Visit, word: string): boolean {
  return word === node || word === `${node}=${edge}` || word === `${node}!${failed}`;
}
