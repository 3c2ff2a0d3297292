import { CharmwrightError } from '../errors.ts';

/** Where a databag belongs. */
export interface DatabagPlace {
  readonly endpoint: string;
  readonly relationId: number;
  /** The unit or application that writes it. */
  readonly owner: string;
}

/** Something was asked for that only the leader may do. */
export class NotLeaderError extends CharmwrightError {
  readonly code = 'not-leader';

  constructor(what: string) {
    super(
      `cannot ${what}: this unit is not the leader. Ask \`await this.unit.isLeader()\` first, and leave it to the leader otherwise.`,
    );
  }
}

/** The charm's files declare nothing of this name. */
export class UndeclaredNameError extends CharmwrightError {
  readonly code = 'undeclared-name';
  readonly kind: 'binding' | 'container' | 'relation' | 'config option' | 'resource' | 'storage';
  readonly undeclared: string;

  constructor(kind: UndeclaredNameError['kind'], name: string, declared: readonly string[]) {
    const known = declared.length === 0 ? 'none' : declared.join(', ');
    super(
      `cannot use the ${kind} ${JSON.stringify(name)}: the charm declares no such ${kind}. Declared: ${known}. After a change of the charm's YAML, run \`charmwright types\`.`,
    );
    this.kind = kind;
    this.undeclared = name;
  }
}

/** One relation was asked for, where the endpoint has several. */
export class TooManyRelationsError extends CharmwrightError {
  readonly code = 'too-many-relations';
  readonly endpoint: string;
  readonly ids: readonly number[];

  constructor(endpoint: string, ids: readonly number[]) {
    super(
      `cannot give the one relation of ${endpoint}: it has ${ids.length}, with the ids ${ids.join(', ')}. Use \`relations(${JSON.stringify(endpoint)})\`.`,
    );
    this.endpoint = endpoint;
    this.ids = ids;
  }
}

/** A config option has a value of another type than the charm declares. */
export class ConfigValueError extends CharmwrightError {
  readonly code = 'config-value';
  readonly option: string;

  constructor(option: string, declared: string, found: string) {
    super(
      `cannot use the config option ${option}: it is a ${found} and the charm declares ${declared}. The charm that runs and config.yaml differ: pack the charm anew.`,
    );
    this.option = option;
  }
}

/** A databag does not hold what the given schema asks for. */
export class InvalidDatabagError extends CharmwrightError {
  readonly code = 'invalid-databag';
  readonly relationId: number;
  /** The unit or application that wrote it. */
  readonly owner: string;

  constructor({ endpoint, relationId, owner }: DatabagPlace, issues: string, cause: unknown) {
    const what = issues === '' ? '' : ` (${issues})`;
    super(
      `cannot use the data of ${owner} in relation ${endpoint}:${relationId}: it is not of the expected form${what}. Wait for its next change, or check the charm on the other side.`,
      { cause },
    );
    this.relationId = relationId;
    this.owner = owner;
  }
}

/** A databag was to be read or written that Juju gives to others only. */
export class DatabagAccessError extends CharmwrightError {
  readonly code = 'databag-access';
  readonly relationId: number;
  /** The unit or application whose databag it is. */
  readonly owner: string;

  constructor(what: 'read' | 'write', place: DatabagPlace, why: string) {
    const { endpoint, relationId, owner } = place;
    super(`cannot ${what} the data of ${owner} in relation ${endpoint}:${relationId}: ${why}`);
    this.relationId = relationId;
    this.owner = owner;
  }
}

/** A databag was to hold what Juju does not take: not strings, no key, or too much. */
export class DatabagValueError extends CharmwrightError {
  readonly code = 'databag-value';
  readonly relationId: number;
  readonly owner: string;

  constructor({ endpoint, relationId, owner }: DatabagPlace, why: string, options?: ErrorOptions) {
    super(
      `cannot write the data of ${owner} in relation ${endpoint}:${relationId}: ${why}`,
      options,
    );
    this.relationId = relationId;
    this.owner = owner;
  }
}

/** Something was to be done with a relation that is no more. */
export class RelationGoneError extends CharmwrightError {
  readonly code = 'relation-gone';
  readonly relationId: number;

  constructor(endpoint: string, relationId: number, what: string) {
    super(
      `cannot ${what}: the relation ${endpoint}:${relationId} is gone. Ask \`relation.active\` first.`,
    );
    this.relationId = relationId;
  }
}
