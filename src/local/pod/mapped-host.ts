import { PodCrowdedError } from './errors.ts';
import { MappedPod } from './mapped-pod.ts';
import { toPodCommand } from './pod-command.ts';
import { spawningUser } from './spawning-user.ts';
import type { Pod, PodCommand, PodCommandOptions, PodHost, PodOptions } from './pod.ts';

/** Where a pod is ordinary processes of the machine. There is room for one. */
export class MappedHost implements PodHost {
  readonly isolation = 'mapped';
  readonly network = 'machine';
  readonly address: string = '127.0.0.1';
  readonly account: string;
  #present: string | undefined;
  #pod: Pod | undefined;

  constructor(account: string) {
    this.account = account;
  }

  async createPod(options: PodOptions): Promise<Pod> {
    if (this.#present !== undefined) {
      throw new PodCrowdedError(options.name, this.#present);
    }
    this.#present = options.name;
    this.#pod = await MappedPod.start(options, () => {
      this.#present = undefined;
    });
    return this.#pod;
  }

  command(
    argv: readonly string[],
    { env = {}, cwd = '/', user }: PodCommandOptions & { readonly user?: string } = {},
  ): PodCommand {
    return { ...toPodCommand(argv, env), cwd, ...spawningUser(user) };
  }

  async dispose(): Promise<void> {
    if (this.#present !== undefined) {
      await this.#pod?.dispose();
    }
  }
}
