import { configRefusal } from '../../simulator/rules/config.ts';
import type { Problems } from './problems.ts';
import type { Subject } from './subject.ts';

/** Options are declared, and values are of their types. */
export function checkConfig({ meta, state }: Subject, problems: Problems): void {
  for (const [name, value] of Object.entries(state.config)) {
    const declared = meta.options[name];
    if (declared === undefined) {
      problems.undeclared('option', name, Object.keys(meta.options));
    } else if (value !== undefined) {
      const refusal = configRefusal(meta, name, value);
      if (refusal !== undefined) {
        problems.error(
          `config cannot be so: ${refusal}. Give a value of the type ${declared.type}.`,
        );
      }
    }
  }
}
