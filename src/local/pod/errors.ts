import { CharmwrightError } from '../../errors.ts';

/** A pod, or the network that it should join, could not be made. */
export class PodSetupError extends CharmwrightError {
  readonly code = 'pod-setup';
  readonly pod: string;

  constructor(pod: string, why: string, options?: ErrorOptions) {
    super(
      `cannot make pod ${pod}: ${why}. CHARMWRIGHT_POD chooses another way to isolate it: namespaces, user-namespace or mapped.`,
      options,
    );
    this.pod = pod;
  }
}

/** The isolation that was asked for by name does not work on this machine. */
export class PodIsolationUnavailableError extends CharmwrightError {
  readonly code = 'pod-isolation-unavailable';
  readonly isolation: string;

  constructor(isolation: string, why: string) {
    super(
      `cannot isolate pods by ${isolation}: ${why}. Unset CHARMWRIGHT_POD to take what this machine allows.`,
    );
    this.isolation = isolation;
  }
}

/** CHARMWRIGHT_POD holds a word that is no isolation. */
export class UnknownPodIsolationError extends CharmwrightError {
  readonly code = 'unknown-pod-isolation';
  readonly isolation: string;

  constructor(isolation: string) {
    super(
      `cannot isolate pods by "${isolation}": no such way. Set CHARMWRIGHT_POD to namespaces, user-namespace or mapped, or unset it.`,
    );
    this.isolation = isolation;
  }
}

/** A second pod was asked for where pods share the machine's ports. */
export class PodCrowdedError extends CharmwrightError {
  readonly code = 'pod-crowded';
  readonly pod: string;

  constructor(pod: string, present: string) {
    super(
      `cannot make pod ${pod}: ${present} already uses the machine's ports, and pods have no addresses of their own here. Run one unit, or run as root on Linux.`,
    );
    this.pod = pod;
  }
}

/** The pod has no container of that name. */
export class UnknownContainerError extends CharmwrightError {
  readonly code = 'unknown-container';
  readonly container: string;

  constructor(pod: string, container: string, known: readonly string[]) {
    super(`cannot reach container ${container}: pod ${pod} has ${known.join(', ')}.`);
    this.container = container;
  }
}

/** A folder is so deep that a unix socket below it cannot be bound. */
export class PodFolderTooDeepError extends CharmwrightError {
  readonly code = 'pod-folder-too-deep';
  readonly folder: string;

  constructor(folder: string, longest: string) {
    super(
      `cannot make a pod in ${folder}: ${longest} is longer than the 107 bytes that a unix socket's path may have. Choose a shorter folder.`,
    );
    this.folder = folder;
  }
}

/** The user that does a container's work may not run Node, or not read charmwright. */
export class ProgramOutOfReachError extends CharmwrightError {
  readonly code = 'program-out-of-reach';
  readonly program: string;

  constructor(program: string, uid: number, options?: ErrorOptions) {
    super(
      `cannot run ${program} as user ${uid}, who does a container's work where there are no namespaces: it, or a directory above it, is closed to other users. Have Node and charmwright where every user may read them, or run as an ordinary user.`,
      options,
    );
    this.program = program;
  }
}

/** The machine has no such user. */
export class UnknownUserError extends CharmwrightError {
  readonly code = 'unknown-user';
  readonly user: string;

  constructor(user: string) {
    super(`cannot run as ${user}: /etc/passwd has no such user. Name a user of this machine.`);
    this.user = user;
  }
}
