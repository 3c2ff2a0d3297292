import type { NamespaceTools } from './namespace-tools.ts';

/** A numeric identity inside a container. */
export interface Identity {
  readonly uid: number;
  readonly gid: number;
}

/** Spells the argument lists that make and enter namespaces. */
export class NamespaceCommands {
  readonly tools: NamespaceTools;
  /** Whether we are an ordinary user, whose namespaces all hang below one user namespace. */
  readonly inUserNamespace: boolean;
  /** Whether pods have a network of their own; otherwise they are on the machine's. */
  readonly ownNetwork: boolean;

  constructor(
    tools: NamespaceTools,
    options: { readonly inUserNamespace: boolean; readonly ownNetwork: boolean },
  ) {
    this.tools = tools;
    this.inUserNamespace = options.inUserNamespace;
    this.ownNetwork = options.ownNetwork;
  }

  /** Makes a container that is part of nothing, to see whether one can be made. */
  tryContainer(argv: readonly string[]): readonly string[] {
    const user = this.inUserNamespace ? ['--user', '--map-root-user'] : [];
    const made = [...user, '--uts', '--ipc', '--mount', '--pid'];
    return this.#untilWeDie(this.#unshare(made, argv));
  }

  /** Makes the network of pods; the process that runs `argv` holds it. */
  makeNetwork(argv: readonly string[]): readonly string[] {
    const user = this.inUserNamespace ? ['--user', '--map-root-user'] : [];
    return this.#untilWeDie([this.tools.unshare, ...user, ...this.#network(), '--', ...argv]);
  }

  /** Runs beside the pods: on the network of the process, with the machine's own files. */
  onNetwork(holder: number, argv: readonly string[]): readonly string[] {
    return this.#enter(holder, this.#network(), argv);
  }

  /** Makes a pod, whose address and host name are its own, and in it the charm container. */
  makePod(network: number, argv: readonly string[]): readonly string[] {
    const made = [...this.#network(), '--uts', '--ipc', '--mount', '--pid'];
    return this.#untilWeDie(this.onNetwork(network, this.#unshare(made, argv)));
  }

  /** Makes a workload container in the pod whose charm container the process holds. */
  makeContainer(pod: number, argv: readonly string[]): readonly string[] {
    const shared = [...this.#network(), '--uts', '--ipc'];
    return this.#untilWeDie(this.#enter(pod, shared, this.#unshare(['--mount', '--pid'], argv)));
  }

  /**
   * Runs in a container, as its root or another; dies with whoever spawned it. The pod's process is
   * needed because a workload may wear a mask, and what is masked owns no namespace.
   */
  inContainer(
    holder: number,
    options: {
      readonly pod: number;
      readonly cwd: string;
      readonly identity?: Identity | undefined;
    },
    argv: readonly string[],
  ): readonly string[] {
    const { pod, cwd, identity } = options;
    const mortal = this.#untilWeDie(argv);
    return this.#enter(
      holder,
      [...this.#network(), '--uts', '--ipc', '--mount', '--pid'],
      [
        this.tools.env,
        `--chdir=${cwd}`,
        ...(identity === undefined ? mortal : this.as(identity, mortal)),
      ],
      pod,
    );
  }

  /** Takes on an identity, by giving root away or by wearing a mask in a user namespace. */
  as(identity: Identity, argv: readonly string[]): readonly string[] {
    if (this.inUserNamespace) {
      const mask = ['--user', `--map-user=${identity.uid}`, `--map-group=${identity.gid}`];
      return [this.tools.unshare, ...mask, '--', ...argv];
    }
    const credentials = [`--reuid=${identity.uid}`, `--regid=${identity.gid}`, '--clear-groups'];
    return [this.tools.setpriv, ...credentials, '--', ...argv];
  }

  #network(): readonly string[] {
    return this.ownNetwork ? ['--net'] : [];
  }

  /** An ordinary user may enter namespaces only through the user namespace that owns them. */
  #enter(
    holder: number,
    namespaces: readonly string[],
    argv: readonly string[],
    owner = holder,
  ): string[] {
    const user = this.inUserNamespace
      ? [`--user=/proc/${owner}/ns/user`, '--preserve-credentials']
      : [];
    const entered = [...user, ...namespaces];
    return entered.length === 0
      ? [...argv]
      : [this.tools.nsenter, `--target=${holder}`, ...entered, '--', ...argv];
  }

  #unshare(namespaces: readonly string[], argv: readonly string[]): string[] {
    return [
      this.tools.unshare,
      ...namespaces,
      '--propagation=private',
      '--fork',
      '--kill-child',
      '--',
      ...argv,
    ];
  }

  #untilWeDie(argv: readonly string[]): string[] {
    return [this.tools.setpriv, '--pdeathsig=KILL', '--', ...argv];
  }
}
