import type { EndpointDefinition, EndpointRole } from '../charm-definition.ts';
import { isJuju4, type ModelState } from '../state/model-state.ts';
import { newSide, type RelationSide } from '../state/relation-state.ts';

/** One end of a relation to be. */
export interface RelationEnd {
  readonly app: string;
  readonly endpoint: string;
  /** Undefined for an application without a charm, whose endpoint is taken to fit. */
  readonly definition: EndpointDefinition | undefined;
}

/** The sides of a relation between two ends, or why Juju would not relate them. */
export function relatedSides(
  model: ModelState,
  one: RelationEnd,
  other: RelationEnd,
):
  | { readonly interface: string; readonly sides: readonly RelationSide[] }
  | { readonly refusal: string } {
  const [here, there] = [one.definition, other.definition];
  const spoken = here?.interface ?? there?.interface;
  const roles = [here?.role ?? opposite(there?.role), there?.role ?? opposite(here?.role)] as const;
  if (
    spoken === undefined ||
    (there?.interface ?? spoken) !== spoken ||
    roles[0] === roles[1] ||
    roles.includes('peer')
  ) {
    return {
      refusal:
        'a relation needs one endpoint that requires and one that provides the same interface',
    };
  }
  const refusal = existing(model, one, other) ?? overLimit(model, one) ?? overLimit(model, other);
  if (refusal !== undefined) return { refusal };
  return {
    interface: spoken,
    sides: [newSide(one.app, one.endpoint, roles[0]), newSide(other.app, other.endpoint, roles[1])],
  };
}

function opposite(role: EndpointRole | undefined): EndpointRole {
  if (role === 'peer') return 'peer';
  return role === 'requires' ? 'provides' : 'requires';
}

function existing(model: ModelState, one: RelationEnd, other: RelationEnd): string | undefined {
  for (const { sides, life } of model.relations.values()) {
    if (!isAmong(sides, one) || !isAmong(sides, other)) continue;
    const key = [...sides]
      .sort((a) => (a.role === 'requires' ? -1 : 1))
      .map(({ app, endpoint }) => `${app}:${endpoint}`)
      .join(' ');
    return life === 'dying'
      ? `relation ${key} is dying, but not yet removed`
      : `relation ${key} already exists`;
  }
  return undefined;
}

/** Before Juju 4 a suspended relation does not count. */
function overLimit(model: ModelState, end: RelationEnd): string | undefined {
  const limit = end.definition?.limit ?? 0;
  const counted = [...model.relations.values()].filter(
    ({ sides, suspended }) => isAmong(sides, end) && (isJuju4(model) || !suspended),
  );
  if (limit === 0 || counted.length < limit) return undefined;
  return `establishing a new relation for ${end.app}:${end.endpoint} would exceed its maximum relation limit of ${limit}`;
}

function isAmong(sides: readonly RelationSide[], { app, endpoint }: RelationEnd): boolean {
  return sides.some((side) => side.app === app && side.endpoint === endpoint);
}
