import type { StateContainer } from '../state/container.ts';
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
  }
  checkEvent(subject, problems);
}

function checkServices(name: string, container: StateContainer, problems: Problems): void {
  const planned = namesIn(container, 'services');
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

function namesIn({ layers }: StateContainer, section: 'services' | 'checks'): Set<string> {
  return new Set(Object.values(layers).flatMap((layer) => Object.keys(layer[section] ?? {})));
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
    const notice = container.notices[Number(hook.noticeId) - 1];
    if (notice?.key !== hook.noticeKey) {
      problems.error(
        `${event} is about the notice ${hook.noticeId}, ${hook.noticeKey}, and ${hook.container} has ${container.notices.map(({ key }, index) => `${index + 1}, ${key}`).join('; ') || 'none'}. Put it into \`notices\`; give its place as \`id\`.`,
      );
    }
  }
  if ('check' in hook && !namesIn(container, 'checks').has(hook.check)) {
    problems.error(
      `${event} is about the check "${hook.check}", which no layer of ${hook.container} has. Put it into \`layers\`.`,
    );
  }
}
