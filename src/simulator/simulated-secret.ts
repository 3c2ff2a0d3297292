import { ModelChangeError } from './errors.ts';
import { applySettings, type SecretSettings } from './new-secret.ts';
import { secretContentRefusal } from './rules/secret-content.ts';
import { consumerLabel, hasLabelTwin } from './rules/secret-access.ts';
import { addRevision, pruneUnread, removeRevision } from './rules/secret-revisions.ts';
import type { ModelState } from './state/model-state.ts';
import {
  secretUri,
  type RotatePolicy,
  type SecretContent,
  type SecretGrant,
  type SecretOwner,
  type SecretState,
} from './state/secret-state.ts';

export interface SecretOptions extends SecretSettings {
  /**
   * A unit or an application by name. Without one the secret is the model's, as `juju add-secret`
   * makes it.
   */
  readonly owner?: string;
  /** Only for a model's secret: whether revisions that nobody reads go by themselves. */
  readonly autoPrune?: boolean;
}

/** One secret of the simulated model, seen from outside: for scripts and tests. */
export class SimulatedSecret {
  readonly #model: ModelState;
  readonly #state: SecretState;

  /** @internal Use `juju.addSecret()`. */
  constructor(model: ModelState, state: SecretState) {
    this.#model = model;
    this.#state = state;
  }

  /** Without `secret:`. */
  get id(): string {
    return this.#state.id;
  }

  /** `secret:<id>`, as a charm gets it. */
  get uri(): string {
    return secretUri(this.#state);
  }

  get owner(): SecretOwner {
    return this.#state.owner;
  }

  get label(): string {
    return this.#state.label;
  }

  get description(): string {
    return this.#state.description;
  }

  get rotatePolicy(): RotatePolicy {
    return this.#state.rotatePolicy;
  }

  /** When it is to be rotated next. */
  get rotates(): Date | undefined {
    return this.#state.rotates;
  }

  /** When the latest revision expires. */
  get expires(): Date | undefined {
    return this.#state.revisions.get(this.#state.latest)?.expires;
  }

  get latestRevision(): number {
    return this.#state.latest;
  }

  /** Revisions that still exist. */
  get revisions(): readonly number[] {
    return [...this.#state.revisions.keys()];
  }

  get grants(): readonly SecretGrant[] {
    return this.#state.grants;
  }

  /** False once it has been removed. */
  get exists(): boolean {
    return this.#model.secrets.get(this.id) === this.#state;
  }

  /** The values of a revision; undefined when that is gone. Default: the latest revision. */
  content(revision: number = this.#state.latest): Record<string, string> | undefined {
    const content = this.#state.revisions.get(revision)?.content;
    return content && mapValues(content, (value) => Buffer.from(value, 'base64').toString('utf8'));
  }

  /** The revision that a unit reads until it refreshes; undefined if it never read the secret. */
  trackedRevision(unit: string): number | undefined {
    return this.#state.consumers.get(unit)?.revision;
  }

  /** The label that a unit hears of in secret-changed; empty for one that has none for it. */
  labelFor(unit: string): string {
    return consumerLabel(unit, this.#state);
  }

  /**
   * Gives the secret a new revision, if the content differs from the latest one's.
   *
   * @throws {ModelChangeError} when Juju takes no such content
   */
  setContent(content: Readonly<Record<string, string>>): void {
    const refusal = secretContentRefusal(content);
    if (refusal !== undefined) throw new ModelChangeError('set the content of a secret', refusal);
    addRevision(this.#state, encodedContent(content));
  }

  /**
   * Changes label, description, rotation or expiry.
   *
   * @throws {ModelChangeError} when the owner has another secret of the label
   */
  configure(settings: SecretSettings): void {
    const { label = '' } = settings;
    if (label !== '' && hasLabelTwin(this.#model, this.#state, label)) {
      throw new ModelChangeError(
        `label the secret ${this.id}`,
        `its owner has another one with the label ${JSON.stringify(label)}`,
      );
    }
    applySettings(this.#state, settings, this.#model.clock.now());
  }

  /**
   * Lets an application or a unit read it.
   *
   * @param relationId the relation that the leave ends with; none for a model's secret
   */
  grant(target: string, relationId?: number): void {
    this.revoke(target);
    this.#state.grants.push({ target, relationId });
  }

  revoke(target: string): void {
    this.#state.grants = this.#state.grants.filter((grant) => grant.target !== target);
  }

  /** Makes secret-rotate due now; the owner needs a rotation policy for Juju to send it. */
  requestRotation(): void {
    this.#state.rotates = this.#model.clock.now();
  }

  /** Makes a revision expire now. Default: the latest. */
  expire(revision: number = this.#state.latest): void {
    const state = this.#state.revisions.get(revision);
    if (state === undefined) return;
    state.expires = this.#model.clock.now();
    state.expiryDue = state.expires;
  }

  /** Whether revisions that nobody reads go by themselves, from now on. */
  setAutoPrune(autoPrune: boolean): void {
    this.#state.autoPrune = autoPrune;
    pruneUnread(this.#state);
  }

  /** Removes a revision, or without a number the whole secret. */
  remove(revision?: number): void {
    if (revision === undefined) this.#model.secrets.delete(this.id);
    else removeRevision(this.#model, this.#state, revision);
  }
}

/** Plain values as Juju keeps them. */
export function encodedContent(content: Readonly<Record<string, string>>): SecretContent {
  return mapValues(content, (value) => Buffer.from(value, 'utf8').toString('base64'));
}

function mapValues(
  record: Readonly<Record<string, string>>,
  change: (value: string) => string,
): Record<string, string> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]));
}
