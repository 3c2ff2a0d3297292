import { inspect } from 'node:util';
import type { Clock } from '../framework/clock.ts';
import type { HookTools } from '../juju/hook-tool.ts';
import { SecretUri } from '../juju/secret-uri.ts';
import type { RelationRef } from '../juju/tools/relation.ts';
import type { SecretContent } from '../juju/tools/secret-content.ts';
import {
  secretGet,
  secretInfoGet,
  type SecretInfo,
  type SecretSelector,
} from '../juju/tools/secret.ts';
import type { SecretOwner } from '../juju/tools/secret-write.ts';
import { RelationGoneError } from './errors.ts';
import type { Leadership } from './leadership.ts';
import { Remembered } from './remembered.ts';
import { checkContent, conceal } from './secret-content.ts';
import { settingsOf, type SecretOptions } from './secret-settings.ts';
import type { Access, MadeSecret, SecretWrites, WrittenSecret } from './secret-writes.ts';

/** What a charm's own secrets are made of. */
export interface SecretParts {
  readonly tools: HookTools;
  readonly clock: Clock;
  readonly leadership: Leadership;
  readonly writes: SecretWrites;
}

/** By what a secret is known. At least one is given. */
export interface SecretName {
  readonly uri?: SecretUri | undefined;
  readonly label?: string | undefined;
}

/**
 * A secret of Juju. Its content is fetched when it is asked for, and never shows when the secret
 * is printed, inspected, logged or turned into JSON.
 */
abstract class Secret {
  #name: SecretName;

  static {
    Object.defineProperty(Secret.prototype, inspect.custom, {
      value(this: Secret): string {
        return `${this.constructor.name} ${this.toString()}`;
      },
    });
  }

  constructor(name: SecretName) {
    this.#name = name;
  }

  /** `secret:<id>`; `undefined` while only the label is known. */
  get id(): string | undefined {
    return this.#name.uri?.toString();
  }

  /** The name that this charm gave it, where it is known. */
  get label(): string | undefined {
    return this.#name.label;
  }

  toString(): string {
    return this.id ?? `secret with the label ${JSON.stringify(this.label)}`;
  }

  toJSON(): { readonly id?: string; readonly label?: string } {
    const { id, label } = this;
    return { ...(id === undefined ? {} : { id }), ...(label === undefined ? {} : { label }) };
  }

  /** @internal Takes what else is known of it. */
  know({ uri, label }: SecretName): void {
    this.#name = { uri: this.#name.uri ?? uri, label: label ?? this.#name.label };
  }

  /** @internal What Juju is asked for: the id, where it is known. */
  get selector(): SecretSelector {
    const { uri, label = '' } = this.#name;
    return uri === undefined ? { label } : { uri };
  }
}

/**
 * A secret that somebody else gives this charm to read. The unit follows the revision that it read
 * first, until `refresh()`.
 */
export class ObservedSecret extends Secret {
  readonly #tools: HookTools;
  #told: string | undefined;
  #followed: Remembered<SecretContent>;
  readonly #newest: Remembered<SecretContent>;
  readonly #refreshed: Remembered<SecretContent>;

  constructor(name: SecretName, tools: HookTools) {
    super(name);
    this.#tools = tools;
    this.#followed = this.#read();
    this.#newest = this.#read('peek');
    this.#refreshed = this.#read('refresh');
  }

  /**
   * The content of the revision that this unit follows. Asked for once in a dispatch.
   *
   * @throws {HookToolNotFoundError} when there is no such secret (any more).
   * @throws {HookToolPermissionError} when its owner has not granted it to this charm.
   */
  async get(): Promise<SecretContent> {
    return await this.#followed.get();
  }

  /** The content of the newest revision, which this unit follows from now on. Throws as `get()`. */
  async refresh(): Promise<SecretContent> {
    const content = await this.#refreshed.get();
    this.#followed.set(content);
    this.#newest.set(content);
    return content;
  }

  /** The content of the newest revision, without following it. Throws as `get()` does. */
  async peek(): Promise<SecretContent> {
    return await this.#newest.get();
  }

