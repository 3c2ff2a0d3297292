import type { CharmMeta } from '../../charm/metadata.ts';
import type { OptionValue } from '../charm-definition.ts';
import type { ApplicationState } from '../state/model-state.ts';

/** Every declared option with its value, or undefined where neither operator nor charm gave one. */
export function effectiveConfig(
  application: ApplicationState,
): ReadonlyMap<string, OptionValue | undefined> {
  const options = Object.entries(application.charm?.options ?? {});
  return new Map(
    options.map(([name, option]) => [name, application.config.get(name) ?? option.default]),
  );
}

/** Why Juju would refuse the value for the option, or undefined when it accepts it. */
export function configRefusal(
  charm: CharmMeta,
  name: string,
  value: OptionValue,
): string | undefined {
  const option = charm.options[name];
  if (option === undefined) return `unknown option "${name}"`;
  const fits = {
    string: typeof value === 'string',
    secret: typeof value === 'string' && value.startsWith('secret:'),
    boolean: typeof value === 'boolean',
    float: typeof value === 'number',
    int: Number.isSafeInteger(value),
  }[option.type];
  return fits
    ? undefined
    : `option "${name}" expected ${option.type}, got ${JSON.stringify(value)}`;
}
