import { PebbleClient } from '../../pebble/client.ts';
import { PebbleConnectionError } from '../../pebble/errors.ts';
import type { MessageTransport } from '../../pebble/message-transport.ts';
import type { PebbleRequest } from '../../pebble/transport.ts';
import type { PebbleCore } from '../../simulator/pebble/core.ts';
import { parseNano } from '../../simulator/pebble/notices/nano-time.ts';
import type { PastNotice } from '../../simulator/pebble/notices/notice.ts';
import { parseDuration } from '../../pebble/plan/duration.ts';
import { createPebbleCore } from '../../simulator/pebble/create-pebble-core.ts';
import type { ManualClock } from '../../simulator/pebble/manual-clock.ts';
import {
  memoryFileSystem,
  type MemoryFileSystem,
} from '../../simulator/pebble/memory-file-system.ts';
import { pretendLauncher, type PretendLauncher } from '../../simulator/pebble/pretend-launcher.ts';
import { debianAccounts } from '../debian-accounts.ts';
import { UnstartableServiceError, type UnknownCommandError } from '../errors.ts';
import { openConversation } from '../open-conversation.ts';
import { putImageDirectories } from '../image-directories.ts';
import { PebbleFaults } from '../pebble-faults.ts';
import { quickStart, withQuickStarts } from '../quick-starts.ts';
import type { ServiceState, StateCheck, StateContainer } from '../state/container.ts';
import type { StateNotice } from '../state/notice.ts';
import { filesAfter, putFiles } from './container-files.ts';
import { layerOf, sectionsOf } from './container-layers.ts';
import { StateCommands } from './state-commands.ts';
import { activityOf, noActivity, type ContainerActivity } from './container-activity.ts';

/** A container during one run. Its Pebble is made when the charm first asks for it. */
export class ContainerScene {
  readonly faults: PebbleFaults = new PebbleFaults();
  readonly #name: string;
  readonly #before: StateContainer;
  readonly #clock: ManualClock;
  readonly #mounts: readonly string[];
  readonly #requests: Pick<PebbleRequest, 'method' | 'path'>[] = [];
  #daemon: Promise<Daemon> | undefined;

  /** @param mounts where it has storage */
  constructor(name: string, before: StateContainer, clock: ManualClock, mounts: readonly string[]) {
    this.#mounts = mounts;
    this.#name = name;
    this.#before = before;
    this.#clock = clock;
  }

