import * as z from 'zod/mini';

import type { Check, Layer, LogTarget, Plan, Service, Workload } from './layer.ts';

const textSchema = z.optional(z.string());
const namesSchema = z.optional(z.array(z.string()));
const textsSchema = z.optional(z.record(z.string(), z.string()));
const idSchema = z.optional(z.number());

const ownerFields = {
  environment: textsSchema,
  'user-id': idSchema,
  user: textSchema,
  'group-id': idSchema,
  group: textSchema,
};
const processFields = { ...ownerFields, 'working-dir': textSchema };

export const serviceSchema: z.ZodMiniType<Service<string>> = z.looseObject({
  ...processFields,
  override: textSchema,
  summary: textSchema,
  description: textSchema,
  startup: textSchema,
  command: textSchema,
  after: namesSchema,
  before: namesSchema,
  requires: namesSchema,
  workload: textSchema,
  'on-success': textSchema,
  'on-failure': textSchema,
  'on-check-failure': textsSchema,
  'backoff-delay': textSchema,
  'backoff-factor': z.optional(z.number()),
  'backoff-limit': textSchema,
  'kill-delay': textSchema,
});

export const checkSchema: z.ZodMiniType<Check<string>> = z.looseObject({
  override: textSchema,
  level: textSchema,
  startup: textSchema,
  period: textSchema,
  timeout: textSchema,
  threshold: z.optional(z.number()),
  http: z.optional(z.looseObject({ url: textSchema, headers: textsSchema })),
  tcp: z.optional(z.looseObject({ port: z.optional(z.number()), host: textSchema })),
  exec: z.optional(
    z.looseObject({ ...processFields, command: textSchema, 'service-context': textSchema }),
  ),
});

export const logTargetSchema: z.ZodMiniType<LogTarget<string>> = z.looseObject({
  override: textSchema,
  type: textSchema,
  location: textSchema,
  services: namesSchema,
  labels: textsSchema,
});

export const workloadSchema: z.ZodMiniType<Workload<string>> = z.looseObject({
  ...ownerFields,
  override: textSchema,
});

export const layerSchema: z.ZodMiniType<Layer<string>> = z.looseObject({
  summary: textSchema,
  description: textSchema,
  services: z.optional(z.record(z.string(), serviceSchema)),
  checks: z.optional(z.record(z.string(), checkSchema)),
  'log-targets': z.optional(z.record(z.string(), logTargetSchema)),
  workloads: z.optional(z.record(z.string(), workloadSchema)),
});

/** A plan, whose sections are there even when they are empty. */
export const planSchema: z.ZodMiniType<Plan> = z.pipe(
  layerSchema,
  z.transform(
    ({ services = {}, checks = {}, 'log-targets': logTargets = {}, ...others }): Plan => ({
      ...others,
      services,
      checks,
      'log-targets': logTargets,
    }),
  ),
);
