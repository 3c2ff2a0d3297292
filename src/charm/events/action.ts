import { messageOf } from '../../errors.ts';
import { Abort } from '../../framework/abort.ts';
import { CharmEvent } from '../../framework/event.ts';
import type { Json } from '../../framework/json.ts';
import type { ActionResults } from '../../juju/tools/action-results.ts';
import type { ActionRun } from '../../model/action-run.ts';
import type { ActionParams } from '../action-params.ts';
import { ActionParamsError } from '../errors.ts';
import type { ActionMeta } from '../metadata.ts';
import { foreignSnapshot, type EventRow } from './row.ts';

/** Anything that turns unknown parameters into a value or throws: a zod schema is one. */
export interface ParamsSchema<T> {
  parse(params: unknown): T;
}

export interface ParamsOptions {
  /**
   * What to do with parameters that do not fit. `fail` answers the caller with what is wrong and
   * ends the handler there, with what was written so far kept; the hook succeeds.
   *
   * @default 'throw'
   */
  readonly whenInvalid?: 'throw' | 'fail' | undefined;
}

/**
 * Somebody runs an action and waits for its result, so it cannot be deferred.
 *
 * @typeParam A the action as `charmwright types` has it: `ActionEvent<typeof meta.actions.backup>`
 */
export class ActionEvent<A extends ActionMeta = ActionMeta> extends CharmEvent {
  declare readonly kind: `${string}-action`;
  /** Juju's id of this run. */
  readonly id: string;
  readonly #declared: ActionMeta;
  readonly #run: ActionRun;

  constructor(kind: string, id: string, declared: A, run: ActionRun) {
    super(kind);
    this.id = id;
    this.#declared = declared;
    this.#run = run;
  }

  /**
   * The parameters, with the defaults of actions.yaml filled in and checked against it. Juju is
   * asked once in a dispatch.
   *
   * @throws {ActionParamsError} when they do not fit, unless `whenInvalid` is `fail`.
   */
  async params(options?: ParamsOptions): Promise<ActionParams<A>> {
    const { readParams } = await import('../action-params.ts');
    const { params, mismatches } = readParams(this.#declared, await this.#run.params());
    if (mismatches.length > 0) {
      const problems = mismatches.map(({ path, problem }) => `${path.join('.')}: ${problem}`);
      await this.#refuse(problems, options);
    }
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- checked against the schema that the type is made of
    return params as ActionParams<A>;
  }

  /**
   * The parameters, checked and typed by a schema beyond what actions.yaml can say.
   *
   * @throws {ActionParamsError} when they do not fit, unless `whenInvalid` is `fail`.
   */
  async parseParams<T>(schema: ParamsSchema<T>, options?: ParamsOptions): Promise<T> {
    const params = await this.params(options);
    try {
      return schema.parse(params);
    } catch (error) {
      return await this.#refuse(problemsOf(error), options, error);
    }
  }

  /**
   * Adds results: text, numbers and truth values, in maps as deep as one likes. What was set before
   * stays, unless it has the same key. Results are kept also when the action fails. They are visible
   * in the process table of the unit: no secrets.
   *
   * @throws {HookToolArgumentError} for a key that Juju refuses (parts between dots are lower-case
   * letters, digits and dashes), keeps to itself (`stdout`, `stderr`, `return-code`), or would get
   * twice; nothing is set then.
   */
  async setResults(results: ActionResults): Promise<void> {
    await this.#run.setResults(results);
  }

  /**
   * Marks the action as failed. Return from the handler then, rather than throwing: a thrown error
   * hides the message and discards what the action wrote.
   */
  async fail(message: string): Promise<void> {
    await this.#run.fail(message);
  }

  /** Tells the caller of progress, at once. */
  async log(message: string): Promise<void> {
    await this.#run.log(message);
  }

  snapshot(): Json {
    return null;
  }

  async #refuse(
    problems: readonly string[],
    options: ParamsOptions | undefined,
    cause?: unknown,
  ): Promise<never> {
    const action = this.kind.slice(0, -'-action'.length);
    const error = new ActionParamsError(action, problems, cause === undefined ? {} : { cause });
    if (options?.whenInvalid !== 'fail') throw error;
    await this.fail(`The parameters do not fit: ${problems.join('; ')}`);
    throw new Abort(error.message);
  }
}

/** The places and messages of a zod error; the message of another. */
function problemsOf(error: unknown): string[] {
  if (!(error instanceof Error) || !('issues' in error) || !Array.isArray(error.issues)) {
    return [messageOf(error)];
  }
  return error.issues.map((issue: unknown) => {
    const path = typeof issue === 'object' && issue !== null && 'path' in issue ? issue.path : [];
    const place = Array.isArray(path) && path.length > 0 ? `${path.join('.')}: ` : '';
    return `${place}${messageIn(issue)}`;
  });
}

function messageIn(issue: unknown): string {
  return typeof issue === 'object' && issue !== null && 'message' in issue
    ? String(issue.message)
    : 'does not fit';
}

/** The events of actions: `<action>-action`. */
export type ActionEvents<Actions extends Readonly<Record<string, ActionMeta>>> = {
  readonly [K in keyof Actions & string as `${K}-action`]: ActionEvent<Actions[K]>;
};

export function actionRow(name: string, declared: ActionMeta): EventRow<CharmEvent> {
  const kind = `${name}-action`;
  return {
    kind,
    fromHook: (hook, model) =>
      hook.family === 'action'
        ? new ActionEvent(kind, hook.actionId, declared, model.action)
        : undefined,
    restore: () => foreignSnapshot(),
  };
}
