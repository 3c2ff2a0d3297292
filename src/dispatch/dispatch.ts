import type { Logger as PinoLogger } from 'pino';
import { messageOf } from '../errors.ts';
import type { Charm, CharmClass, CharmRuntime } from '../charm/charm.ts';
import { collectStatus } from '../charm/collect-status.ts';
import { declareEvents, type CharmEvents } from '../charm/events/catalogue.ts';
import type { CharmMeta } from '../charm/metadata.ts';
import { Abort } from '../framework/abort.ts';
import { systemClock, type Clock } from '../framework/clock.ts';
import type { DeferredEntry } from '../framework/deferral-queue.ts';
import type { Delivery } from '../framework/event-source.ts';
import type { CharmEvent } from '../framework/event.ts';
import { Framework } from '../framework/framework.ts';
import type { NodeTracer } from '../framework/handler.ts';
import type { Logger } from '../framework/logger.ts';
import type { Store } from '../framework/store.ts';
import type { Walk } from '../framework/walk.ts';
import { readJujuContext, type Environment, type JujuContext } from '../juju/context.ts';
import type { HookTools } from '../juju/hook-tool.ts';
import { LogTransport } from '../juju/log-transport.ts';
import { Model } from '../model/model.ts';
import type { PebbleTransport } from '../pebble/transport.ts';
import { commit } from './commit.ts';
import { eventFromContext, eventName } from './event-from-context.ts';
import { debugAt } from './debug-at.ts';
import { exitCode, InterruptedError, TerminatedError } from './exit-code.ts';
import { dispatchMarker, LegacyHookError } from './legacy-hook.ts';
import { copied, DispatchLogger, pinoLogger, traceOf, type LogSink } from './logger.ts';
import { JujuSecurityLog } from './security-log.ts';
import { WatchedHookTools } from './watched-hook-tools.ts';

/** Everything that a dispatch takes from outside. */
export interface DispatchOptions<M extends CharmMeta, C extends Charm<M>> {
  readonly charmClass: CharmClass<M, C>;
  /** Juju's variables. */
  readonly env: Environment;
  readonly hookTools: HookTools;
  /** Where deferred events and stored state are kept. */
  readonly store: Store;
  /** The way to the Pebble of a container. */
  readonly pebble: (container: string) => PebbleTransport;
  /** @default the machine's clock */
  readonly clock?: Clock;
  /**
   * Ends the dispatch where it is: nothing is committed, and its reason is the result's error. It
   * has no effect on a commit that has begun.
   */
  readonly signal?: AbortSignal;
  /** Told of each event on its way to each handler, in order, re-emissions among them. */
  readonly onDelivery?: (delivery: Delivery) => void;
  /** Told of each event that comes about, whether or not a handler observes it. */
  readonly onEmit?: (event: CharmEvent) => void;
  /** Told of every node of every flowchart. */
  readonly tracer?: NodeTracer;
  /**
   * Shown the logger of this dispatch before anything else happens, and how to learn which of its
   * lines Juju has not taken yet.
   */
  readonly onLogger?: (logger: Logger, unsent: () => readonly string[]) => void;
  /** Runs the charm's own executable for the hook, if it has one. What it throws ends the dispatch. */
  readonly legacyHook?: (logger: Logger) => Promise<void>;
  /** Shown the charm before anything is emitted, as a test harness needs it. */
  readonly onCharm?: (charm: C) => void | Promise<void>;
  /** Called when all handlers are done and nothing has left yet, where a test harness looks. */
  readonly beforeCommit?: () => Promise<void>;
  /**
   * Takes lines that cannot go to Juju's log, a copy of all lines while JUJU_DEBUG is set, and why
   * an action failed. @default stderr, which Juju logs as well, and shows to whoever runs an action
   */
  readonly stderr?: (text: string) => void;
}

/** How a dispatch ended. */
export interface DispatchResult {
  readonly exitCode: number;
  /** Juju's name of the event, such as `config-changed`; empty when the environment has none. */
  readonly event: string;
  /** The paths of all flowcharts that ran, in order. */
  readonly walks: readonly Walk[];
  /** The deferral queue as it stands after the dispatch. */
  readonly deferred: readonly DeferredEntry[];
  /** Why the exit code is not 0. */
  readonly error?: unknown;
}

