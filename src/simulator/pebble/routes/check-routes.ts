import { ApiError } from '../api-error.ts';
import { statusReply, syncReply } from '../reply.ts';
import { bodyOf, readJson } from '../request-body.ts';
import type { Call, Handler, Route } from './route.ts';
import { goQuote } from '../../../pebble/plan/go-quote.ts';

const getChecks: Handler = async (call, { checks }) => {
  const level = levelOf(call);
  const names = call.queryList('names');
  return syncReply(
    checks
      .all()
      .filter(({ config }) => level === '' || config.level === level)
      .filter(({ config }) => names.length === 0 || names.includes(config.name))
      .map((check) => check.toJson()),
  );
};

const postChecks: Handler = async (call, { checks }) => {
  const body = await readJson(bodyOf(call.request), 'cannot decode data from request body');
  const action = body.text('action');
  const names = body.texts('checks');
  if (names.length === 0) {
    throw new ApiError(400, `must specify checks for ${action} action`);
  }
  if (action !== 'start' && action !== 'stop') {
    throw new ApiError(400, `invalid action ${goQuote(action)}`);
  }
  const unknown = checks.unknown(names);
  if (unknown.length > 0) {
    throw new ApiError(
      400,
      `cannot ${action} checks: cannot find checks in plan: ${unknown.join(', ')}`,
    );
  }
  return syncReply({ changed: action === 'start' ? checks.start(names) : checks.stop(names) });
};

const postRefresh: Handler = async (call, { checks }) => {
  const body = await readJson(bodyOf(call.request), 'cannot decode data from request body');
  const name = body.text('name');
  if (name === '') {
    throw new ApiError(400, 'must specify check name');
  }
  const check = checks.get(name);
  if (check === undefined) {
    throw new ApiError(404, `cannot find check with name ${goQuote(name)}`);
  }
  const error = await check.refresh();
  return syncReply({ info: check.toJson(), ...(error !== undefined && { error }) });
};

const getHealth: Handler = async (call, { checks }) => {
  const healthy = checks.healthy({ level: levelOf(call), names: call.queryList('names') });
  return statusReply(healthy ? 200 : 502, { healthy });
};

function levelOf(call: Call): '' | 'alive' | 'ready' {
  const level = call.query('level');
  if (level !== '' && level !== 'alive' && level !== 'ready') {
    throw new ApiError(400, 'level must be "alive" or "ready"');
  }
  return level;
}

export const checkRoutes: readonly Route[] = [
  { path: '/v1/checks', get: getChecks, post: postChecks },
  { path: '/v1/checks/refresh', post: postRefresh },
  { path: '/v1/health', get: getHealth },
];
