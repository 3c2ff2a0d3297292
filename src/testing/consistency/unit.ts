import { parsePort, portText } from '../../simulator/rules/ports.ts';
import { isAtLeast } from '../../simulator/state/model-state.ts';
import type { Problems } from './problems.ts';
import type { Subject } from './subject.ts';

/** Leadership, ports and the number of units fit each other and the event. */
export function checkUnit({ state, hook, event, identity }: Subject, problems: Problems): void {
  if (state.model.type !== 'iaas') checkOnKubernetes(state, identity, problems);
  if (hook.kind === 'leader-elected' && !state.leader) {
    problems.error(`${event} comes to the leader, and the unit is none. Write leader: true.`);
  }
  if (hook.kind === 'leader-settings-changed' && state.leader) {
    problems.error(
      `${event} comes to all but the leader, and the unit is it. Write leader: false.`,
    );
  }
  for (const port of state.openedPorts) {
    const parsed = parsePort(port);
    if ('refusal' in parsed) {
      problems.error(
        `"${port}" is no port: ${parsed.refusal}. Write it as 80/tcp, 53/udp or icmp.`,
      );
    } else if (portText(parsed) !== port) {
      problems.error(`"${port}" is not how Juju writes a port. Write ${portText(parsed)}.`);
    } else if (parsed.from !== parsed.to && state.model.type !== 'iaas') {
      problems.error(
        `"${port}" is a range, which Juju does not open on Kubernetes. Write each port, or model: { …, type: 'iaas' }.`,
      );
    }
  }
  if (!Number.isInteger(state.plannedUnits) || state.plannedUnits < 0) {
    problems.error(`plannedUnits is ${state.plannedUnits}. Give a whole number, 0 or more.`);
  }
  const peers = state.relations
    .filter(({ kind }) => kind === 'peer')
    .map(({ remoteUnits }) => Object.keys(remoteUnits).length);
  const known = 1 + Math.max(0, ...peers);
  if (state.plannedUnits > 0 && state.plannedUnits < known) {
    problems.warn(
      `plannedUnits is ${state.plannedUnits}, and ${known} units are there: the application would be scaling down. Leave plannedUnits out otherwise.`,
    );
  }
}

/** What only units on machines have, or only those of newer Jujus. */
function checkOnKubernetes(
  { model }: Subject['state'],
  { availabilityZone, principalUnit, jujuVersion: version }: Subject['identity'],
  problems: Problems,
): void {
  if (model.cloud !== undefined && !isAtLeast({ version }, 3, 6, 10)) {
    problems.error(
      `model.cloud is there, and Juju ${version} tells no charm on Kubernetes of its cloud. Write jujuVersion: '3.6.10' for the context, or model: { type: 'iaas' }.`,
    );
  }
  const given = [
    ...(availabilityZone === undefined ? [] : ['an availability zone']),
    ...(principalUnit === undefined ? [] : ['a principal unit']),
  ];
  if (given.length === 0) return;
  problems.error(
    `the context has ${given.join(' and ')}, which a unit on Kubernetes has not. Leave it out, or write model: { type: 'iaas' }.`,
  );
}
