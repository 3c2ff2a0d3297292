import { randomUUID } from 'node:crypto';
import { messageOf } from '../../errors.ts';
import type { PebbleResponse } from '../../pebble/transport.ts';
import { ApiError } from './api-error.ts';
import { ChangeList } from './changes/change-list.ts';
import { CheckManager } from './checks/check-manager.ts';
import { kindNetwork } from './checks/network-probes.ts';
import type { PebbleCore, PebbleCoreEvent, PebbleCoreOptions } from './core.ts';
import type { DaemonState } from './daemon-state.ts';
import { Executions } from './exec/executions.ts';
import { IdentityList } from './identities/identity-list.ts';
import type { LogEntry } from './logs/service-log.ts';
import { NoticeList } from './notices/notice-list.ts';
import { PlanStore } from './plan/plan-store.ts';
import { errorReply } from './reply.ts';
import { route, upgrade } from './router.ts';
import { ServiceManager } from './services/service-manager.ts';

/** The version of Pebble that the core behaves like. */
const followedVersion = 'v1.32.1';
const defaultOkayDelay = 1000;

/**
 * Makes a Pebble daemon that has no socket yet.
 *
 * @throws {PebblePlanError} when the initial layers are no plan.
 */
export function createPebbleCore(options: PebbleCoreOptions): PebbleCore {
  const listeners = new Set<(event: PebbleCoreEvent) => void>();
  const logListeners = new Set<(entry: LogEntry) => void>();
  let isClosing = false;
  /** Made for the first request that waits: most daemons of tests have none. */
  let closing: AbortController | undefined;
  const emit = (event: PebbleCoreEvent): void => {
    for (const listener of listeners) {
      listener(event);
    }
  };
  const plan = new PlanStore(options.accounts);
  plan.load(options.layers ?? []);
  const notices = new NoticeList(options.clock, (id, { type, key, data = {} }) => {
    const changeStatus = type === 'change-update' ? changes.get(key)?.status : undefined;
    emit({ kind: 'notice', id, type, key, data, changeStatus });
  });
  notices.remember(options.notices ?? []);
  const changes = new ChangeList(options.clock, ({ id, summary, status, noticeData }) => {
    notices.add({ userId: null, type: 'change-update', key: id, data: noticeData });
    emit({ kind: 'change', id, summary, status });
  });
  const services = new ServiceManager(
    () => plan.plan,
    {
      launcher: options.launcher,
      clock: options.clock,
      accounts: options.accounts,
      okayDelay: options.okayDelay ?? defaultOkayDelay,
      random: options.random ?? Math.random,
      onStatus: (name, status) => {
        emit({ kind: 'service', name, status });
      },
      onShutdown: (exitCode) => {
        emit({ kind: 'shutdown', exitCode });
      },
    },
    (entry) => {
      emit({ kind: 'log', ...entry });
      for (const listener of logListeners) {
        listener(entry);
      }
    },
  );
  const checks = new CheckManager(() => plan.plan, {
    clock: options.clock,
    accounts: options.accounts,
    launcher: options.launcher,
    network: options.network ?? kindNetwork,
    failingChecks: options.failingChecks,
    changes,
    onDown: (name) => {
      services.checkFailed(name);
    },
  });
  checks.planChanged();
  for (const [name, past] of Object.entries(options.checks ?? {})) checks.get(name)?.resume(past);
  const executions = new Executions(changes, options);
  const daemon: DaemonState = {
    plan,
    services,
    changes,
    checks,
    executions,
    launcher: options.launcher,
    notices,
    identities: new IdentityList(),
    callerId: options.callerId ?? 0,
    files: options.files,
    accounts: options.accounts,
    clock: options.clock,
    version: options.version ?? followedVersion,
    bootId: options.bootId ?? randomUUID(),
    get closing() {
      closing ??= new AbortController();
      if (isClosing) closing.abort();
      return closing.signal;
    },
    onLog(listener) {
      logListeners.add(listener);
      return () => {
        logListeners.delete(listener);
      };
    },
  };
  let closed: Promise<void> | undefined;
  return {
    async handle(request) {
      try {
        refuseWhenClosing();
        return await route(request, daemon);
      } catch (error) {
        return replyTo(error);
      }
    },
    async upgrade(request) {
      try {
        refuseWhenClosing();
        return await upgrade(request, daemon);
      } catch (error) {
        return { accepted: false, response: replyTo(error) };
      }
    },
    async autostart() {
      const change = services.planAutostart();
      return change && changes.begin(change).id;
    },
    layers: () => plan.layers,
    listen(listener) {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
    close() {
      closed ??= closeDown();
      return closed;
    },
  };

  function refuseWhenClosing(): void {
    if (isClosing) {
      throw new ApiError(503, 'the daemon is stopping');
    }
  }

  async function closeDown(): Promise<void> {
    isClosing = true;
    closing?.abort();
    checks.close();
    executions.close();
    for (const change of changes.all()) {
      change.hold();
    }
    const change = services.planShutdown();
    if (change !== undefined) {
      await changes.begin(change).finished;
    }
  }
}

function replyTo(error: unknown): PebbleResponse {
  return errorReply(error instanceof ApiError ? error : new ApiError(500, messageOf(error)));
}
