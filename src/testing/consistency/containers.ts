import { keyPattern } from '../../simulator/pebble/notices/notice.ts';
import { plannedIn, thresholdOf, type StateContainer } from '../state/container.ts';
import type { Problems } from './problems.ts';
import type { Subject } from './subject.ts';

/** Containers are declared, their services and checks in their plan, and events can come from them. */
export function checkContainers(subject: Subject, problems: Problems): void {
  const { meta, state } = subject;
  for (const [name, container] of Object.entries(state.containers)) {
    if (!(name in meta.containers)) {
      problems.undeclared('container', name, Object.keys(meta.containers));
      continue;
    }
    checkServices(name, container, problems);
    checkFiles(name, container, problems);
    checkChecks(name, container, problems);
    checkNotices(name, container, problems);
    checkExecs(name, container, problems);
  }
  checkEvent(subject, problems);
}

function checkServices(name: string, container: StateContainer, problems: Problems): void {
  const planned = plannedIn(container.layers, 'services');
  for (const service of Object.keys(container.services)) {
    if (planned.has(service)) continue;
    problems.error(
      `the container ${name} has a service "${service}" that no layer of it has: Pebble runs only what is in its plan. Put it into \`layers\`.`,
    );
  }
}

function checkFiles(name: string, { files }: StateContainer, problems: Problems): void {
  for (const [path, { kind }] of Object.entries(files)) {
    if (!path.startsWith('/')) {
      problems.error(
        `the container ${name} has a file "${path}": Pebble takes only absolute paths. Write /${path}.`,
      );
    } else if (path.endsWith('/') !== (kind === 'directory')) {
      problems.error(
        `"${path}" in the container ${name} is a ${kind}: the path of a directory, and of nothing else, ends in a slash. Correct the path or \`kind\`.`,
      );
    }
  }
}

function checkChecks(name: string, container: StateContainer, problems: Problems): void {
  const planned = plannedIn(container.layers, 'checks');
  for (const [check, { status, failures, successes }] of Object.entries(container.checks)) {
    const threshold = thresholdOf(container.layers, check);
    if (!planned.has(check)) {
      problems.error(
        `the container ${name} has a check "${check}" that no layer of it has: Pebble runs only what is in its plan. Put it into \`layers\`.`,
      );
    } else if (!isCount(failures) || !isCount(successes)) {
      problems.error(
        `the check "${check}" in the container ${name} counts ${failures} failures and ${successes} successes. Give whole numbers, 0 or more.`,
      );
    } else if (status === 'down' && failures < threshold) {
      problems.error(
        `the check "${check}" in the container ${name} is down after ${failures} failures: it takes ${threshold}, its threshold. Leave \`failures\` out, or say that it is up.`,
      );
    } else if (status === 'up' && failures >= threshold) {
      problems.error(
        `the check "${check}" in the container ${name} is up after ${failures} failures in a row: with ${threshold}, its threshold, it is down. Say so, or give fewer.`,
      );
    }
  }
}

function isCount(number: number): boolean {
  return Number.isInteger(number) && number >= 0;
}

function checkNotices(name: string, { notices }: StateContainer, problems: Problems): void {
  const ids = new Set<string>();
  const keys = new Set<string>();
  for (const { id, key, userId, ...notice } of notices) {
    if (ids.has(id) || !/^[1-9]\d*$/.test(id)) {
      problems.error(
        `a notice in the container ${name} has the id "${id}": Pebble counts them from 1 on. Leave \`id\` out.`,
      );
    }
    ids.add(id);
    const identity = `${userId ?? ''} ${key}`;
    if (keys.has(identity)) {
      problems.error(
        `two notices in the container ${name} have the key "${key}": to Pebble they are one that came twice. Write one, with \`occurrences\`.`,
      );
    }
    keys.add(identity);
    if (!keyPattern.test(key)) {
      problems.error(
        `"${key}" in the container ${name} is no notice's key: Pebble takes example.com/path, in small letters, digits and hyphens. Correct it.`,
      );
    }
    const times = [notice.firstOccurred, notice.lastOccurred, notice.lastRepeated];
    if (times.some((time) => Number.isNaN(Date.parse(time)))) {
      problems.error(
        `the notice "${key}" in the container ${name} has a time that is none. Write it as 2026-01-01T00:00:00Z.`,
      );
    }
  }
}

function checkExecs(name: string, { execs, programs }: StateContainer, problems: Problems): void {
  const known = new Set<string>();
  for (const { command } of execs) {
    const [program = ''] = command;
    const words = JSON.stringify(command);
    if (known.has(words)) {
      problems.error(
        `the container ${name} has two execs for ${words}: only one can be played. Leave one out; a function can answer differently each time.`,
      );
    }
    known.add(words);
    if (Object.hasOwn(programs, program) && programs[program] === undefined) {
      problems.error(
        `the container ${name} has an exec for ${words}, and no program ${program}. Leave one of them out.`,
      );
    }
  }
}

function checkEvent({ meta, state, hook, event }: Subject, problems: Problems): void {
  if (!('container' in hook)) return;
  const container = state.containers[hook.container];
  if (!(hook.container in meta.containers) || container === undefined) {
    problems.undeclared('container', hook.container, Object.keys(meta.containers));
    return;
  }
  if (!container.canConnect) {
    problems.error(
      `${event} comes from a Pebble that answers, and ${hook.container} cannot be reached. Write containers: { ${hook.container}: { canConnect: true } }; or let the charm defer, and test that.`,
    );
  }
  if (hook.kind === 'pebble-custom-notice') {
    const notice = container.notices.find(({ id }) => id === hook.noticeId);
    if (notice?.key !== hook.noticeKey) {
      problems.error(
        `${event} is about the notice ${hook.noticeId}, ${hook.noticeKey}, and ${hook.container} has ${container.notices.map(({ id, key }) => `${id}, ${key}`).join('; ') || 'none'}. Put it into \`notices\`.`,
      );
    }
  }
  if ('check' in hook && !plannedIn(container.layers, 'checks').has(hook.check)) {
    problems.error(
      `${event} is about the check "${hook.check}", which no layer of ${hook.container} has. Put it into \`layers\`.`,
    );
  } else if ('check' in hook) {
    checkStanding(hook.kind, container.checks[hook.check]?.status ?? 'up', event, problems);
  }
}

/** The check may have gone up or down since, which a test hardly means. */
function checkStanding(
  kind: 'pebble-check-failed' | 'pebble-check-recovered',
  status: string,
  event: string,
  problems: Problems,
): void {
  const expected = kind === 'pebble-check-failed' ? 'down' : 'up';
  if (status === expected) return;
  problems.warn(
    `${event} comes when a check has gone ${expected}, and now it is ${status}. Say in \`checks\` that it is ${expected}.`,
  );
}
