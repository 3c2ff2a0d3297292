import type { StateSecret } from '../state/secret.ts';
import type { Problems } from './problems.ts';
import type { Subject } from './subject.ts';

/** Secrets are whole, known to somebody who can know them, and events come to owner or reader. */
export function checkSecrets(subject: Subject, problems: Problems): void {
  const ids = new Set<string>();
  const labels = new Set<string>();
  for (const secret of subject.state.secrets) {
    if (ids.has(secret.id)) {
      problems.error(
        `two secrets have the id ${secret.id}: Juju gives each its own. Leave \`id\` out.`,
      );
    }
    ids.add(secret.id);
    const label = `${secret.owner}: ${secret.label}`;
    if (secret.label !== '' && labels.has(label)) {
      problems.error(
        `two secrets of one owner have the label "${secret.label}": Juju refuses the second. Give another label.`,
      );
    }
    labels.add(label);
    checkSecret(subject, secret, problems);
  }
  checkEvent(subject, problems);
}

function checkSecret({ state, identity }: Subject, secret: StateSecret, problems: Problems): void {
  const { id, owner, revisions, latest, tracked } = secret;
  if (!/^[a-z0-9]{20}$/.test(id)) {
    problems.error(
      `"${id}" is no secret's id: that is 20 small letters and digits. Leave \`id\` out.`,
    );
  }
  const numbers = Object.keys(revisions).map(Number);
  if (!numbers.includes(latest) || numbers.some((number) => number > latest || number < 1)) {
    problems.error(
      `the secret ${id} has the revisions ${numbers.join(', ') || 'none'} and latest ${latest}: the latest exists and is the highest. Correct \`revisions\`.`,
    );
  }
  if (tracked !== undefined && !numbers.includes(tracked)) {
    problems.error(
      `the unit reads revision ${tracked} of the secret ${id}, which does not exist: Juju keeps what is read. Add it to \`revisions\`, or correct \`tracked\`.`,
    );
  }
  for (const { content } of Object.values(revisions)) checkContent(id, content, problems);
  if (isOwn(secret, identity) || owner === 'model') return;
  const app = owner.split('/', 1)[0];
  if (!state.relations.some(({ remoteApp }) => remoteApp === app)) {
    problems.error(
      `the secret ${id} is ${owner}'s, and no relation is with ${app}: Juju grants secrets along relations. Add one, or write owner: 'unit', 'app' or 'model'.`,
    );
  }
}

function checkContent(
  id: string,
  content: Readonly<Record<string, string>>,
  problems: Problems,
): void {
  if (Object.keys(content).length === 0) {
    problems.error(`the secret ${id} has a revision without content. Give it at least one key.`);
  }
  for (const key of Object.keys(content)) {
    if (/^[a-z](?:-?[a-z0-9]){2,}$/.test(key)) continue;
    problems.error(
      `"${key}" is no key of a secret: Juju takes three or more small letters, digits and hyphens, a letter first. Correct the key in the secret ${id}.`,
    );
  }
}

function isOwn({ owner }: StateSecret, { app, unit }: Subject['identity']): boolean {
  return [app, unit, 'app', 'unit'].includes(owner);
}

function checkEvent({ state, hook, event, identity }: Subject, problems: Problems): void {
  if (!('secretId' in hook)) return;
  const secret = state.secrets.find(({ id }) => id === hook.secretId);
  if (secret === undefined) {
    problems.error(
      `${event} is about the secret ${hook.secretId}, which the state has not. Put it into \`secrets\`.`,
    );
    return;
  }
  const own = isOwn(secret, identity);
  if (hook.kind === 'secret-changed') {
    if (own) {
      problems.error(
        `${event} comes to those who read somebody else's secret, and ${secret.id} is the charm's own. Give it another \`owner\`.`,
      );
    } else if (secret.tracked === undefined || !secret.granted) {
      problems.error(
        `${event} comes to units that read the secret and may, and this one ${secret.granted ? 'has not read' : 'may not read'} ${secret.id}. Correct \`tracked\` or \`granted\`.`,
      );
    } else if (secret.tracked === secret.latest) {
      problems.warn(
        `${event} tells of a newer revision, and the unit reads the latest of ${secret.id}. Give \`latestContent\`.`,
      );
    }
    return;
  }
  if (!own) {
    problems.error(
      `${event} comes to a secret's owner, and ${secret.id} is ${secret.owner}'s. Write owner: 'unit' or 'app', or send secretChanged.`,
    );
    return;
  }
  if (secret.owner !== 'unit' && secret.owner !== identity.unit && !state.leader) {
    problems.error(
      `${event} about a secret of the application comes to its leader, and the unit is none. Write leader: true.`,
    );
  }
  if (hook.kind === 'secret-rotate') {
    if (secret.rotate === 'never') {
      problems.error(
        `${event} comes by a policy, and ${secret.id} rotates never. Give \`rotate\`.`,
      );
    } else if (secret.rotates !== undefined && secret.rotates > state.now) {
      problems.error(
        `${event} is due at ${secret.rotates.toISOString()}, and it is ${state.now.toISOString()}. Move the time on with later(state, …).`,
      );
    }
    return;
  }
  const revision = secret.revisions[hook.revision];
  if (revision === undefined) {
    problems.error(
      `${event} is about revision ${hook.revision}, which ${secret.id} has not. Add it to \`revisions\`.`,
    );
  } else if (hook.kind === 'secret-expired') {
    if (revision.expires === undefined || revision.expires > state.now) {
      problems.error(
        `${event} comes when a revision has expired, and revision ${hook.revision} of ${secret.id} ${revision.expires === undefined ? 'never does' : `lives until ${revision.expires.toISOString()}`}. Give \`expires\`, and move the time on with later(state, …).`,
      );
    }
  } else if (hook.revision === secret.latest || secret.trackedByOthers.includes(hook.revision)) {
    problems.error(
      `${event} is about a revision that nobody reads any more, and revision ${hook.revision} of ${secret.id} is ${hook.revision === secret.latest ? 'the latest' : 'still read'}. Name an older one.`,
    );
  }
}
