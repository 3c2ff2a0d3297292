import { findLoop } from './order.ts';
import { PlanError } from './plan-error.ts';
import { listOf, numberOf, partOf, textOf, type Entry, type Sections } from './shape.ts';

/**
 * Refuses what is wrong in the plan as a whole.
 *
 * @throws {PlanError}
 */
export function checkPlan(plan: Sections): void {
  for (const [name, service] of sorted(plan.services)) {
    const quoted = JSON.stringify(name);
    if (textOf(service, 'command') === '') {
      throw new PlanError(`plan must define "command" for service ${quoted}`);
    }
    const workload = textOf(service, 'workload');
    if (workload !== '') {
      throw new PlanError(
        `workload ${JSON.stringify(workload)}: not defined for service ${quoted}`,
      );
    }
  }
  for (const [name, check] of sorted(plan.checks)) {
    checkCheck(name, check, plan);
  }
  for (const [name, target] of sorted(plan['log-targets'])) {
    checkLogTarget(name, target, plan);
  }
  for (const [, service] of sorted(plan.services)) {
    for (const required of listOf(service, 'requires')) {
      if (!plan.services.has(required)) {
        throw new PlanError(`service ${JSON.stringify(required)} does not exist`);
      }
    }
  }
  const loop = findLoop(plan.services);
  if (loop !== undefined) {
    throw new PlanError(`services in before/after loop: ${loop.join(', ')}`);
  }
}

function checkCheck(name: string, check: Entry, plan: Sections): void {
  const quoted = JSON.stringify(name);
  const http = partOf(check, 'http');
  const tcp = partOf(check, 'tcp');
  const exec = partOf(check, 'exec');
  if (http !== undefined && textOf(http, 'url') === '') {
    throw new PlanError(`plan must set "url" for http check ${quoted}`);
  }
  if (tcp !== undefined && (numberOf(tcp, 'port') ?? 0) === 0) {
    throw new PlanError(`plan must set "port" for tcp check ${quoted}`);
  }
  if (exec !== undefined) {
    if (textOf(exec, 'command') === '') {
      throw new PlanError(`plan must set "command" for exec check ${quoted}`);
    }
    const context = textOf(exec, 'service-context');
    if (context !== '' && !plan.services.has(context)) {
      throw new PlanError(
        `plan check ${quoted} service context specifies non-existent service ${JSON.stringify(context)}`,
      );
    }
  }
  if ([http, tcp, exec].filter((part) => part !== undefined).length !== 1) {
    throw new PlanError(`plan must specify one of "http", "tcp", or "exec" for check ${quoted}`);
  }
}

function checkLogTarget(name: string, target: Entry, plan: Sections): void {
  const quoted = JSON.stringify(name);
  if (textOf(target, 'type') === '') {
    throw new PlanError(
      `plan must define "type" ("loki", "opentelemetry" or "syslog") for log target ${quoted}`,
    );
  }
  if (textOf(target, 'location') === '') {
    throw new PlanError(`plan must define "location" for log target ${quoted}`);
  }
  for (const listed of listOf(target, 'services')) {
    const service = listed.replace(/^-/, '');
    if (service !== 'all' && !plan.services.has(service)) {
      throw new PlanError(
        `log target ${quoted} specifies unknown service ${JSON.stringify(service)}`,
      );
    }
  }
}

function sorted(entries: ReadonlyMap<string, Entry>): [string, Entry][] {
  return [...entries].sort(([a], [b]) => (a < b ? -1 : 1));
}
