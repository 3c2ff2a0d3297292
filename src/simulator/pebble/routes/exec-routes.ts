import { ApiError } from '../api-error.ts';
import type { DaemonState } from '../daemon-state.ts';
import { execSetup } from '../exec/exec-setup.ts';
import type { Execution } from '../exec/execution.ts';
import type { Upgrade } from '../exec/upgrade.ts';
import { asyncReply, emptyReply } from '../reply.ts';
import { bodyOf, readJson } from '../request-body.ts';
import type { Handler, Route } from './route.ts';
import { goQuote } from '../../../pebble/plan/go-quote.ts';

const postExec: Handler = async (call, daemon) => {
  const { launcher, files, accounts, callerId, plan, executions } = daemon;
  const body = await readJson(bodyOf(call.request), 'cannot decode request body');
  const setup = await execSetup(body, {
    launcher,
    files,
    accounts,
    daemonUser: callerId,
    plan: plan.plan,
  });
  const change = executions.begin(setup);
  return asyncReply(change.id, {
    environment: setup.spec.environment,
    'task-id': change.tasks[0]?.id,
    'working-dir': setup.spec.workingDirectory,
  });
};

/** A request that asks for no conversation, where only those are held. */
const getStream: Handler = async (call, daemon) => {
  const [taskId = '', stream = ''] = call.names;
  const execution = await executionOf(taskId, daemon);
  if (execution === undefined) {
    return emptyReply(200);
  }
  execution.checkFree(stream, taskId);
  throw new ApiError(
    400,
    "websocket: the client is not using the websocket protocol: 'upgrade' token not found in 'Connection' header",
  );
};

/**
 * Opens a stream of a command that is executed.
 *
 * @throws {ApiError}
 */
export async function openStream(
  [taskId = '', stream = '']: readonly string[],
  daemon: DaemonState,
): Promise<Upgrade> {
  const execution = await executionOf(taskId, daemon);
  if (execution === undefined) {
    return { accepted: false, response: emptyReply(200) };
  }
  execution.checkFree(stream, taskId);
  return {
    accepted: true,
    begin: (channel) => {
      execution.connect(stream, channel);
    },
  };
}

/** @returns `undefined` when the command has been executed without an error. */
async function executionOf(
  taskId: string,
  { changes, executions }: DaemonState,
): Promise<Execution | undefined> {
  const found = changes.task(taskId);
  if (found === undefined) {
    throw new ApiError(404, `cannot find task ${goQuote(taskId)}`);
  }
  const { task, change } = found;
  if (task.kind !== 'exec') {
    throw new ApiError(400, `${goQuote(task.kind)} tasks do not have websockets`);
  }
  const execution = executions.get(taskId);
  if (execution === undefined) {
    await change.finished;
    if (change.error !== undefined) {
      throw new ApiError(500, change.error);
    }
  }
  return execution;
}

/** Where the streams of tasks are. */
export const streamPath = '/v1/tasks/{}/websocket/{}';

export const execRoutes: readonly Route[] = [
  { path: '/v1/exec', post: postExec },
  { path: streamPath, get: getStream },
];
