import { ApiError } from '../api-error.ts';
import type { ChangePlan } from '../changes/change.ts';
import type { ServiceManager } from '../services/service-manager.ts';
import { asyncReply, syncReply } from '../reply.ts';
import { bodyOf, readJson } from '../request-body.ts';
import { signalNumbers } from '../signals.ts';
import { formatTime } from '../time-format.ts';
import type { Handler, Route } from './route.ts';
import { goQuote } from '../../../pebble/plan/go-quote.ts';

type Plan = (services: ServiceManager, names: readonly string[]) => ChangePlan;

const namedActions: Readonly<Record<string, Plan>> = {
  start: (services, names) => services.planStart(names),
  stop: (services, names) => services.planStop(names),
  restart: (services, names) => services.planRestart(names),
};

const unnamedActions: Readonly<Record<string, Plan>> = {
  autostart: (services) => {
    const plan = services.planAutostart();
    if (plan === undefined) {
      throw new ApiError(400, 'no default services', 'no-default-services');
    }
    return plan;
  },
  replan: (services) => services.planReplan(),
};

const getServices: Handler = async (call, { services }) => {
  const names = new Set(call.queryList('names'));
  return syncReply(
    services
      .rows()
      .filter(({ name }) => names.size === 0 || names.has(name))
      .map(({ name, startup, current, currentSince }) => ({
        name,
        startup,
        current,
        ...(currentSince && { 'current-since': formatTime(currentSince) }),
      })),
  );
};

const postServices: Handler = async (call, { services, changes, checks }) => {
  const body = await readJson(bodyOf(call.request), 'cannot decode data from request body');
  const action = body.text('action');
  const names = body.texts('services');
  const change = changes.begin(planAction(services, action, names));
  if (action === 'replan') {
    checks.planChanged();
  }
  return asyncReply(change.id);
};

function planAction(
  services: ServiceManager,
  action: string,
  names: readonly string[],
): ChangePlan {
  const unnamed = Object.hasOwn(unnamedActions, action) ? unnamedActions[action] : undefined;
  if (unnamed !== undefined) {
    if (names.length > 0) {
      throw new ApiError(400, `${action} accepts no service names`);
    }
    return unnamed(services, names);
  }
  if (names.length === 0) {
    throw new ApiError(400, `must specify services for ${action} action`);
  }
  const named = Object.hasOwn(namedActions, action) ? namedActions[action] : undefined;
  if (named === undefined) {
    throw new ApiError(400, `invalid action ${goQuote(action)}`);
  }
  const unknown = services.firstUnknown(names);
  if (unknown !== undefined) {
    throw new ApiError(
      400,
      `cannot ${action} services: service ${goQuote(unknown)} does not exist`,
    );
  }
  return named(services, names);
}

const postSignals: Handler = async (call, { services }) => {
  const body = await readJson(bodyOf(call.request), 'cannot decode request body');
  const names = body.texts('services');
  if (names.length === 0) {
    throw new ApiError(400, 'must specify one or more services');
  }
  const failures = services.signal(body.text('signal'), names, signalNumbers);
  if (failures.length > 0) {
    throw new ApiError(500, failures.join('; '));
  }
  return syncReply(true);
};

const notImplemented: Handler = async () => {
  throw new ApiError(400, 'not implemented');
};

export const serviceRoutes: readonly Route[] = [
  { path: '/v1/services', get: getServices, post: postServices },
  { path: '/v1/services/{}', get: notImplemented, post: notImplemented },
  { path: '/v1/signals', post: postSignals },
];