  /** @internal Has the next read tell Juju the label that this charm gives the secret. */
  tell(label: string): void {
    if (this.#told === label) return;
    this.#told = label;
    this.#followed = this.#read();
  }

  #read(revision?: 'peek' | 'refresh'): Remembered<SecretContent> {
    return new Remembered(async () => {
      const label = this.#told;
      const which = label === undefined ? this.selector : { ...this.selector, label };
      return conceal(await secretGet(this.#tools, which, { revision }));
    });
  }
}

/**
 * A secret of this unit, or of its application: then only the leader can read what Juju knows of
 * it and change it. Changes are gathered, and Juju is told when all handlers are done.
 */
export class OwnedSecret extends Secret implements WrittenSecret {
  readonly owner: SecretOwner | undefined;
  readonly made: MadeSecret | undefined;
  readonly #parts: SecretParts;
  readonly #held: Remembered<SecretContent>;
  readonly #info: Remembered<SecretInfo>;

  constructor(
    name: SecretName,
    owner: SecretOwner | undefined,
    parts: SecretParts,
    made?: MadeSecret,
  ) {
    super(name);
    this.owner = owner;
    this.made = made;
    this.#parts = parts;
    this.#held = new Remembered(async () => conceal(await secretGet(parts.tools, this.selector)));
    if (made !== undefined) this.#held.set(conceal(made.content));
    this.#info = new Remembered(() => secretInfoGet(parts.tools, this.selector));
  }

  /**
   * The newest content, as this dispatch may have changed it.
   *
   * @throws {HookToolNotFoundError} when there is no such secret (any more).
   */
  async get(): Promise<SecretContent> {
    const { content } = this.#parts.writes.of(this);
    return content ?? (await this.#held.get());
  }

  /**
   * What Juju knows of the secret besides its content, as it was before this dispatch.
   *
   * @throws {HookToolNotFoundError} when there is no such secret, or it is not this unit's to see.
   */
  async info(): Promise<SecretInfo> {
    return await this.heldInfo();
  }

  /**
   * Gives the secret a new content, whole: a new revision when the hook succeeds. Several in one
   * dispatch make one revision, with the last content.
   *
   * @throws {SecretContentError} and {HookToolArgumentError} for what Juju does not take.
   * @throws {NotLeaderError} for the application's secret, when this unit is not the leader.
   */
  async setContent(content: SecretContent): Promise<void> {
    checkContent('secret-set', content);
    await this.#admit('change', 'secret-set');
    const kept = conceal(content);
    this.#parts.writes.stage(this, (staged) => ({ ...staged, content: kept }));
  }

  /** Changes what is said of the secret; what is left out stays. Throws as `setContent()` does. */
  async setInfo(options: SecretOptions): Promise<void> {
    await this.#admit('change', 'secret-set');
    const given = settingsOf(options, this.#parts.clock);
    this.#parts.writes.stage(this, (staged) => ({
      ...staged,
      settings: { ...staged.settings, ...given },
    }));
  }

  /**
   * Lets the application on the other side of a relation read the secret, for as long as the
   * relation lives.
   *
   * @param options.unit only this one of its units
   * @throws {RelationGoneError} when the relation is not active.
   */
  async grant(
    relation: RelationRef & { readonly active: boolean },
    options: { readonly unit?: { readonly name: string } } = {},
  ): Promise<void> {
    if (!relation.active) {
      throw new RelationGoneError(relation.endpoint, relation.id, `grant ${this.toString()}`);
    }
    await this.#admit('grant', 'secret-grant');
    this.#parts.writes.stageAccess(this, accessOf(relation, options.unit), true);
  }

  /** Ends what `grant()` allowed. */
  async revoke(
    relation: RelationRef,
    options: { readonly unit?: { readonly name: string } } = {},
  ): Promise<void> {
    await this.#admit('revoke', 'secret-revoke');
    this.#parts.writes.stageAccess(this, accessOf(relation, options.unit), false);
  }

  /** Removes one revision. A revision that nobody reads any more costs room until it is removed. */
  async removeRevision(revision: number): Promise<void> {
    await this.#admit('remove a revision of', 'secret-remove');
    this.#parts.writes.stage(this, (staged) => ({
      ...staged,
      removed: staged.removed === 'all' ? 'all' : new Set([...staged.removed, revision]),
    }));
  }

  /** Removes the secret with all its revisions. What else was to change of it is forgotten. */
  async remove(): Promise<void> {
    await this.#admit('remove', 'secret-remove');
    this.#parts.writes.stage(this, (staged) => ({ ...staged, removed: 'all' }));
  }

  /** @internal */
  async heldInfo(): Promise<SecretInfo> {
    return await this.#info.get();
  }

  /** @internal */
  async uri(): Promise<SecretUri> {
    const { selector } = this;
    if ('uri' in selector) return SecretUri.parse(selector.uri);
    const { uri } = await this.#info.get();
    this.know({ uri });
    return uri;
  }

  async #admit(what: string, tool: string): Promise<void> {
    if (this.owner !== 'application') return;
    await this.#parts.leadership.need(`${what} the application's ${this.toString()}`, tool);
  }
}

function accessOf(
  { endpoint, id }: RelationRef,
  unit: { readonly name: string } | undefined,
): Access {
  return { relation: { endpoint, id }, unit: unit?.name };
}
