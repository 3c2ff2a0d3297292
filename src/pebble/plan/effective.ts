import { mapOf, partOf, textOf, type Entry, type Sections } from './shape.ts';

/** A service together with the workload that it names: what its process depends on. */
export function effectiveService(service: Entry, { workloads }: Sections): Entry {
  const workload = workloads.get(textOf(service, 'workload'));
  return workload === undefined ? service : { ...service, workload };
}

/** A check with what its command takes over from the service of its `service-context`. */
export function effectiveCheck(check: Entry, { services }: Sections): Entry {
  const exec = partOf(check, 'exec');
  const service = services.get(exec === undefined ? '' : textOf(exec, 'service-context'));
  if (exec === undefined || service === undefined) {
    return check;
  }
  const context = Object.fromEntries(
    ['user-id', 'user', 'group-id', 'group', 'working-dir'].flatMap((field) =>
      service[field] === undefined ? [] : [[field, service[field]]],
    ),
  );
  const environment = { ...mapOf(service, 'environment'), ...mapOf(exec, 'environment') };
  return { ...check, exec: { ...context, ...exec, environment } };
}
