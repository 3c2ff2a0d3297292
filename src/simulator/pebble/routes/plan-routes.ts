import { ApiError } from '../api-error.ts';
import { PebblePlanError } from '../../../pebble/plan/plan-error.ts';
import { InnerLayerError } from '../plan/plan-store.ts';
import { printPlan } from '../../../pebble/plan/print-plan.ts';
import { syncReply } from '../reply.ts';
import { bodyOf, readJson } from '../request-body.ts';
import type { Handler, Route } from './route.ts';
import { goQuote } from '../../../pebble/plan/go-quote.ts';

const getPlan: Handler = async (call, { plan }) => {
  const format = call.query('format');
  if (format !== 'yaml') {
    throw new ApiError(400, `invalid format ${goQuote(format)}`);
  }
  return syncReply(printPlan(plan.plan));
};

const postLayers: Handler = async (call, { plan, checks }) => {
  const body = await readJson(bodyOf(call.request), 'cannot decode request body');
  const [action, label, format] = [body.text('action'), body.text('label'), body.text('format')];
  if (action !== 'add') {
    throw new ApiError(400, `invalid action ${goQuote(action)}`);
  }
  if (label === '') {
    throw new ApiError(400, 'label must be set');
  }
  if (format !== 'yaml') {
    throw new ApiError(400, `invalid format ${goQuote(format)}`);
  }
  try {
    plan.add(label, body.text('layer'), {
      combine: body.flag('combine'),
      inner: body.flag('inner'),
    });
  } catch (error) {
    if (error instanceof PebblePlanError) {
      throw new ApiError(error instanceof InnerLayerError ? 500 : 400, error.reason);
    }
    throw error;
  }
  checks.planChanged();
  return syncReply(true);
};

export const planRoutes: readonly Route[] = [
  { path: '/v1/plan', get: getPlan },
  { path: '/v1/layers', post: postLayers },
];
