import type { CharmMeta } from '../../charm/metadata.ts';
import type { SimulatedApplication } from '../../simulator/simulated-application.ts';
import type { SimulatedJuju } from '../../simulator/simulated-juju.ts';
import type { SimulatedRelation } from '../../simulator/simulated-relation.ts';
import type { SimulatedSecret } from '../../simulator/simulated-secret.ts';
import type { Act } from './act.ts';
import type { SecretSource } from './sequence-options.ts';
import type { SecretStep } from './step.ts';

/** The secrets of one play: the charm's own, and those of others that it may come to know. */
export class PlaySecrets<M extends CharmMeta> {
  readonly #juju: SimulatedJuju;
  readonly #app: SimulatedApplication;
  readonly #sources: Readonly<Record<string, SecretSource<M>>>;
  readonly #made = new Map<string, SimulatedSecret>();

  constructor(
    juju: SimulatedJuju,
    app: SimulatedApplication,
    sources: Readonly<Record<string, SecretSource<M>>>,
  ) {
    this.#juju = juju;
    this.#app = app;
    this.#sources = sources;
  }

  /** What a step does now, or undefined where there is no such secret, or nothing would come of it. */
  act(step: SecretStep): Act | undefined {
    switch (step.step) {
      case 'secret-add':
        return this.#add(step.secret, step.content);
      case 'secret-change': {
        const secret = this.#living(step.secret);
        return secret && (() => secret.setContent(step.content));
      }
      case 'secret-remove': {
        const secret = this.#living(step.secret);
        return secret && (() => secret.remove());
      }
      case 'secret-rotate': {
        const secret = this.#own(step.own);
        if (secret === undefined || secret.rotatePolicy === 'never') return undefined;
        return () => secret.requestRotation();
      }
      case 'secret-expire': {
        const secret = this.#own(step.own);
        if (secret?.expires === undefined) return undefined;
        return () => secret.expire();
      }
      default:
        return step satisfies never;
    }
  }

  #living(name: string): SimulatedSecret | undefined {
    const secret = this.#made.get(name);
    return secret?.exists === true ? secret : undefined;
  }

  #own(place: number): SimulatedSecret | undefined {
    return this.#juju.secrets.filter(({ owner }) => owner.name.split('/', 1)[0] === this.#app.name)[
      place
    ];
  }

  #add(name: string, content: Readonly<Record<string, string>>): Act | undefined {
    const source = this.#sources[name];
    if (source === undefined || this.#living(name) !== undefined) return undefined;
    const { owner, told } = source;
    const { endpoint = '' } = 'endpoint' in told ? told : {};
    const relation = owner === undefined ? undefined : this.#relationWith(owner, endpoint);
    // An owner grants along a relation; a user needs none.
    if (owner !== undefined && relation === undefined) return undefined;
    return () => {
      const secret = this.#juju.addSecret(content, owner === undefined ? {} : { owner });
      this.#made.set(name, secret);
      secret.grant(this.#app.name, relation?.id);
      if ('option' in told) this.#app.setConfig({ [told.option]: secret.uri });
      else if (owner !== undefined) relation?.update(owner, { [told.key]: secret.uri });
    };
  }

  #relationWith(owner: string, endpoint: string): SimulatedRelation | undefined {
    return this.#juju.relations.find(
      ({ alive, ends }) =>
        alive &&
        ends.some((end) => end.app === owner) &&
        ends.some(
          (end) => end.app === this.#app.name && (end.endpoint === endpoint || endpoint === ''),
        ),
    );
  }
}
