import { ActionData } from './action.ts';
import type { OptionValue } from './charm-definition.ts';
import { relationHook, type Hook } from './hook.ts';
import { effectiveConfig } from './rules/config.ts';
import { isAppBag, mayRead, type BagAddress } from './rules/databag-access.ts';
import { isLeader } from './rules/leadership.ts';
import type { PortChange } from './rules/open-ports.ts';
import { SecretChanges } from './secret-changes.ts';
import { overlaid, type DataChanges } from './state/databag.ts';
import type { ApplicationState, ModelState } from './state/model-state.ts';
import type { PodSpec } from './state/pod-spec.ts';
import { remoteSideOf, sideOf, unitBag, type RelationState } from './state/relation-state.ts';
import { newView, type UnitState } from './state/unit-state.ts';

/** What a hook that is running sees of the model, and what it has asked to change. */
export class Transaction {
  readonly model: ModelState;
  readonly application: ApplicationState;
  readonly unit: UnitState;
  readonly hook: Hook;
  /** Set by state-set and state-delete; undefined deletes. */
  readonly stateChanges: Map<string, string | undefined> = new Map();
  /** Set by open-port and close-port, in their order. */
  readonly portChanges: PortChange[] = [];
  /** Set by storage-add: how many instances of which storage. */
  readonly storageAdds: Map<string, number> = new Map();
  /** Set by k8s-spec-set and k8s-raw-set. */
  podSpec: PodSpec | undefined;
  readonly secrets: SecretChanges;
  /** Only while an action runs. */
  readonly action: ActionData | undefined;
  /** The version of the leader's settings when the hook began. */
  readonly leaderSettingsVersion: number;
  /** Set by juju-reboot: when the machine shall boot anew. */
  reboot: 'afterwards' | 'now' | undefined;
  readonly #bagChanges = new Map<string, { bag: BagAddress; changes: DataChanges }>();
  readonly #reads = new Map<string, Readonly<Record<string, string>>>();
  readonly #versions = new Map<string, number>();
  #config: ReadonlyMap<string, OptionValue | undefined> | undefined;
  #minion = false;

  constructor(model: ModelState, application: ApplicationState, unit: UnitState, hook: Hook) {
    this.model = model;
    this.application = application;
    this.unit = unit;
    this.hook = hook;
    this.action = hook.kind === 'action' ? new ActionData(hook.params) : undefined;
    this.secrets = new SecretChanges(model, unit);
    this.leaderSettingsVersion = application.leaderSettings.version;
    this.#noteVersions();
  }

  /** Once false it stays false for the rest of the hook; true is asked again each time. */
  isLeader(): boolean {
    this.#minion ||= !isLeader(this.model, this.unit);
    return !this.#minion;
  }

  /** The application's options as they were at the first question in this hook. */
  config(): ReadonlyMap<string, OptionValue | undefined> {
    this.#config ??= effectiveConfig(this.application);
    return this.#config;
  }

  /** Relations that the unit knows. */
  relations(): RelationState[] {
    return [...this.unit.views.keys()].flatMap((id) => this.model.relations.get(id) ?? []);
  }

  /** The units that the charm may count as members, with this hook's own news included. */
  members(relation: RelationState): string[] {
    const members = new Set((this.unit.views.get(relation.id) ?? newView()).members.keys());
    const hook = relationHook(this.hook);
    if (hook?.relationId === relation.id && hook.remoteUnit !== undefined) {
      if (hook.kind === 'relation-joined') members.add(hook.remoteUnit);
      if (hook.kind === 'relation-departed') members.delete(hook.remoteUnit);
    }
    return [...members].sort();
  }

  /**
   * A bag's content: one's own with this hook's writes, another's as at the first read.
   *
   * @returns undefined when the rules deny it, or the owner never was in the relation
   */
  read(bag: BagAddress): Readonly<Record<string, string>> | undefined {
    if (!mayRead(this.unit, bag, this.#isLeaderFor(bag))) return undefined;
    const key = bagKey(bag);
    const stored = this.#reads.get(key) ?? storedContent(bag);
    if (stored === undefined) return undefined;
    this.#reads.set(key, stored);
    const changes = this.#bagChanges.get(key)?.changes;
    return changes === undefined ? stored : overlaid(stored, changes);
  }

  /** Gathers changes of a bag until the hook commits. */
  write(bag: BagAddress, changes: DataChanges): void {
    const key = bagKey(bag);
    const gathered = this.#bagChanges.get(key)?.changes;
    this.#bagChanges.set(key, { bag, changes: gathered ? { ...gathered, ...changes } : changes });
  }

  bagWrites(): Iterable<{ readonly bag: BagAddress; readonly changes: DataChanges }> {
    return this.#bagChanges.values();
  }

  /** The version that a bag had when the hook began. */
  versionAtStart(bag: BagAddress): number {
    return this.#versions.get(bagKey(bag)) ?? 0;
  }

  /** Own side and remote side of a relation, from this unit. */
  ownBag(relation: RelationState, owner: string): BagAddress | undefined {
    const side = sideOf(relation, this.unit.app);
    return side === undefined ? undefined : { relation, side, owner };
  }

  /** The bag of any unit or application that takes part in the relation. */
  bagOf(relation: RelationState, owner: string): BagAddress | undefined {
    const app = owner.split('/', 1)[0] ?? owner;
    const side = sideOf(relation, app);
    return side === undefined ? undefined : { relation, side, owner };
  }

  #isLeaderFor(bag: BagAddress): boolean {
    return isAppBag(bag) && bag.side.app === this.unit.app && this.isLeader();
  }

  #noteVersions(): void {
    const hook = relationHook(this.hook);
    const relation = this.model.relations.get(hook?.relationId ?? -1);
    const side = relation && remoteSideOf(relation, this.unit.app);
    if (relation === undefined || side === undefined) return;
    for (const owner of [side.app, ...side.unitBags.keys()]) {
      const bag = owner === side.app ? side.appBag : unitBag(side, owner);
      this.#versions.set(bagKey({ relation, side, owner }), bag.version);
    }
  }
}

function bagKey({ relation, side, owner }: BagAddress): string {
  return `${relation.id} ${side.endpoint} ${owner}`;
}

function storedContent(bag: BagAddress): Record<string, string> | undefined {
  if (isAppBag(bag)) return bag.side.appBag.read();
  return bag.side.unitBags.get(bag.owner)?.read();
}
