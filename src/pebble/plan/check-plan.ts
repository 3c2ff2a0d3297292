import { PebblePlanError } from './plan-error.ts';
import { findLoop } from './precedence.ts';
import { listOf, numberOf, partOf, textOf, type Entry, type Sections } from './shape.ts';
import { goQuote } from './go-quote.ts';

/**
 * Refuses what is wrong in the plan as a whole.
 *
 * @throws {PebblePlanError}
 */
export function checkPlan(plan: Sections): void {
  for (const [name, service] of sorted(plan.services)) {
    if (textOf(service, 'command') === '') {
      refuse(
        `plan must define "command" for service ${goQuote(name)}`,
        'services',
        name,
        'command',
      );
    }
  }
  for (const [name, check] of sorted(plan.checks)) {
    checkCheck(name, check, plan);
  }
  for (const [name, target] of sorted(plan['log-targets'])) {
    checkLogTarget(name, target, plan);
  }
  for (const [name, service] of sorted(plan.services)) {
    for (const required of listOf(service, 'requires')) {
      if (!plan.services.has(required)) {
        refuse(`service ${goQuote(required)} does not exist`, 'services', name, 'requires');
      }
    }
  }
  const loop = findLoop(plan.services);
  if (loop !== undefined) {
    refuse(`services in before/after loop: ${loop.join(', ')}`, 'services', loop[0] ?? '');
  }
  for (const [name, service] of sorted(plan.services)) {
    const workload = textOf(service, 'workload');
    if (workload === '') {
      continue;
    }
    const quoted = goQuote(name);
    if (!plan.workloads.has(workload)) {
      refuse(
        `workload ${goQuote(workload)}: not defined for service ${quoted}`,
        'services',
        name,
        'workload',
      );
    }
    for (const owner of ['user', 'group'] as const) {
      if (service[`${owner}-id`] !== undefined || textOf(service, owner) !== '') {
        refuse(
          `plan service ${quoted} cannot have ${owner} information and a workload at the same time`,
          'services',
          name,
          owner,
        );
      }
    }
  }
}

function refuse(reason: string, ...path: readonly string[]): never {
  throw new PebblePlanError(reason, { path });
}

function checkCheck(name: string, check: Entry, plan: Sections): void {
  const quoted = goQuote(name);
  const http = partOf(check, 'http');
  const tcp = partOf(check, 'tcp');
  const exec = partOf(check, 'exec');
  if (http !== undefined && textOf(http, 'url') === '') {
    refuse(`plan must set "url" for http check ${quoted}`, 'checks', name, 'http', 'url');
  }
  if (tcp !== undefined && (numberOf(tcp, 'port') ?? 0) === 0) {
    refuse(`plan must set "port" for tcp check ${quoted}`, 'checks', name, 'tcp', 'port');
  }
  if (exec !== undefined) {
    if (textOf(exec, 'command') === '') {
      refuse(`plan must set "command" for exec check ${quoted}`, 'checks', name, 'exec', 'command');
    }
    const context = textOf(exec, 'service-context');
    if (context !== '' && !plan.services.has(context)) {
      refuse(
        `plan check ${quoted} service context specifies non-existent service ${goQuote(context)}`,
        'checks',
        name,
        'exec',
        'service-context',
      );
    }
  }
  if ([http, tcp, exec].filter((part) => part !== undefined).length !== 1) {
    refuse(`plan must specify one of "http", "tcp", or "exec" for check ${quoted}`, 'checks', name);
  }
}

function checkLogTarget(name: string, target: Entry, plan: Sections): void {
  const quoted = goQuote(name);
  if (textOf(target, 'type') === '') {
    refuse(
      `plan must define "type" ("loki", "opentelemetry" or "syslog") for log target ${quoted}`,
      'log-targets',
      name,
      'type',
    );
  }
  for (const listed of listOf(target, 'services')) {
    const service = listed.replace(/^-/, '');
    if (service !== 'all' && !plan.services.has(service)) {
      refuse(
        `log target ${quoted} specifies unknown service ${goQuote(service)}`,
        'log-targets',
        name,
        'services',
      );
    }
  }
  if (textOf(target, 'location') === '') {
    refuse(`plan must define "location" for log target ${quoted}`, 'log-targets', name, 'location');
  }
}

function sorted(entries: ReadonlyMap<string, Entry>): [string, Entry][] {
  return [...entries].sort(([a], [b]) => (a < b ? -1 : 1));
}
