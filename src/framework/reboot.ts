import { FrameworkError } from './errors.ts';

/**
 * Thrown by what has asked Juju to reboot the machine at once. The hook ends where it is with exit
 * code 0 and commits nothing, since Juju runs it again, from its beginning, after the reboot.
 */
export class Reboot extends FrameworkError {
  readonly code = 'reboot';

  constructor() {
    super('the machine reboots at once; Juju runs this hook again afterwards');
  }
}
