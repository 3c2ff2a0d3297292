import { ApiError } from '../api-error.ts';
import type { Change } from '../changes/change.ts';
import type { Task } from '../changes/task.ts';
import type { DaemonState } from '../daemon-state.ts';
import { durationProblem, formatDuration, parseDuration } from '../../../pebble/plan/duration.ts';
import { syncReply } from '../reply.ts';
import { bodyOf, readJson } from '../request-body.ts';
import { formatTime } from '../time-format.ts';
import type { Call, Handler, Route } from './route.ts';
import { goQuote } from '../../../pebble/plan/go-quote.ts';

const selections: Readonly<Record<string, (change: Change) => boolean>> = {
  '': (change) => !change.ready,
  all: () => true,
  'in-progress': (change) => !change.ready,
  ready: (change) => change.ready,
};

const getChanges: Handler = async (call, { changes }) => {
  const name = call.query('select');
  const selected = Object.hasOwn(selections, name) ? selections[name] : undefined;
  if (selected === undefined) {
    throw new ApiError(400, 'select should be one of: all,in-progress,ready');
  }
  const service = call.query('for');
  return syncReply(
    changes
      .all()
      .filter((change) => selected(change))
      .filter((change) => service === '' || change.services.includes(service))
      .map(changeJson),
  );
};

const getChange: Handler = async (call, daemon) => syncReply(changeJson(findChange(call, daemon)));

const postChange: Handler = async (call, daemon) => {
  const change = findChange(call, daemon);
  const body = await readJson(bodyOf(call.request), 'cannot decode data from request body');
  const action = body.text('action');
  if (action !== 'abort') {
    throw new ApiError(400, `invalid action ${goQuote(action)}`);
  }
  if (change.ready) {
    throw new ApiError(400, `cannot abort change ${change.id} with nothing pending`);
  }
  change.abort();
  return syncReply(changeJson(change));
};

const waitChange: Handler = async (call, daemon) => {
  const change = findChange(call, daemon);
  const text = call.query('timeout');
  const timeout = text === '' ? 0 : parseDuration(text);
  if (timeout === undefined) {
    throw new ApiError(400, `invalid timeout: ${durationProblem(text)}`);
  }
  const outcome = await waitFor(change, timeout / 1e6, call, daemon);
  if (outcome === 'late') {
    throw new ApiError(504, `timed out waiting for change after ${formatDuration(timeout)}`);
  }
  if (outcome === 'cancelled') {
    throw new ApiError(500, 'request cancelled');
  }
  return syncReply(changeJson(change));
};

async function waitFor(
  change: Change,
  timeout: number,
  { request }: Call,
  { clock, closing }: DaemonState,
): Promise<'finished' | 'late' | 'cancelled'> {
  if (change.ready) {
    return 'finished';
  }
  const cleanups: (() => void)[] = [];
  const late = new Promise<'late'>((resolve) => {
    if (timeout < 0) {
      resolve('late');
    } else if (timeout > 0) {
      cleanups.push(
        clock.after(timeout, () => {
          resolve('late');
        }),
      );
    }
  });
  const cancelled = new Promise<'cancelled'>((resolve) => {
    for (const signal of [closing, request.signal]) {
      const cancel = (): void => {
        resolve('cancelled');
      };
      if (signal?.aborted === true) {
        cancel();
      }
      signal?.addEventListener('abort', cancel);
      cleanups.push(() => signal?.removeEventListener('abort', cancel));
    }
  });
  try {
    return await Promise.race([change.finished.then(() => 'finished' as const), late, cancelled]);
  } finally {
    for (const cleanup of cleanups) {
      cleanup();
    }
  }
}

function findChange(call: Call, { changes }: DaemonState): Change {
  const change = changes.get(call.name);
  if (change === undefined) {
    throw new ApiError(404, `cannot find change with id ${goQuote(call.name)}`);
  }
  return change;
}

function changeJson(change: Change): object {
  return {
    id: change.id,
    kind: change.kind,
    summary: change.summary,
    status: change.status,
    ...(change.tasks.length > 0 && { tasks: change.tasks.map(taskJson) }),
    ready: change.ready,
    ...(change.error !== undefined && { err: change.error }),
    'spawn-time': formatTime(change.spawnTime),
    ...(change.readyTime && { 'ready-time': formatTime(change.readyTime) }),
  };
}

function taskJson(task: Task): object {
  return {
    id: task.id,
    kind: task.kind,
    summary: task.summary,
    status: task.status,
    ...(task.log.length > 0 && { log: task.log }),
    progress: { label: '', done: task.status === 'Do' ? 0 : 1, total: 1 },
    'spawn-time': formatTime(task.spawnTime),
    ...(task.readyTime && { 'ready-time': formatTime(task.readyTime) }),
    ...(task.data && { data: task.data }),
  };
}

export const changeRoutes: readonly Route[] = [
  { path: '/v1/changes', get: getChanges },
  { path: '/v1/changes/{}', get: getChange, post: postChange },
  { path: '/v1/changes/{}/wait', get: waitChange },
];
