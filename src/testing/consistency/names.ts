import { bindingsOf } from '../../simulator/charm-definition.ts';
import type { Problems } from './problems.ts';
import type { Subject } from './subject.ts';

/** Resources and networks bear names that the charm declares. */
export function checkNames({ meta, state }: Subject, problems: Problems): void {
  for (const name of Object.keys(state.resources)) {
    if (!(name in meta.resources)) {
      problems.undeclared('resource', name, Object.keys(meta.resources));
    }
  }
  const bindings = bindingsOf(meta);
  for (const name of Object.keys(state.networks)) {
    if (!bindings.includes(name)) problems.undeclared('binding', name, bindings);
  }
}
