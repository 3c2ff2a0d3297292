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
  for (const [name, network] of Object.entries(state.networks)) {
    if (!bindings.includes(name)) problems.undeclared('binding', name, bindings);
    const address = typeof network === 'string' ? network : network?.address;
    if (address === '') {
      problems.error(`the network of ${name} has no address. Give one such as 10.2.0.1.`);
    }
  }
}
