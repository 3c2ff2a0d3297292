import { endpointsOf } from '../../simulator/charm-definition.ts';
import { relationHook } from '../../simulator/hook.ts';
import type { StateRelation } from '../state/relation.ts';
import type { Problems } from './problems.ts';
import type { Subject } from './subject.ts';

/** Relations are of declared endpoints, with units that can be there. */
export function checkRelations(subject: Subject, problems: Problems): void {
  const endpoints = endpointsOf(subject.meta);
  const ids = new Set<number>();
  const perEndpoint = new Map<string, number>();
  for (const relation of subject.state.relations) {
    const { endpoint, id } = relation;
    if (ids.has(id)) {
      problems.error(
        `two relations have the id ${id}: Juju gives each its own. Leave \`id\` out, or give another one.`,
      );
    }
    ids.add(id);
    perEndpoint.set(endpoint, (perEndpoint.get(endpoint) ?? 0) + 1);
    const declared = endpoints.get(endpoint);
    if (declared === undefined) {
      problems.undeclared('endpoint', endpoint, [...endpoints.keys()]);
      continue;
    }
    if (declared.role === 'peer' && relation.kind !== 'peer') {
      problems.error(
        `the relation of ${endpoint} is with ${relation.remoteApp}: ${endpoint} is a peer endpoint, whose other units are the charm's own. Write peerRelation('${endpoint}', …).`,
      );
    } else if (declared.role !== 'peer' && relation.kind === 'peer') {
      problems.error(
        `${endpoint} has a peer relation: it is no peer endpoint. Write relation('${endpoint}', …).`,
      );
    } else {
      checkUnits(subject, relation, problems);
      checkScope(subject, relation, problems);
    }
  }
  for (const endpoint of Object.keys(subject.meta.peers)) {
    if ((perEndpoint.get(endpoint) ?? 0) > 1) {
      problems.error(
        `${endpoint} has ${perEndpoint.get(endpoint)} relations: Juju makes one peer relation with the application, and no other. Keep one.`,
      );
    }
  }
  const { requires, provides } = subject.meta;
  for (const [endpoint, { limit = 0 }] of Object.entries({ ...requires, ...provides })) {
    const count = perEndpoint.get(endpoint) ?? 0;
    if (limit > 0 && count > limit) {
      problems.error(
        `${endpoint} has ${count} relations: its limit is ${limit}, and Juju refuses more. Leave some out.`,
      );
    }
  }
  checkEvent(subject, problems);
}

/** Beside a unit there is one other of a container-scoped relation: its principal or subordinate. */
function checkScope(
  { meta }: Subject,
  { endpoint, remoteUnits }: StateRelation,
  problems: Problems,
): void {
  const declared = { ...meta.requires, ...meta.provides }[endpoint];
  const units = Object.keys(remoteUnits);
  if (declared?.scope !== 'container' || units.length < 2) return;
  problems.error(
    `the relation of ${endpoint} has the units ${units.join(', ')}: its scope is container, in which a unit sees only the one beside it. Keep one.`,
  );
}