/**
 * Runs one hook from environment to exit code, in this process: builds the charm, gives it its
 * deferred events, then the hook's own event, collects statuses, sends the gathered writes and
 * commits. Never rejects.
 */
export async function dispatch<M extends CharmMeta, C extends Charm<M>>(
  options: DispatchOptions<M, C>,
): Promise<DispatchResult> {
  const { env, hookTools, clock = systemClock, stderr = writeToStderr } = options;
  const log = new LogTransport(hookTools, {
    undelivered: (level, message, error) => stderr(`${level} ${message}\n(${messageOf(error)})\n`),
  });
  const sink = env['JUJU_DEBUG'] === undefined ? log : copied(log, stderr);
  const logger = new DispatchLogger(sink);
  const security = new JujuSecurityLog(sink, clock, env);
  options.onLogger?.(logger, () => log.unsent);
  const walks: Walk[] = [];
  const run: Run = { walks, event: '', security, framework: undefined };
  let error: unknown;
  try {
    if (env[dispatchMarker] !== undefined) {
      logger.debug('a dispatch of this hook runs already; this one does nothing');
    } else {
      const context = readJujuContext(env);
      run.event = eventName(context);
      run.isAction = context.hook.family === 'action';
      await runHook(options, context, run, { logger, log, sink });
    }
  } catch (thrown) {
    error = thrown;
  }
  if (error !== undefined) tellFailure(error, run, logger, stderr);
  await log.flush();
  return {
    exitCode: exitCodeOf(error),
    event: run.event,
    walks,
    deferred: run.framework?.deferred ?? [],
    ...(error === undefined ? {} : { error }),
  };
}

/**
 * Hooks of Juju before 3.6.11 in which nearly every hook tool is refused, those of relations and of
 * state among them: deferred events could only fail in them. Juju runs collect-metrics beside other
 * hooks, so it must not touch the state either.
 */
const restrictedHooks: ReadonlySet<string> = new Set(['collect-metrics', 'meter-status-changed']);

/** What is known of a dispatch however it ends. */
interface Run {
  readonly walks: Walk[];
  readonly security: JujuSecurityLog;
  event: string;
  isAction?: boolean;
  framework: Framework | undefined;
}

/** Where the lines of a dispatch go. */
interface Logging {
  readonly logger: Logger;
  readonly log: LogTransport;
  readonly sink: LogSink;
}

/** What a charm is made with. Its logger is made when it is asked for: few handlers log. */
class Runtime<M extends CharmMeta> implements CharmRuntime<M> {
  readonly framework: Framework;
  readonly model: Model<M>;
  readonly on: CharmEvents<M>;
  readonly #sink: LogSink;
  #logger: PinoLogger | undefined;

  constructor(framework: Framework, model: Model<M>, on: CharmEvents<M>, sink: LogSink) {
    this.framework = framework;
    this.model = model;
    this.on = on;
    this.#sink = sink;
  }

  get logger(): PinoLogger {
    this.#logger ??= pinoLogger(this.#sink);
    return this.#logger;
  }
}

function exitCodeOf(error: unknown): number {
  if (error === undefined) return exitCode.success;
  return error instanceof LegacyHookError ? error.exitCode : exitCode.failure;
}

function tellFailure(
  error: unknown,
  { event, isAction, security }: Run,
  logger: Logger,
  stderr: (text: string) => void,
): void {
  const what = event === '' ? 'the dispatch' : event;
  // A failed executable has said itself what is wrong; our stack adds nothing.
  logger.error(
    `${what} failed: ${error instanceof LegacyHookError ? error.message : traceOf(error)}`,
  );
  if (!(error instanceof LegacyHookError) && !(error instanceof TerminatedError)) {
    security.crashed(error, what);
  }
  if (isAction !== true) return;
  const [summary] = traceOf(error).split('\n', 1);
  stderr(`${what} failed: ${summary}\nThe stack is in the log: juju debug-log --level ERROR\n`);
}

