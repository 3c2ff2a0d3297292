import { CharmwrightError } from '../../errors.ts';

/** The FIFOs that hook tools speak through could not be made. */
export class HookToolChannelError extends CharmwrightError {
  readonly code = 'hook-tool-channel';
  readonly directory: string;

  constructor(directory: string, why: string, options?: ErrorOptions) {
    super(
      `cannot open a channel for hook tools in ${directory}: ${why}. Hook tools need the program mkfifo (coreutils or busybox) and a file system that has FIFOs.`,
      options,
    );
    this.directory = directory;
  }
}