function checkUnits(
  { identity, state }: Subject,
  relation: StateRelation,
  problems: Problems,
): void {
  const { endpoint, kind, remoteApp, remoteUnits, remoteAppData } = relation;
  const { app, unit: self } = identity;
  const expected = kind === 'peer' ? app : remoteApp;
  if (kind === 'regular' && remoteApp === app) {
    problems.error(
      `the relation of ${endpoint} is with ${app} itself: only a peer relation is. Give another \`remoteApp\`.`,
    );
  }
  if (kind === 'regular' && relation.remoteModel === state.model.uuid) {
    problems.error(
      `the relation of ${endpoint} is with an application of another model, and that is the charm's own. Leave \`remoteModel\` out, or give another uuid.`,
    );
  }
  if (kind === 'peer' && Object.keys(remoteAppData).length > 0) {
    problems.error(
      `the peer relation of ${endpoint} has data of a remote application: among peers there is one application bag. Write it as \`appData\`.`,
    );
  }
  for (const unit of Object.keys(remoteUnits)) {
    const [owner, number = ''] = unit.split('/');
    if (!/^(0|[1-9]\d*)$/.test(number)) {
      problems.error(
        `"${unit}" in the relation of ${endpoint} is no unit's name. Write <application>/<number>, such as ${expected}/0.`,
      );
    } else if (kind === 'peer' && unit === self) {
      problems.error(
        `${unit} is a peer of itself on ${endpoint}: it is the unit under test, whose data are \`unitData\`. Name only other units.`,
      );
    } else if (owner !== expected) {
      problems.error(
        `${unit} is in the relation of ${endpoint} with ${expected}: it is a unit of another application. Write ${expected}/${number}.`,
      );
    }
  }
  for (const bag of bagsOf(relation)) {
    for (const [key, value] of Object.entries(bag)) checkEntry(endpoint, key, value, problems);
  }
}

function bagsOf(relation: StateRelation) {
  const { localAppData, localUnitData, remoteAppData, remoteUnits } = relation;
  return [localAppData, localUnitData, remoteAppData, ...Object.values(remoteUnits)];
}

/** The type says that it is text; a test in plain JavaScript may not know. */
function checkEntry(endpoint: string, key: string, value: unknown, problems: Problems): void {
  if (typeof value !== 'string') {
    problems.error(
      `"${key}" in a bag of ${endpoint} is ${JSON.stringify(value)}: bags hold text. Write String(…) or JSON.stringify(…).`,
    );
  } else if (value === '') {
    problems.error(
      `"${key}" in a bag of ${endpoint} is empty text: Juju takes that for no entry. Leave the key out.`,
    );
  }
}

function checkEvent({ state, hook, event, identity, meta }: Subject, problems: Problems): void {
  const about = relationHook(hook);
  if (about === undefined) return;
  const { endpoint, relationId, kind, remoteUnit, departingUnit } = about;
  const relation = state.relations.find(({ id }) => id === relationId);
  if (relation === undefined || relation.endpoint !== endpoint) {
    problems.error(
      `${event} is about relation ${relationId}, which the state has not. Put the relation that the event names into \`relations\`.`,
    );
    return;
  }
  if (kind === 'relation-broken' && endpoint in meta.peers) {
    problems.error(
      `${event} cannot come: a peer relation lasts as long as its application. Send relation-departed.`,
    );
  }
  if (kind === 'relation-broken' && Object.keys(relation.remoteUnits).length > 0) {
    problems.warn(
      `${event} comes when all remote units have departed, so the charm sees none of ${Object.keys(relation.remoteUnits).join(', ')}. Write remoteUnits: {}.`,
    );
  }
  const needsUnit = kind === 'relation-joined' || kind === 'relation-departed';
  if (remoteUnit === undefined) {
    if (needsUnit) {
      problems.error(
        `${event} is about a unit, and relation ${relationId} has none. Give it one in ${relation.kind === 'peer' ? 'peers' : 'remoteUnits'}.`,
      );
    }
    return;
  }
  if (remoteUnit === identity.unit) {
    problems.error(
      `${event} is about ${remoteUnit}, the unit under test: Juju tells a unit of others only. Name another unit.`,
    );
  } else if (!(remoteUnit in relation.remoteUnits)) {
    problems.error(
      `${event} is about ${remoteUnit}, which is not in relation ${relationId}: that has ${Object.keys(relation.remoteUnits).join(', ') || 'no unit'}. Put the unit there, with what its bag holds.`,
    );
  }
  if (departingUnit !== undefined && ![remoteUnit, identity.unit].includes(departingUnit)) {
    problems.error(
      `${event} says that ${departingUnit} departs: it can only be ${remoteUnit}, or ${identity.unit} itself. Correct \`departingUnit\`.`,
    );
  }
}
