import type { SimulatedJuju } from '../simulator/simulated-juju.ts';
import type { SimulatedRelation } from '../simulator/simulated-relation.ts';

/** An application without a charm that a deployed one is related to. */
export interface RemoteApplication {
  /** Default: the endpoint's name. */
  readonly name?: string;
  /** What its application databag holds. */
  readonly data?: Readonly<Record<string, string>>;
  /** What its units' databags hold. Default: one unit without data. */
  readonly units?: readonly Readonly<Record<string, string>>[];
}

/**
 * Adds an application that no charm runs in, and relates it.
 *
 * @param own the other end, `application:endpoint`
 * @param address of its units
 * @throws {ModelChangeError} when Juju would not relate them
 */
export function relateRemote(
  juju: SimulatedJuju,
  own: string,
  { name, data = {}, units = [{}] }: RemoteApplication & { readonly name: string },
  address: string,
): SimulatedRelation {
  const application = juju.addRemoteApplication(name);
  const names = units.map(() => {
    const unit = application.addUnit({ address });
    unit.setStatus('active');
    return unit.name;
  });
  application.setStatus('active');
  const [, endpoint = ''] = own.split(':', 2);
  const relation = juju.relate(own, `${name}:${endpoint}`);
  relation.update(name, data);
  for (const [index, unit] of names.entries()) relation.update(unit, units[index] ?? {});
  return relation;
}
