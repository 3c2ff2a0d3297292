import { messageOf } from '../../errors.ts';
import { PebblePlanError } from './plan-error.ts';
import { parseCommand, splitWords } from './command.ts';
import {
  mapOf,
  numberOf,
  partOf,
  sections,
  textOf,
  type Entry,
  type LabelledLayer,
  type SectionShape,
} from './shape.ts';
import { goQuote } from './go-quote.ts';

const successActions = ['', 'restart', 'shutdown', 'failure-shutdown', 'ignore'];
const failureActions = ['', 'restart', 'shutdown', 'success-shutdown', 'ignore'];
const logTargetTypes = ['', 'loki', 'opentelemetry', 'syslog'];

/** Refuses an entry because of one of its fields, or of its name. */
type Refuse = (reason: string, ...path: readonly string[]) => never;

const entryChecks: Readonly<
  Record<SectionShape['name'], (name: string, entry: Entry, refuse: Refuse) => void>
> = {
  services: checkService,
  checks: checkCheck,
  'log-targets': checkLogTarget,
  workloads: checkWorkload,
};

/**
 * Refuses what is wrong within one layer.
 *
 * @throws {PebblePlanError} whose reason lacks the words `cannot parse layer YAML`.
 */
export function checkLayer({ label, sections: layered }: LabelledLayer): void {
  if (label.startsWith('pebble-')) {
    throw new PebblePlanError('cannot use reserved label prefix "pebble-"', { layer: label });
  }
  for (const { name: section, noun } of sections) {
    for (const [name, entry] of layered[section]) {
      const refuse: Refuse = (reason, ...path) => {
        throw new PebblePlanError(reason, { layer: label, path: [section, name, ...path] });
      };
      if (name === '' && (section === 'services' || section === 'checks')) {
        refuse(`cannot use empty string as ${noun} name`);
      }
      entryChecks[section](name, entry, refuse);
    }
  }
}

function checkService(name: string, service: Entry, refuse: Refuse): void {
  const quoted = goQuote(name);
  if (name === 'pebble') {
    refuse('cannot use reserved service name "pebble"');
  }
  if (name.startsWith('-')) {
    refuse(`cannot use service name ${quoted}: starting with "-" not allowed`);
  }
  const command = faultOf(() => parseCommand(textOf(service, 'command')));
  if (command !== undefined) {
    refuse(
      `plan service ${quoted} command invalid: cannot parse service ${quoted} command: ${command}`,
      'command',
    );
  }
  const checkAction = (action: string, allowed: readonly string[], ...path: string[]): void => {
    if (!allowed.includes(action)) {
      refuse(`plan service ${quoted} ${path[0]} action ${goQuote(action)} invalid`, ...path);
    }
  };
  checkAction(textOf(service, 'on-success'), successActions, 'on-success');
  checkAction(textOf(service, 'on-failure'), failureActions, 'on-failure');
  for (const [check, action] of Object.entries(mapOf(service, 'on-check-failure'))) {
    checkAction(action, failureActions, 'on-check-failure', check);
  }
  const factor = numberOf(service, 'backoff-factor');
  if (factor !== undefined && factor < 1) {
    refuse(
      `plan service ${quoted} backoff-factor must be 1.0 or greater, not ${factor}`,
      'backoff-factor',
    );
  }
}

function checkCheck(name: string, entry: Entry, refuse: Refuse): void {
  const plan = `plan check ${goQuote(name)}`;
  if (!['', 'alive', 'ready'].includes(textOf(entry, 'level'))) {
    refuse(`${plan} level must be "alive" or "ready"`, 'level');
  }
  if (!['', 'enabled', 'disabled'].includes(textOf(entry, 'startup'))) {
    refuse(`${plan} startup must be "enabled" or "disabled"`, 'startup');
  }
  for (const field of ['period', 'timeout']) {
    if (numberOf(entry, field) === 0) {
      refuse(`${plan} ${field} must not be zero`, field);
    }
  }
  const exec = partOf(entry, 'exec');
  const command = exec && faultOf(() => splitWords(textOf(exec, 'command')));
  if (command !== undefined) {
    refuse(`${plan} command invalid: ${command}`, 'exec', 'command');
  }
}

function checkLogTarget(name: string, target: Entry, refuse: Refuse): void {
  const log = `log target ${goQuote(name)}`;
  const reserved = Object.keys(mapOf(target, 'labels')).find((key) => key.startsWith('pebble_'));
  if (reserved !== undefined) {
    refuse(`${log}: label ${goQuote(reserved)} uses reserved prefix "pebble_"`, 'labels', reserved);
  }
  const type = textOf(target, 'type');
  if (!logTargetTypes.includes(type)) {
    refuse(
      `${log} has unsupported type ${goQuote(type)}, must be "loki", "opentelemetry" or "syslog"`,
      'type',
    );
  }
}

function checkWorkload(name: string, _workload: Entry, refuse: Refuse): void {
  if (name === '') {
    refuse('workload "": cannot have an empty name');
  }
}

/** What is wrong with a command, if anything is. */
function faultOf(read: () => unknown): string | undefined {
  try {
    read();
    return undefined;
  } catch (error) {
    return messageOf(error);
  }
}
