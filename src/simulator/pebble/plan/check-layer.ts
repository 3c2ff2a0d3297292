import { messageOf } from '../../../errors.ts';
import { parseCommand, splitWords } from './command.ts';
import { PlanError } from './plan-error.ts';
import {
  mapOf,
  numberOf,
  partOf,
  sections,
  textOf,
  type Entry,
  type Layer,
  type SectionShape,
} from './shape.ts';

const successActions = ['', 'restart', 'shutdown', 'failure-shutdown', 'ignore'];
const failureActions = ['', 'restart', 'shutdown', 'success-shutdown', 'ignore'];
const logTargetTypes = ['', 'loki', 'opentelemetry', 'syslog'];

const entryChecks: Readonly<Record<SectionShape['name'], (name: string, entry: Entry) => void>> = {
  services: checkService,
  checks: checkCheck,
  'log-targets': checkLogTarget,
};

/**
 * Refuses what is wrong within one layer.
 *
 * @throws {PlanError} without the words `cannot parse layer YAML`.
 */
export function checkLayer(layer: Layer): void {
  if (layer.label.startsWith('pebble-')) {
    throw new PlanError('cannot use reserved label prefix "pebble-"');
  }
  for (const { name: section, noun } of sections) {
    for (const [name, entry] of layer.sections[section]) {
      if (name === '') {
        throw new PlanError(`cannot use empty string as ${noun} name`);
      }
      entryChecks[section](name, entry);
    }
  }
}

function checkService(name: string, service: Entry): void {
  const quoted = JSON.stringify(name);
  if (name === 'pebble') {
    throw new PlanError('cannot use reserved service name "pebble"');
  }
  if (name.startsWith('-')) {
    throw new PlanError(`cannot use service name ${quoted}: starting with "-" not allowed`);
  }
  check(`plan service ${quoted} command invalid: cannot parse service ${quoted} command`, () =>
    parseCommand(textOf(service, 'command')),
  );
  checkAction(name, 'on-success', textOf(service, 'on-success'), successActions);
  checkAction(name, 'on-failure', textOf(service, 'on-failure'), failureActions);
  for (const action of Object.values(mapOf(service, 'on-check-failure'))) {
    checkAction(name, 'on-check-failure', action, failureActions);
  }
  const factor = numberOf(service, 'backoff-factor');
  if (factor !== undefined && factor < 1) {
    throw new PlanError(
      `plan service ${quoted} backoff-factor must be 1.0 or greater, not ${factor}`,
    );
  }
}

function checkAction(
  name: string,
  field: string,
  action: string,
  allowed: readonly string[],
): void {
  if (!allowed.includes(action)) {
    throw new PlanError(
      `plan service ${JSON.stringify(name)} ${field} action ${JSON.stringify(action)} invalid`,
    );
  }
}

function checkCheck(name: string, entry: Entry): void {
  const plan = `plan check ${JSON.stringify(name)}`;
  if (!['', 'alive', 'ready'].includes(textOf(entry, 'level'))) {
    throw new PlanError(`${plan} level must be "alive" or "ready"`);
  }
  if (!['', 'enabled', 'disabled'].includes(textOf(entry, 'startup'))) {
    throw new PlanError(`${plan} startup must be "enabled" or "disabled"`);
  }
  for (const field of ['period', 'timeout']) {
    if (numberOf(entry, field) === 0) {
      throw new PlanError(`${plan} ${field} must not be zero`);
    }
  }
  const exec = partOf(entry, 'exec');
  if (exec !== undefined) {
    check(`${plan} command invalid`, () => splitWords(textOf(exec, 'command')));
  }
}

function checkLogTarget(name: string, target: Entry): void {
  const log = `log target ${JSON.stringify(name)}`;
  const type = textOf(target, 'type');
  if (!logTargetTypes.includes(type)) {
    throw new PlanError(
      `${log} has unsupported type ${JSON.stringify(type)}, must be "loki", "opentelemetry" or "syslog"`,
    );
  }
  const reserved = Object.keys(mapOf(target, 'labels')).find((key) => key.startsWith('pebble_'));
  if (reserved !== undefined) {
    throw new PlanError(`${log}: label ${JSON.stringify(reserved)} uses reserved prefix "pebble_"`);
  }
}

function check(words: string, act: () => unknown): void {
  try {
    act();
  } catch (error) {
    throw new PlanError(`${words}: ${messageOf(error)}`, { cause: error });
  }
}
