import * as z from 'zod/mini';

import type { Check, Layer, LogTarget, Service } from './layer.ts';

const textSchema = z.optional(z.string());
const namesSchema = z.optional(z.array(z.string()));
const textsSchema = z.optional(z.record(z.string(), z.string()));
const idSchema = z.optional(z.number());
const overrideSchema = z.optional(z.enum(['merge', 'replace']));
const startupSchema = z.optional(z.enum(['enabled', 'disabled']));
const exitActionSchema = z.enum([
  'restart',
  'shutdown',
  'failure-shutdown',
  'success-shutdown',
  'ignore',
]);

const processFields = {
  environment: textsSchema,
  'user-id': idSchema,
  user: textSchema,
  'group-id': idSchema,
  group: textSchema,
  'working-dir': textSchema,
};

export const serviceSchema: z.ZodMiniType<Service> = z.looseObject({
  ...processFields,
  override: overrideSchema,
  summary: textSchema,
  description: textSchema,
  startup: startupSchema,
  command: textSchema,
  after: namesSchema,
  before: namesSchema,
  requires: namesSchema,
  'on-success': z.optional(exitActionSchema),
  'on-failure': z.optional(exitActionSchema),
  'on-check-failure': z.optional(z.record(z.string(), exitActionSchema)),
  'backoff-delay': textSchema,
  'backoff-factor': z.optional(z.number()),
  'backoff-limit': textSchema,
  'kill-delay': textSchema,
});

export const checkSchema: z.ZodMiniType<Check> = z.looseObject({
  override: overrideSchema,
  level: z.optional(z.enum(['alive', 'ready'])),
  startup: startupSchema,
  period: textSchema,
  timeout: textSchema,
  threshold: z.optional(z.number()),
  http: z.optional(z.looseObject({ url: textSchema, headers: textsSchema })),
  tcp: z.optional(z.looseObject({ port: z.optional(z.number()), host: textSchema })),
  exec: z.optional(
    z.looseObject({ ...processFields, command: textSchema, 'service-context': textSchema }),
  ),
});

export const logTargetSchema: z.ZodMiniType<LogTarget> = z.looseObject({
  override: overrideSchema,
  type: textSchema,
  location: textSchema,
  services: namesSchema,
  labels: textsSchema,
});

export const layerSchema: z.ZodMiniType<Layer> = z.looseObject({
  summary: textSchema,
  description: textSchema,
  services: z.optional(z.record(z.string(), serviceSchema)),
  checks: z.optional(z.record(z.string(), checkSchema)),
  'log-targets': z.optional(z.record(z.string(), logTargetSchema)),
});
