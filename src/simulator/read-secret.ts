import {
  hasLabelTwin,
  isOwnSecret,
  mayManageSecret,
  mayViewSecret,
} from './rules/secret-access.ts';
import { pruneUnread } from './rules/secret-revisions.ts';
import type { SecretContent, SecretState } from './state/secret-state.ts';
import type { Transaction } from './transaction.ts';

/** What a charm asks for with secret-get: by id, by label, or both to give the label. */
export interface SecretQuestion {
  readonly id: string | undefined;
  readonly label: string | undefined;
  readonly peek: boolean;
  readonly refresh: boolean;
}

export type SecretAnswer = { readonly content: SecretContent } | { readonly refusal: string };

/**
 * Reads a secret for the unit of a hook. What the hook itself made is there at once; what it has
 * updated only for a peek or a refresh. A consumer reads the revision that it tracks, an owner the
 * latest. Tracking and labels take effect at once, whatever becomes of the hook.
 */
export function readSecret(transaction: Transaction, question: SecretQuestion): SecretAnswer {
  const pending = pendingContent(transaction, question);
  if (pending !== undefined) return { content: pending };
  const { model, unit } = transaction;
  const secret = committedSecret(transaction, question);
  if ('refusal' in secret) return secret;
  if (!mayViewSecret(unit, secret)) return { refusal: 'permission denied' };
  const own = isOwnSecret(unit, secret);
  const { id, label } = question;
  const newLabel = id === undefined ? undefined : label;
  if (own && newLabel !== undefined && newLabel !== secret.label) {
    if (mayManageSecret(model, unit, secret)) {
      if (hasLabelTwin(model, secret, newLabel)) return twin(newLabel);
      secret.label = newLabel;
    }
  }
  if (!own && newLabel !== undefined && isOtherConsumerLabel(transaction, secret, newLabel)) {
    return twin(newLabel);
  }
  const revision = trackedRevision(transaction, secret, question, own);
  const consumer = secret.consumers.get(unit.name);
  if (consumer !== undefined && !own && newLabel !== undefined) consumer.label = newLabel;
  const content = secret.revisions.get(revision)?.content;
  return content === undefined
    ? { refusal: `secret revision "${secret.id}/${revision}" not found` }
    : { content };
}

function pendingContent(
  { secrets }: Transaction,
  { id, label, peek, refresh }: SecretQuestion,
): SecretContent | undefined {
  for (const [created, creation] of secrets.created) {
    if (created === id || (label !== undefined && creation.label === label)) {
      if (created === id && label !== undefined) secrets.update(id, { label });
      return creation.content;
    }
  }
  if (!peek && !refresh) return undefined;
  for (const [updated, update] of secrets.updated) {
    if (updated === id || (label !== undefined && update.label === label)) {
      if (updated === id && label !== undefined) secrets.update(id, { label });
      return update.content;
    }
  }
  return undefined;
}

/** By its id; or by the label that its owner gave it, or that this unit gave it. */
function committedSecret(
  { model, unit, secrets }: Transaction,
  { id, label }: SecretQuestion,
): SecretState | { readonly refusal: string } {
  const all = [...model.secrets.values()];
  if (id !== undefined) {
    return model.secrets.get(id) ?? { refusal: `secret ${JSON.stringify(id)} not found` };
  }
  const relabelled = all.find((each) => secrets.updated.get(each.id)?.label === label);
  const labelled = all.find((each) => each.label === label && isOwnSecret(unit, each));
  const consumed = all.find((each) => each.consumers.get(unit.name)?.label === label);
  return (
    relabelled ??
    labelled ??
    consumed ?? { refusal: `consumer label ${JSON.stringify(label)} not found` }
  );
}

function trackedRevision(
  { model, unit }: Transaction,
  secret: SecretState,
  { peek, refresh }: SecretQuestion,
  own: boolean,
): number {
  const { latest, consumers } = secret;
  if (mayManageSecret(model, unit, secret)) return latest;
  const consumer = consumers.get(unit.name);
  if (consumer === undefined) {
    // Even a first look by --peek makes the unit a consumer.
    consumers.set(unit.name, { label: undefined, revision: latest });
    unit.secretsSeen.set(secret.id, latest);
    return latest;
  }
  if (own || refresh) {
    consumer.revision = peek ? consumer.revision : latest;
    pruneUnread(secret);
    return latest;
  }
  return peek ? latest : consumer.revision;
}

function isOtherConsumerLabel(
  { model, unit }: Transaction,
  secret: SecretState,
  label: string,
): boolean {
  return [...model.secrets.values()].some(
    (other) => other !== secret && other.consumers.get(unit.name)?.label === label,
  );
}

function twin(label: string): { readonly refusal: string } {
  return { refusal: `secret with label ${JSON.stringify(label)} already exists` };
}
