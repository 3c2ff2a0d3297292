import type { ChartNode } from './node.ts';

/**
 * The nodes whose action bears another name than its node, a sentence each. The action of `gen_cfg`
 * is called `genCfg`, so that whoever knows the picture finds the code.
 */
export function misnamedActions({
  nodes,
}: {
  readonly nodes: ReadonlyMap<string, ChartNode>;
}): string[] {
  return Array.from(nodes).flatMap(([id, { actionName }]) => {
    const expected = id.replaceAll(/_+([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
    return actionName === undefined || actionName === expected
      ? []
      : [`the action of ${id} is called ${actionName || '(anonymous)'} and should be ${expected}`];
  });
}
