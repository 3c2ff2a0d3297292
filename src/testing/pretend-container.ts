import { PebbleClient } from '../pebble/client.ts';
import { PebbleConnectionError } from '../pebble/errors.ts';
import type { MessageConnection, MessageTransport } from '../pebble/message-transport.ts';
import type { Plan } from '../pebble/layer.ts';
import type { PebbleRequest, PebbleResponse } from '../pebble/transport.ts';
import type { Accounts } from '../simulator/pebble/accounts.ts';
import type { PebbleClock } from '../simulator/pebble/clock.ts';
import type { PebbleCore } from '../simulator/pebble/core.ts';
import { createPebbleCore } from '../simulator/pebble/create-pebble-core.ts';
import { memoryFileSystem, type MemoryFileSystem } from '../simulator/pebble/memory-file-system.ts';
import {
  pretendLauncher,
  type PretendLauncher,
  type PretendProcess,
  type PretendProgram,
} from '../simulator/pebble/pretend-launcher.ts';
import { ExecHandlers, type ExecHandler, type ExecResult } from './exec-handlers.ts';
import { openConversation } from './open-conversation.ts';
import { debianAccounts } from './debian-accounts.ts';
import { putImageDirectories } from './image-directories.ts';
import { PebbleFaults, type PebbleFault } from './pebble-faults.ts';
import { quickStart, withQuickStarts } from './quick-starts.ts';

/** What a container is before the charm touches it, and again after it restarts. */
export interface ContainerImage {
  /** Its users and groups. Default: root, nobody, and postgres with its group. */
  readonly accounts?: Accounts;
  /** Files by path. A path that ends in a slash is a directory. */
  readonly files?: Readonly<Record<string, string>>;
  /**
   * What programs do, by `argv[0]`. Default: they run until they are stopped, and cannot be
   * executed as commands.
   */
  readonly programs?: Readonly<Record<string, PretendProgram | undefined>>;
}

/** A file or directory as the container has it. */
export interface ContainerFile {
  readonly kind: 'file' | 'directory' | 'symlink' | 'other';
  /** The content as UTF-8; empty for all but files. */
  readonly text: string;
  /** The nine permission bits, such as `0o640`. */
  readonly permissions: number;
  readonly user: string;
  readonly group: string;
}

/** One workload container of the unit under test, with a Pebble whose processes are pretended. */
export class PretendContainer {
  readonly name: string;
  /** A client that no fault and no lost connection disturbs: for looking and arranging. */
  readonly pebble: PebbleClient;
  /** Every request that the charm sent, in order. */
  readonly requests: { readonly method: string; readonly path: string }[] = [];
  readonly #accounts: Accounts;
  readonly #image: ContainerImage;
  readonly #clock: PebbleClock;
  readonly #programs: Record<string, PretendProgram | undefined>;
  readonly #commands = new ExecHandlers();
  readonly #faults = new PebbleFaults();
  readonly #failingChecks = new Set<string>();
  readonly #onBoot: (container: string, core: PebbleCore) => void;
  /** Where it has storage now. */
  readonly #mounts: () => readonly string[];
  #boots = 0;
  #reachable = false;
  #files: MemoryFileSystem;
  #launcher: PretendLauncher;
  #core: PebbleCore;

