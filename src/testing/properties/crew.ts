import type { Charm, CharmClass } from '../../charm/charm.ts';
import type { CharmMeta } from '../../charm/metadata.ts';
import type { PebbleClock } from '../../simulator/pebble/clock.ts';
import type { SimulatedApplication } from '../../simulator/simulated-application.ts';
import type { SimulatedJuju } from '../../simulator/simulated-juju.ts';
import { CharmedUnit } from '../charmed-unit.ts';
import type { Act } from './act.ts';
import type { PlayOptions } from './sequence-options.ts';
import type { ScaleStep } from './step.ts';

/** The units of the charm's application, which come and go. */
export class Crew<M extends CharmMeta, C extends Charm<M>> {
  readonly #juju: SimulatedJuju;
  readonly #app: SimulatedApplication;
  readonly #clock: PebbleClock;
  readonly #options: PlayOptions<M, C>;
  readonly #most: number;
  readonly #units = new Map<string, CharmedUnit<M, C>>();
  #revision: CharmClass<M, C>;

  constructor(
    charmClass: CharmClass<M, C>,
    juju: SimulatedJuju,
    app: SimulatedApplication,
    clock: PebbleClock,
    options: PlayOptions<M, C>,
  ) {
    this.#revision = charmClass;
    this.#juju = juju;
    this.#app = app;
    this.#clock = clock;
    this.#options = options;
    const { units = 2, maxUnits = units } = options;
    this.#most = maxUnits;
    for (let number = 0; number < units; number += 1) this.#add(number);
  }

  /** Those that are there, also while they are on their way out, by number. */
  get all(): CharmedUnit<M, C>[] {
    return [...this.#units.values()];
  }

  get(name: string): CharmedUnit<M, C> | undefined {
    return this.#units.get(name);
  }

  /** What a step does now, or undefined where there are as many or as few units as can be. */
  act(step: ScaleStep): Act | undefined {
    const living = this.all.filter(({ unit }) => unit.life === 'alive');
    switch (step.step) {
      case 'add-unit':
        // On Kubernetes, numbers are used again.
        if (this.#units.size >= this.#most) return undefined;
        return () => {
          this.#add(this.#units.size);
        };
      case 'remove-unit': {
        const last = living.at(-1);
        if (last === undefined || living.length < 2) return undefined;
        return () => {
          this.#app.removeUnit(last.unit.name);
        };
      }
      case 'upgrade':
        return () => {
          this.#revision = this.#options.upgrade ?? this.#revision;
          for (const { unit } of living) unit.podStopping();
        };
      default:
        return step satisfies never;
    }
  }

  /** Has a new pod take the old one's place, which runs the newest revision. */
  async replacePod(charmed: CharmedUnit<M, C>): Promise<void> {
    charmed.useCharm(this.#revision);
    await charmed.replacePod();
  }

  /** Lets go of units that are gone. */
  async bury(): Promise<void> {
    for (const [name, charmed] of this.#units) {
      if (charmed.unit.life !== 'dead') continue;
      this.#units.delete(name);
      await charmed.close();
    }
  }

  async close(): Promise<void> {
    for (const charmed of this.#units.values()) await charmed.close();
  }

  #add(number: number): void {
    const { name } = this.#app.addUnit({ number, address: `10.1.0.${number + 1}` });
    const { containers, state, onCharm } = this.#options;
    const unit = new CharmedUnit(this.#revision, this.#juju, this.#app.unit(name), this.#clock, {
      images: { ...containers },
      stateIsLocal: state === 'local',
      hostile: this.#options.hostile === true,
      onCharm,
    });
    this.#units.set(name, unit);
  }
}
