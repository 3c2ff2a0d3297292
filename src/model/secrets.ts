import { SecretUri } from '../juju/secret-uri.ts';
import type { SecretContent } from '../juju/tools/secret-content.ts';
import { secretAdd, type SecretOwner } from '../juju/tools/secret-write.ts';
import { checkContent } from './secret-content.ts';
import { settingsOf, type SecretOptions } from './secret-settings.ts';
import { ObservedSecret, OwnedSecret, type SecretName, type SecretParts } from './secret.ts';

/** Which of this charm's own secrets: by its id, in any form that Juju writes, or by its label. */
export type OwnedSelection = { readonly id: string } | { readonly label: string };

/**
 * Which secret of others: by its id, by the label that this charm gave it, or by both, which gives
 * the secret that label when it is read.
 */
export type SecretSelection =
  | { readonly id: string; readonly label?: string | undefined }
  | { readonly label: string };

/** The secrets that this unit reads and owns: each is one object in a dispatch. */
export class Secrets {
  readonly #parts: SecretParts;
  readonly #observed = new Map<string, ObservedSecret>();
  readonly #owned = new Map<string, OwnedSecret>();

  constructor(parts: SecretParts) {
    this.#parts = parts;
  }

  /** A secret that somebody else owns. */
  observed(which: SecretSelection): ObservedSecret {
    const secret = this.#observe(nameOf(which));
    if ('id' in which && which.label !== undefined) secret.tell(which.label);
    return secret;
  }

  /** A secret of this unit or of its application. */
  owned(which: OwnedSelection, owner: SecretOwner): OwnedSecret {
    return this.#own(nameOf(which), owner);
  }

  /** A secret as the hook about its new revision names it. */
  changed(id: string, label: string | undefined): ObservedSecret {
    return this.#observe({ uri: SecretUri.parse(id), label });
  }

  /** A secret of this charm as a hook names it, which does not say who of both owns it. */
  due(id: string, label: string | undefined): OwnedSecret {
    return this.#own({ uri: SecretUri.parse(id), label }, undefined);
  }

  #observe(name: SecretName): ObservedSecret {
    const secret = known(this.#observed, name, '') ?? new ObservedSecret(name, this.#parts.tools);
    secret.know(name);
    remember(this.#observed, name, '', secret);
    return secret;
  }

  #own(name: SecretName, owner: SecretOwner | undefined): OwnedSecret {
    const space = owner ?? '';
    const secret = known(this.#owned, name, space) ?? new OwnedSecret(name, owner, this.#parts);
    secret.know(name);
    remember(this.#owned, name, space, secret);
    return secret;
  }

  /** Makes a secret. */
  async add(
    owner: SecretOwner,
    content: SecretContent,
    options: SecretOptions,
  ): Promise<OwnedSecret> {
    const { tools, clock, leadership, writes } = this.#parts;
    checkContent('secret-add', content);
    if (owner === 'application') {
      await leadership.need('add a secret of the application', 'secret-add');
    }
    const settings = settingsOf(options, clock);
    const uri = await secretAdd(tools, content, { ...settings, owner });
    const name = { uri, label: settings.label };
    const secret = new OwnedSecret(name, owner, this.#parts, { content, settings });
    remember(this.#owned, name, owner, secret);
    writes.add(secret);
    return secret;
  }
}

function nameOf(which: SecretSelection): SecretName {
  const uri = 'id' in which ? SecretUri.parse(which.id) : undefined;
  return { uri, label: which.label };
}

/** By its id, which is unique, or else by its label, which is so among the secrets of one owner. */
function known<S extends { readonly id: string | undefined }>(
  secrets: ReadonlyMap<string, S>,
  { uri, label }: SecretName,
  space: string,
): S | undefined {
  const byId = uri && secrets.get(idKey(uri));
  if (byId !== undefined || label === undefined) return byId;
  const byLabel = secrets.get(labelKey(space, label));
  return uri === undefined || byLabel?.id === undefined ? byLabel : undefined;
}

function remember<S>(
  secrets: Map<string, S>,
  { uri, label }: SecretName,
  space: string,
  secret: S,
): void {
  if (uri !== undefined) secrets.set(idKey(uri), secret);
  if (label !== undefined) secrets.set(labelKey(space, label), secret);
}

function idKey({ id }: SecretUri): string {
  return `id ${id}`;
}

function labelKey(space: string, label: string): string {
  return `label ${space} ${label}`;
}
