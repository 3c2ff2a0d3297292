import type { Charm } from '../../charm/charm.ts';
import type { CharmMeta } from '../../charm/metadata.ts';
import type { SimulatedSecret } from '../../simulator/simulated-secret.ts';
import { HarnessStateError } from '../errors.ts';
import { RelationHarness } from './relations.ts';

/** Secrets around the unit under test. A secret is named by its id, with or without `secret:`. */
export abstract class SecretHarness<
  M extends CharmMeta,
  C extends Charm<M>,
> extends RelationHarness<M, C> {
  /**
   * Adds a secret of another application or one of its units. Grant it to the charm with
   * {@link grantSecret}.
   *
   * @returns `secret:<id>`
   * @throws {HarnessStateError} when the owner is the charm itself, which adds its own
   * @throws {NotInModelError} when there is no such owner
   */
  addModelSecret(owner: string, content: Readonly<Record<string, string>>): string {
    if (owner === this.unitName || owner === this.appName) {
      throw new HarnessStateError(
        `cannot add a secret of ${owner}: that is the charm, which adds its secrets itself. Run the event in which it does, or name another owner.`,
      );
    }
    return this.juju.addSecret(content, { owner }).uri;
  }

  /**
   * Adds a secret of the user's, as `juju add-secret` does.
   *
   * @returns `secret:<id>`
   */
  addUserSecret(content: Readonly<Record<string, string>>): string {
    return this.juju.addSecret(content).uri;
  }

  /**
   * Gives a secret of another owner a new revision. Where the charm has read it, secret-changed comes.
   *
   * @throws {HarnessStateError} when the charm owns it
   */
  async setSecretContent(id: string, content: Readonly<Record<string, string>>): Promise<void> {
    this.#foreign(id, 'change').setContent(content);
    await this.settle();
  }

  /**
   * Lets an application or unit read a secret of another owner.
   *
   * @throws {HarnessStateError} when the charm owns it, or is not related to its owner
   */
  async grantSecret(id: string, observer: string): Promise<void> {
    const secret = this.#foreign(id, 'grant');
    this.#mustExist(observer);
    secret.grant(observer, this.#relationWithOwner(secret));
    await this.settle();
  }

  /** Takes back what {@link grantSecret} allowed. */
  async revokeSecret(id: string, observer: string): Promise<void> {
    this.#foreign(id, 'revoke').revoke(observer);
    await this.settle();
  }

  /** Who may read a secret for as long as a relation lasts. */
  getSecretGrants(id: string, relationId: number): string[] {
    return this.juju
      .secret(id)
      .grants.filter((grant) => grant.relationId === relationId)
      .map(({ target }) => target);
  }

  /** The numbers of the revisions that a secret still has, oldest first. */
  getSecretRevisions(id: string): readonly number[] {
    return this.juju.secret(id).revisions;
  }

  /**
   * Has the time of a secret's rotation come: secret-rotate.
   *
   * @throws {HarnessStateError} when Juju would not tell this unit, or the secret does not rotate
   */
  async triggerSecretRotation(id: string): Promise<void> {
    const secret = this.#managed(id, 'rotate');
    if (secret.rotatePolicy === 'never') {
      throw new HarnessStateError(
        `cannot rotate ${secret.uri}: it has no rotation policy, and Juju sends no secret-rotate for it. Have the charm give it one.`,
      );
    }
    secret.requestRotation();
    await this.settle();
  }

  /**
   * Has a revision expire: secret-expired.
   *
   * @param revision default: the latest
   * @throws {HarnessStateError} when Juju would not tell this unit, or there is no such revision
   */
  async triggerSecretExpiration(id: string, revision?: number): Promise<void> {
    const secret = this.#managed(id, 'expire');
    const number = this.#revisionOf(secret, revision ?? secret.latestRevision);
    secret.expire(number);
    await this.settle();
  }

  /**
   * Sends secret-remove for a revision, as when nobody reads it any more. Juju's own comes by itself
   * once every reader has gone on to a later revision.
   *
   * @throws {HarnessStateError} when Juju would not tell this unit, there is no such revision, or it
   * is the latest
   */
  async triggerSecretRemoval(id: string, revision: number): Promise<void> {
    const secret = this.#managed(id, 'remove a revision of');
    const number = this.#revisionOf(secret, revision);
    if (number === secret.latestRevision) {
      throw new HarnessStateError(
        `cannot remove revision ${number} of ${secret.uri}: it is the latest, for which Juju sends no secret-remove. Set another content first.`,
      );
    }
    const { id: secretId, label } = secret;
    await this.runLoudly({ kind: 'secret-remove', secretId, label, revision: number });
    await this.settle();
  }

  #foreign(id: string, verb: string): SimulatedSecret {
    const secret = this.juju.secret(id);
    if (!this.#isOwn(secret)) return secret;
    throw new HarnessStateError(
      `cannot ${verb} ${secret.uri}: ${secret.owner.name} owns it, and the charm does that itself. Run the event in which it does.`,
    );
  }

  #managed(id: string, verb: string): SimulatedSecret {
    this.requireBegun(`${verb} a secret`);
    const secret = this.juju.secret(id);
    if (!this.#isOwn(secret)) {
      throw new HarnessStateError(
        `cannot ${verb} ${secret.uri}: ${secret.owner.kind === 'model' ? 'the user' : secret.owner.name} owns it, and Juju tells the owner only. Name a secret of the charm's.`,
      );
    }
    if (secret.owner.kind === 'application' && !this.unit.isLeader) {
      throw new HarnessStateError(
        `cannot ${verb} ${secret.uri}: the application owns it, and Juju tells the leader only. Call setLeader(true) first.`,
      );
    }
    return secret;
  }

  #isOwn({ owner }: SimulatedSecret): boolean {
    return owner.name === this.unitName || owner.name === this.appName;
  }

  #revisionOf(secret: SimulatedSecret, revision: number): number {
    if (secret.revisions.includes(revision)) return revision;
    throw new HarnessStateError(
      `cannot find revision ${revision} of ${secret.uri}: it has ${secret.revisions.join(', ')}. Name one of them.`,
    );
  }

  #mustExist(observer: string): void {
    if (observer.includes('/')) this.juju.unit(observer);
    else this.juju.application(observer);
  }

  /** Grants last as long as the relation; only the user's have none. */
  #relationWithOwner({ owner, uri }: SimulatedSecret): number | undefined {
    if (owner.kind === 'model') return undefined;
    const app = owner.name.split('/', 1)[0];
    const relation = this.juju.relations.find(
      ({ ends }) =>
        ends.some((end) => end.app === app) && ends.some((end) => end.app === this.appName),
    );
    if (relation !== undefined) return relation.id;
    throw new HarnessStateError(
      `cannot grant ${uri}: ${this.appName} has no relation with ${app}, and Juju grants a secret for as long as one lasts. Call addRelation() first.`,
    );
  }
}