  /** Where the charm's requests go. */
  transport(): MessageTransport {
    return {
      request: async (request, options) => {
        const { core } = await this.#reached(request);
        // Whether it is made is for the daemon to say.
        const signalled = {
          ...request,
          get signal() {
            return options?.signal;
          },
        };
        return await core.handle(signalled);
      },
      openMessages: async (path, options) => {
        const { core } = await this.#reached({ method: 'GET', path });
        return await openConversation(core, path, this.#endpoint, options?.signal);
      },
      close: async () => undefined,
    };
  }

  /** The container as the run leaves it: the same object when the charm did not ask for it. */
  async after(): Promise<StateContainer> {
    const daemon = await this.#daemon;
    if (daemon === undefined) return this.#before;
    return {
      ...this.#before,
      layers: Object.fromEntries(
        daemon.core
          .layers()
          .map(({ label, sections }) => [label, layerOf(sections, this.#before.layers[label])]),
      ),
      services: await serviceStates(daemon),
      files: filesAfter(daemon.files, this.#before, daemon.inImage),
      checks: await checksOf(daemon),
      notices: await noticesOf(daemon),
    };
  }

  /** What the run did in the container so far. */
  async activity(): Promise<ContainerActivity> {
    const daemon = await this.#daemon;
    if (daemon === undefined) return { ...noActivity, requests: this.#requests };
    return activityOf(this.#requests, daemon.launcher.processes, daemon.processesAtFirst);
  }

  /** A command that the charm executed and the state does not know, though it has others like it. */
  async unknownCommand(): Promise<UnknownCommandError | undefined> {
    return (await this.#daemon)?.commands.unknown;
  }

  /** Ends what runs. */
  async close(): Promise<void> {
    const daemon = await this.#daemon;
    if (daemon === undefined) return;
    for (const process of daemon.launcher.processes) process.signal('SIGKILL');
    await daemon.core.close();
  }

  get #endpoint(): string {
    return `/charm/containers/${this.#name}/pebble.socket`;
  }

  async #reached(request: PebbleRequest): Promise<Daemon> {
    if (!this.#before.canConnect) {
      throw new PebbleConnectionError(this.#endpoint, 'connect', 'connect ENOENT');
    }
    this.#requests.push({ method: request.method, path: request.path });
    this.faults.check(this.#endpoint, request);
    this.#daemon ??= boot(this.#name, this.#before, this.#clock, this.#mounts);
    return await this.#daemon;
  }
}

interface Daemon {
  readonly core: PebbleCore;
  readonly client: PebbleClient;
  readonly files: MemoryFileSystem;
  readonly launcher: PretendLauncher;
  /** How many processes there were before the run. */
  readonly processesAtFirst: number;
  readonly commands: StateCommands;
  /** Directories that every container has, so that a state need not say so. */
  readonly inImage: readonly string[];
}

async function boot(
  name: string,
  before: StateContainer,
  clock: ManualClock,
  mounts: readonly string[],
): Promise<Daemon> {
  const { accounts = debianAccounts, programs } = before;
  const files = memoryFileSystem({ clock });
  const inImage = putImageDirectories(files, accounts, mounts);
  putFiles(files, before);
  const commands = new StateCommands(name, before);
  const launcher = pretendLauncher({
    programs,
    ...(before.execs.length > 0 && { commands }),
  });
  const core = createPebbleCore({
    launcher,
    files,
    clock: withQuickStarts(clock),
    accounts,
    bootId: `${name}-boot-1`,
    okayDelay: quickStart,
    random: () => 0,
    layers: Object.entries(before.layers).map(([label, layer], order) => ({
      order,
      label,
      sections: sectionsOf(layer, label),
    })),
    checks: before.checks,
    notices: before.notices.map(pastNotice),
  });
  const client = new PebbleClient({
    request: (request) => core.handle(request),
    close: async () => undefined,
  });
  await startActive(client, name, before.services);
  for (const [service, state] of Object.entries(before.services)) {
    if (state === 'inactive' || state === 'active') continue;
    // One that is in backoff may as well end at once.
    await client.start([service]).catch(() => undefined);
    launcher.running(service)?.exit(1);
  }
  return {
    core,
    client,
    files,
    launcher,
    processesAtFirst: launcher.processes.length,
    commands,
    inImage,
  };
}

/** Starts the services that run in a state: together, and one by one where that fails, to name it. */
async function startActive(
  client: PebbleClient,
  container: string,
  services: StateContainer['services'],
): Promise<void> {
  const active = Object.keys(services).filter((service) => services[service] === 'active');
  if (active.length === 0) return;
  try {
    await client.start(active);
  } catch {
    for (const service of active) {
      await client.start([service]).catch((error: unknown) => {
        throw new UnstartableServiceError(container, service, error);
      });
    }
  }
}

async function serviceStates({ client }: Daemon): Promise<Record<string, ServiceState>> {
  const services = await client.services();
  const known = ['active', 'inactive', 'backoff', 'error'] as const;
  return Object.fromEntries(
    services.map(({ name, current }) => [name, known.find((each) => each === current) ?? 'error']),
  );
}

async function checksOf({ client }: Daemon): Promise<Record<string, StateCheck>> {
  const checks = await client.checks();
  return Object.fromEntries(
    checks.map(({ name, status, failures, successes = 0 }) => {
      const known = (['up', 'down', 'inactive'] as const).find((each) => each === status);
      return [name, { status: known ?? 'inactive', failures, successes }];
    }),
  );
}

async function noticesOf({ client }: Daemon): Promise<StateNotice[]> {
  const notices = await client.notices({ types: ['custom'], users: 'all' });
  return notices.map(({ lastData: data, ...notice }) => ({
    id: notice.id,
    key: notice.key,
    data,
    userId: notice.userId,
    occurrences: notice.occurrences,
    firstOccurred: notice.firstOccurred,
    lastOccurred: notice.lastOccurred,
    lastRepeated: notice.lastRepeated,
    repeatAfter: notice.repeatAfter,
  }));
}

function pastNotice(notice: StateNotice): PastNotice {
  const { id, key, data, userId = null, occurrences } = notice;
  const nanoseconds = parseDuration(notice.repeatAfter ?? '0') ?? 0;
  return {
    id,
    userId,
    type: 'custom',
    key,
    data,
    occurrences,
    repeatAfter: nanoseconds,
    firstOccurred: parseNano(notice.firstOccurred) ?? 0n,
    lastOccurred: parseNano(notice.lastOccurred) ?? 0n,
    lastRepeated: parseNano(notice.lastRepeated) ?? 0n,
  };
}
