import { readParams } from '../../charm/action-params.ts';
import type { Problems } from './problems.ts';
import type { Subject } from './subject.ts';

/** The action is declared, and its parameters are as its schema says. */
export function checkAction({ meta, hook, identity }: Subject, problems: Problems): void {
  if (hook.kind !== 'action') return;
  const declared = meta.actions[hook.action];
  if (declared === undefined) {
    problems.undeclared('action', hook.action, Object.keys(meta.actions));
    return;
  }
  // Juju 4 refuses further parameters where the charm does not allow them; 3 where it forbids them.
  const additionalProperties =
    declared.additionalProperties ?? Number.parseInt(identity.jujuVersion, 10) < 4;
  const { mismatches } = readParams({ ...declared, additionalProperties }, hook.params);
  for (const { path, problem } of mismatches) {
    problems.error(
      `Juju runs no action ${hook.action} with these parameters: ${[...path, problem].join(' ')}. Correct them, or the schema in actions.yaml.`,
    );
  }
}
