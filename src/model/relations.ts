import type { JujuContext, RelationHook } from '../juju/context.ts';
import type { HookTools } from '../juju/hook-tool.ts';
import { relationIds } from '../juju/tools/relation.ts';
import type { Declarations } from './declarations.ts';
import { TooManyRelationsError, UndeclaredNameError } from './errors.ts';
import type { Leadership } from './leadership.ts';
import type { RelationWrites } from './relation-writes.ts';
import { Relation, type RelationFacts, type RelationPhase, type RelationRole } from './relation.ts';
import { Remembered } from './remembered.ts';
import { Remotes } from './remote.ts';

/** What the relations of a model are made of. */
export interface RelationsParts {
  readonly context: JujuContext;
  readonly declarations: Declarations;
  readonly tools: HookTools;
  readonly leadership: Leadership;
  readonly writes: RelationWrites;
}

/** The relations of an application: each one is one object in a dispatch. */
export class Relations {
  readonly remotes: Remotes = new Remotes();
  readonly #parts: RelationsParts;
  readonly #ids = new Map<string, Remembered<readonly number[]>>();
  readonly #known = new Map<number, Relation>();

  constructor(parts: RelationsParts) {
    this.#parts = parts;
  }

  /** The one relation of an endpoint; `undefined` when there is none. */
  async one(endpoint: string): Promise<Relation | undefined> {
    const relations = await this.list(endpoint);
    if (relations.length > 1) {
      throw new TooManyRelationsError(
        endpoint,
        relations.map(({ id }) => id),
      );
    }
    return relations[0];
  }

  /** The relations of an endpoint by id, without one that breaks in this hook. */
  async list(endpoint: string): Promise<readonly Relation[]> {
    const broken = this.#hook?.name.endsWith('-relation-broken')
      ? this.#hook.relationId
      : undefined;
    const ids = await this.#idsOf(endpoint);
    return ids.filter((id) => id !== broken).map((id) => this.#relation(endpoint, id));
  }

  /**
   * The relation of an endpoint with this id; `undefined` for one that is unknown, gone, or of
   * another endpoint. The one that breaks in this hook is still known.
   */
  async find(endpoint: string, id: number): Promise<Relation | undefined> {
    const hook = this.#hook;
    if (hook?.relationId === id) {
      this.#check(endpoint);
      return hook.endpoint === endpoint ? this.#relation(endpoint, id) : undefined;
    }
    return (await this.#idsOf(endpoint)).includes(id) ? this.#relation(endpoint, id) : undefined;
  }

  /** The relation that the hook is about. */
  ofHook({ endpoint, relationId }: RelationHook): Relation {
    return this.#relation(endpoint, relationId);
  }

  /** A relation that is no more, as a deferred event remembers it. */
  lost(endpoint: string, id: number, remoteApp: string | undefined): Relation {
    return this.#relation(endpoint, id, { phase: 'gone', remoteApp });
  }

  get #hook(): RelationHook | undefined {
    const { hook } = this.#parts.context;
    return hook.family === 'relation' ? hook : undefined;
  }

  async #idsOf(endpoint: string): Promise<readonly number[]> {
    this.#check(endpoint);
    let remembered = this.#ids.get(endpoint);
    if (remembered === undefined) {
      remembered = new Remembered(() => relationIds(this.#parts.tools, endpoint));
      this.#ids.set(endpoint, remembered);
    }
    return await remembered.get();
  }

  #check(endpoint: string): void {
    const { peers, requires, provides } = this.#parts.declarations;
    const declared = [peers, requires, provides].flatMap((section) => Object.keys(section));
    if (!declared.includes(endpoint)) throw new UndeclaredNameError('relation', endpoint, declared);
  }

  #relation(endpoint: string, id: number, facts = this.#facts(id)): Relation {
    const known = this.#known.get(id);
    if (known !== undefined) return known;
    const { context, declarations, tools, leadership, writes } = this.#parts;
    const { peers, requires, provides } = declarations;
    const declared = peers[endpoint] ?? requires[endpoint] ?? provides[endpoint];
    const relation = new Relation({
      endpoint,
      id,
      role: roleOf(declarations, endpoint),
      scope: declared?.scope ?? 'global',
      facts,
      appName: context.appName,
      unitName: context.unitName,
      modelUuid: context.modelUuid,
      remotes: this.remotes,
      tools,
      leadership,
      writes,
    });
    this.#known.set(id, relation);
    return relation;
  }

  #facts(id: number): RelationFacts {
    const hook = this.#hook;
    if (hook?.relationId !== id) return {};
    const phase = phaseOf(hook);
    return {
      phase,
      remoteApp: hook.remoteApp,
      departing: phase === 'departing' ? hook.remoteUnit : undefined,
    };
  }
}

function roleOf({ peers, requires }: Declarations, endpoint: string): RelationRole {
  if (Object.hasOwn(peers, endpoint)) return 'peer';
  return Object.hasOwn(requires, endpoint) ? 'requirer' : 'provider';
}

/** A change of application data may come before anybody has joined, and tells nothing. */
function phaseOf({ name, remoteUnit }: RelationHook): RelationPhase | undefined {
  if (name.endsWith('-relation-created')) return 'created';
  if (name.endsWith('-relation-departed')) return 'departing';
  if (name.endsWith('-relation-broken')) return 'broken';
  return remoteUnit === undefined ? undefined : 'joined';
}