  /** @internal Use `harness.container(name)`. */
  constructor(
    name: string,
    image: ContainerImage,
    clock: PebbleClock,
    onBoot: (container: string, core: PebbleCore) => void,
    mounts: () => readonly string[],
  ) {
    this.#onBoot = onBoot;
    this.#mounts = mounts;
    this.name = name;
    this.#image = image;
    this.#clock = clock;
    this.#accounts = image.accounts ?? debianAccounts;
    this.#programs = { ...image.programs };
    ({ files: this.#files, launcher: this.#launcher, core: this.#core } = this.#boot());
    const transport: MessageTransport = {
      request: (request) => this.#core.handle(request),
      openMessages: (path) => openConversation(this.#core, path, this.#endpoint),
      close: async () => undefined,
    };
    this.pebble = new PebbleClient(transport);
  }

  /** Whether the charm can connect now. */
  get canConnect(): boolean {
    return this.#reachable;
  }

  /** The id of the boot that runs; another one after each restart. */
  get bootId(): string {
    return `${this.name}-boot-${this.#boots}`;
  }

  /** Every path in the container, sorted; directories end in a slash. */
  get paths(): string[] {
    return this.#files.paths();
  }

  /** Every process that was started in this boot, in order; also those that have ended. */
  get processes(): readonly PretendProcess[] {
    return this.#launcher.processes;
  }

  /** What is at a path, or undefined when nothing is. */
  file(path: string): ContainerFile | undefined {
    const status = this.#files.status(path);
    if (status === undefined) return undefined;
    const { kind, permissions, userId, groupId } = status;
    const { users, groups } = this.#accounts;
    return {
      kind: kind === 'file' || kind === 'directory' || kind === 'symlink' ? kind : 'other',
      text: kind === 'file' ? (this.#files.text(path) ?? '') : '',
      permissions,
      user: users.find((account) => account.userId === userId)?.name ?? String(userId),
      group: groups.find((account) => account.groupId === groupId)?.name ?? String(groupId),
    };
  }

  /** Puts a file, and the directories above it, as if it had always been there. */
  putFile(path: string, text: string): void {
    if (path.endsWith('/')) this.#files.putDirectory(path.slice(0, -1));
    else this.#files.putFile(path, text);
  }

  /** The state of each service by name, such as `active`. */
  async services(): Promise<Record<string, string>> {
    const services = await this.pebble.services();
    return Object.fromEntries(services.map(({ name, current }) => [name, current]));
  }

  /** All layers laid over one another. */
  async plan(): Promise<Plan> {
    return await this.pebble.plan();
  }

  /** The process that runs for a service, if one does: to exit, to write, to see its signals. */
  process(service: string): PretendProcess | undefined {
    return this.#launcher.running(service);
  }

  /** Says what a program does from its next start on; with undefined it does not exist. */
  setProgram(path: string, program: PretendProgram | undefined): void {
    this.#programs[path] = program;
  }

  /** @internal Use `harness.handleExec()`. */
  handleExec(prefix: readonly string[], handler: ExecHandler | ExecResult | string | number): void {
    this.#commands.set(prefix, handler);
  }

  /** Has a program end with an exit code as soon as it is started. */
  exitAtStart(path: string, code = 1): void {
    this.#programs[path] = (process) => {
      process.exit(code);
    };
  }

  /**
   * Has a check of the plan fail from now on, until it is down, as if its runs had come.
   *
   * @returns whether it was up, and is down now
   */
  async failCheck(name: string): Promise<boolean> {
    this.#failingChecks.add(name);
    const [before] = await this.pebble.checks({ names: [name] });
    if (before?.status !== 'up') return false;
    for (let runs = before.failures; runs < before.threshold; runs += 1) {
      await this.pebble.runCheck(name);
    }
    return true;
  }

  /** Has a check that {@link failCheck} made fail succeed again. @returns whether it was down */
  async recoverCheck(name: string): Promise<boolean> {
    this.#failingChecks.delete(name);
    const [before] = await this.pebble.checks({ names: [name] });
    if (before?.status !== 'down') return false;
    await this.pebble.runCheck(name);
    return true;
  }

  /** Has all checks succeed again that {@link failCheck} made fail. */
  async recoverChecks(): Promise<void> {
    for (const name of this.#failingChecks) await this.recoverCheck(name);
  }

  /** Has requests of the charm fail. @returns a function that takes the fault back */
  fail(fault: PebbleFault = {}): () => void {
    return this.#faults.add(fault);
  }

  /** Where the charm's requests go. @internal */
  transport(): MessageTransport {
    return {
      request: async (request, options) => await this.#exchange(request, options?.signal),
      openMessages: async (path, options) => await this.#openMessages(path, options?.signal),
      close: async () => undefined,
    };
  }

  /** @internal Use `harness.setCanConnect()`. */
  setReachable(reachable: boolean): void {
    this.#reachable = reachable;
  }

  /** Another boot: what ran has ended, and files and plan are the image's. @internal */
  async restart(): Promise<void> {
    await this.close();
    ({ files: this.#files, launcher: this.#launcher, core: this.#core } = this.#boot());
  }

  /** Ends what runs, without time for what does not heed SIGTERM. @internal */
  async close(): Promise<void> {
    const closed = this.#core.close();
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
    for (const process of this.processes) process.signal('SIGKILL');
    await closed;
  }

  async #exchange(
    request: PebbleRequest,
    signal: AbortSignal | undefined,
  ): Promise<PebbleResponse> {
    this.#receive(request);
    return await this.#core.handle({ ...request, signal });
  }

  async #openMessages(path: string, signal: AbortSignal | undefined): Promise<MessageConnection> {
    this.#receive({ method: 'GET', path });
    return await openConversation(this.#core, path, this.#endpoint, signal);
  }

  get #endpoint(): string {
    return `/charm/containers/${this.name}/pebble.socket`;
  }

  /** Notes what the charm asks for, unless it cannot ask or a fault is due. */
  #receive(request: PebbleRequest): void {
    if (!this.#reachable) {
      throw new PebbleConnectionError(this.#endpoint, 'connect', 'connect ENOENT');
    }
    this.requests.push({ method: request.method, path: request.path });
    this.#faults.check(this.#endpoint, request);
  }

  #boot(): { files: MemoryFileSystem; launcher: PretendLauncher; core: PebbleCore } {
    this.#boots += 1;
    this.#failingChecks.clear();
    const files = memoryFileSystem({ clock: this.#clock });
    putImageDirectories(files, this.#accounts, this.#mounts());
    for (const [path, text] of Object.entries(this.#image.files ?? {})) {
      if (path.endsWith('/')) files.putDirectory(path.slice(0, -1));
      else files.putFile(path, text);
    }
    const launcher = pretendLauncher({ programs: this.#programs, commands: this.#commands });
    const core = createPebbleCore({
      launcher,
      files,
      clock: withQuickStarts(this.#clock),
      accounts: this.#accounts,
      bootId: this.bootId,
      okayDelay: quickStart,
      random: () => 0,
      failingChecks: this.#failingChecks,
    });
    this.#onBoot(this.name, core);
    return { files, launcher, core };
  }
}
