import type { CharmMeta } from '../charm/metadata.ts';
import { endpointsOf } from './charm-definition.ts';
import { NotInModelError } from './errors.ts';
import type { RelationEnd } from './rules/relate.ts';

/**
 * The end that `application:endpoint` names.
 *
 * @param charm undefined for an application that a script plays, whose endpoint is taken to fit
 * @throws {NotInModelError} when the charm has no such endpoint
 */
export function endOf(text: string, charm: CharmMeta | undefined): RelationEnd {
  const [app = '', endpoint = ''] = text.split(':', 2);
  const endpoints = charm && endpointsOf(charm);
  const definition = endpoints?.get(endpoint);
  if (endpoints !== undefined && definition === undefined) {
    throw new NotInModelError(`endpoint of ${app}`, endpoint, [...endpoints.keys()]);
  }
  return { app, endpoint, definition };
}
