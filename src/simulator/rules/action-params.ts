import { readParams } from '../../charm/action-params.ts';
import { ModelChangeError, NotInModelError } from '../errors.ts';
import { isJuju4, type ApplicationState, type ModelState } from '../state/model-state.ts';

/**
 * The parameters of an action with its defaults filled in. What the schema does not name is taken
 * by Juju 3 and refused by Juju 4, unless the schema says otherwise.
 *
 * @throws {NotInModelError} when the charm has no such action
 * @throws {ModelChangeError} when the parameters are not as the schema has them
 */
export function actionParams(
  model: ModelState,
  { name: app, charm }: ApplicationState,
  name: string,
  given: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  const actions = charm?.actions ?? {};
  const action = Object.hasOwn(actions, name) ? actions[name] : undefined;
  if (action === undefined) throw new NotInModelError('action', name, Object.keys(actions));
  const { additionalProperties = !isJuju4(model) } = action;
  const { params, mismatches } = readParams({ ...action, additionalProperties }, given);
  if (mismatches.length === 0) return params;
  const problems = mismatches.map(({ path, problem }) => [...path, problem].join(' '));
  throw new ModelChangeError(`run the action ${name} of ${app}`, problems.join('; '));
}
