import type { SimulatedApplication } from '../../simulator/simulated-application.ts';
import type { SimulatedJuju } from '../../simulator/simulated-juju.ts';
import type { SimulatedRelation } from '../../simulator/simulated-relation.ts';
import type { Act } from './act.ts';
import type { RemoteStep } from './step.ts';

/** What a step does to the relations of an application now, or undefined where Juju forbids it. */
export function remoteAct(
  juju: SimulatedJuju,
  own: SimulatedApplication,
  step: RemoteStep,
): Act | undefined {
  switch (step.step) {
    case 'relate': {
      const { endpoint, app, data } = step;
      const ends = [`${own.name}:${endpoint}`, `${app}:${endpoint}`] as const;
      if (!juju.mayRelate(...ends)) return undefined;
      return () => {
        if (remoteOf(juju, app) === undefined) juju.addRemoteApplication(app);
        juju.relate(...ends).update(app, data);
      };
    }
    case 'unrelate': {
      const relation = relationWith(juju, own, step.endpoint, step.app);
      if (relation?.alive !== true) return undefined;
      return () => {
        juju.removeRelation(relation.id);
      };
    }
    case 'app-data': {
      const relation = relationWith(juju, own, step.endpoint, step.app);
      if (relation?.alive !== true) return undefined;
      return () => {
        relation.update(step.app, step.data);
      };
    }
    case 'unit-data': {
      const app = appOf(step.unit);
      const relation = relationWith(juju, own, step.endpoint, app);
      if (relation?.units(app).includes(step.unit) !== true) return undefined;
      return () => {
        relation.update(step.unit, step.data);
      };
    }
    case 'add-remote-unit': {
      const app = remoteOf(juju, appOf(step.unit));
      if (app === undefined || hasUnit(app, step.unit)) return undefined;
      return () => {
        app.addUnit({ number: Number(step.unit.split('/', 2)[1]), scripted: true });
      };
    }
    case 'remove-remote-unit': {
      const app = remoteOf(juju, appOf(step.unit));
      if (app === undefined || !hasUnit(app, step.unit)) return undefined;
      return () => {
        app.removeUnit(step.unit);
      };
    }
    default:
      return step satisfies never;
  }
}

function relationWith(
  juju: SimulatedJuju,
  own: SimulatedApplication,
  endpoint: string,
  app: string,
): SimulatedRelation | undefined {
  return relationsOf(juju, own, endpoint).find(({ ends }) => ends.some((end) => end.app === app));
}

function relationsOf(
  juju: SimulatedJuju,
  own: SimulatedApplication,
  endpoint: string,
): SimulatedRelation[] {
  return juju.relations.filter(({ ends }) =>
    ends.some((end) => end.app === own.name && end.endpoint === endpoint),
  );
}

function remoteOf(juju: SimulatedJuju, app: string): SimulatedApplication | undefined {
  return juju.applications.find(({ name }) => name === app);
}

function hasUnit(app: SimulatedApplication, unit: string): boolean {
  return app.units.some(({ name }) => name === unit);
}

function appOf(unit: string): string {
  return unit.split('/', 1)[0] ?? unit;
}
