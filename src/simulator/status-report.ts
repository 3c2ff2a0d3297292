import type { SimulatedApplication } from './simulated-application.ts';
import type { SimulatedRelation } from './simulated-relation.ts';
import type { AgentStatus, Status } from './status.ts';

export interface UnitReport {
  readonly name: string;
  readonly leader: boolean;
  readonly workload: Status;
  readonly agent: AgentStatus;
  readonly address: string | undefined;
  readonly ports: readonly string[];
}

export interface ApplicationReport {
  readonly name: string;
  /** The charm's name; undefined for an application that a script plays. */
  readonly charm: string | undefined;
  readonly status: Status;
  readonly version: string | undefined;
  readonly units: readonly UnitReport[];
}

export interface RelationReport {
  readonly id: number;
  readonly interface: string;
  /** `app:endpoint`; the provider first, and the same twice for peers. */
  readonly provider: string;
  readonly requirer: string;
  readonly kind: 'peer' | 'regular';
}

/** What `juju status --relations` tells. */
export interface StatusReport {
  readonly model: { readonly name: string; readonly uuid: string; readonly version: string };
  readonly applications: readonly ApplicationReport[];
  readonly relations: readonly RelationReport[];
}

/** What a report is made from. */
export interface ReportedModel {
  readonly modelName: string;
  readonly modelUuid: string;
  readonly version: string;
  readonly applications: readonly SimulatedApplication[];
  readonly relations: readonly SimulatedRelation[];
}

/** Draws up the report of a model as it is now. */
export function statusReport(model: ReportedModel): StatusReport {
  return {
    model: { name: model.modelName, uuid: model.modelUuid, version: model.version },
    applications: model.applications.map(applicationReport),
    relations: model.relations.map(relationReport),
  };
}

function applicationReport(application: SimulatedApplication): ApplicationReport {
  const units = application.units.map((unit) => ({
    name: unit.name,
    leader: unit.isLeader,
    workload: unit.status,
    agent: unit.agentStatus,
    address: unit.address,
    ports: unit.ports,
  }));
  const { name, charm, status, version } = application;
  return { name, charm: charm?.name, status, version, units };
}

function relationReport(relation: SimulatedRelation): RelationReport {
  const provider = relation.ends.find((end) => end.role !== 'requires') ?? relation.ends[0];
  const requirer = relation.ends.find((end) => end.role !== 'provides') ?? relation.ends[0];
  const text = (end: typeof provider): string => (end ? `${end.app}:${end.endpoint}` : '');
  return {
    id: relation.id,
    interface: relation.interface,
    provider: text(provider),
    requirer: text(requirer),
    kind: relation.isPeer ? 'peer' : 'regular',
  };
}