async function runHook<M extends CharmMeta, C extends Charm<M>>(
  options: DispatchOptions<M, C>,
  context: JujuContext,
  run: Run,
  { logger, log, sink }: Logging,
): Promise<void> {
  const { charmClass, store, pebble, clock, tracer, signal } = options;
  const { security } = run;
  const { meta } = charmClass;
  signal?.throwIfAborted();
  if (options.legacyHook) await unlessAborted(signal, options.legacyHook(logger));
  if (restrictedHooks.has(run.event)) {
    logger.debug(`${run.event} lets a charm ask nothing of Juju; this charm is not run for it`);
    return;
  }
  const framework = await Framework.open({
    store,
    logger,
    listener: {
      walked: (walk) => run.walks.push(walk),
      ...(options.onEmit && { emitted: options.onEmit }),
      failed: ({ kind }, error) => security.crashed(error, `the deferred ${kind}`),
    },
    ...(clock && { clock }),
    ...(tracer && { tracer }),
    beforeHandler: both(
      options.onDelivery,
      await debugAt(options.env, options.stderr ?? writeToStderr),
    ),
  });
  run.framework = framework;
  const tools = new WatchedHookTools(options.hookTools, security, () => log.flush());
  const model = new Model<M>({ context, declarations: meta, tools, pebble, clock, security });
  for (const participant of model.participants) framework.join(participant);
  try {
    const catalogue = declareEvents(framework, meta, model);
    const runtime = new Runtime<M>(framework, model, catalogue.on, sink);
    const charm = new charmClass(runtime);
    if (options.onCharm) await options.onCharm(charm);
    await unlessAborted(signal, framework.reemit());
    const pending = eventFromContext(context, catalogue);
    if (pending === undefined) {
      logger.debug(`this charm has no event ${run.event === '' ? 'for this hook' : run.event}`);
    } else {
      const { source, event } = pending;
      await unlessAborted(signal, untilAbort(framework.emit(source, event), logger));
    }
    const collecting = collectStatus(framework, catalogue.collectStatus, model);
    await unlessAborted(signal, untilAbort(collecting, logger));
    if (options.beforeCommit) await options.beforeCommit();
    signal?.throwIfAborted();
    await commit(framework, log, { discarded: model.rebootsNow });
    await model.afterCommit();
    if (signal?.aborted === true) logAfterwards(run, logger, reasonOf(signal));
  } finally {
    await model.close();
  }
}

function both(
  first: ((delivery: Delivery) => void) | undefined,
  second: ((delivery: Delivery) => void) | undefined,
): ((delivery: Delivery) => void) | undefined {
  if (first === undefined || second === undefined) return first ?? second;
  return (delivery) => {
    first(delivery);
    second(delivery);
  };
}

/** An abort ends a handler early, and not the dispatch. */
async function untilAbort(work: Promise<void>, logger: Logger): Promise<void> {
  try {
    await work;
  } catch (error) {
    if (!(error instanceof Abort)) throw error;
    logger.info(error.message);
  }
}

/** The commit was through: what asked to end the dispatch came too late, and is only told. */
function logAfterwards({ event, security }: Run, logger: Logger, reason: Error): void {
  if (reason instanceof TerminatedError) {
    logger.info(`${reason.signal} came after the commit`);
    return;
  }
  logger.error(`uncaught, after the commit: ${traceOf(reason)}`);
  security.crashed(reason, event);
}

/** Waits, but no longer than until the signal. */
async function unlessAborted(signal: AbortSignal | undefined, work: Promise<void>): Promise<void> {
  if (signal === undefined) {
    await work;
    return;
  }
  await new Promise<void>((resolve, reject) => {
    const abort = (): void => reject(reasonOf(signal));
    signal.addEventListener('abort', abort, { once: true });
    if (signal.aborted) abort();
    // After an abort, what becomes of the work has nobody left to tell: a promise settles once.
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}

function reasonOf(signal: AbortSignal): Error {
  return signal.reason instanceof Error
    ? signal.reason
    : new InterruptedError(String(signal.reason), { cause: signal.reason });
}

function writeToStderr(text: string): void {
  process.stderr.write(text);
}
