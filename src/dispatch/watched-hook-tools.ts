import { HookToolPermissionError } from '../juju/errors.ts';
import type { HookToolCall, HookToolReply, HookTools } from '../juju/hook-tool.ts';
import { refusal } from '../juju/refusal.ts';
import type { JujuVersion } from '../juju/version.ts';
import type { JujuSecurityLog } from './security-log.ts';

/** Hook tools whose denials, and a reboot, get into the security log. */
export class WatchedHookTools implements HookTools {
  readonly #tools: HookTools;
  readonly #security: JujuSecurityLog;
  readonly #logged: () => Promise<void>;

  /** @param logged waits until what was logged has been taken */
  constructor(tools: HookTools, security: JujuSecurityLog, logged: () => Promise<void>) {
    this.#tools = tools;
    this.#security = security;
    this.#logged = logged;
  }

  get version(): JujuVersion | undefined {
    return this.#tools.version;
  }

  get callCost(): HookTools['callCost'] {
    return this.#tools.callCost;
  }

  async call(
    call: HookToolCall,
    options?: { readonly signal?: AbortSignal },
  ): Promise<HookToolReply> {
    if (call.tool === 'juju-reboot') {
      this.#security.rebooting();
      // Juju may kill this process in the call.
      await this.#logged();
    }
    const reply = await this.#tools.call(call, options);
    if (reply.code !== 0 && isDenial(call, reply, this.version)) {
      this.#security.denied(call.tool, `Juju denied ${call.tool} to this unit`);
    }
    return reply;
  }

  async close(): Promise<void> {
    await this.#tools.close();
  }
}

function isDenial(...refused: Parameters<typeof refusal>): boolean {
  return refusal(...refused) instanceof HookToolPermissionError;
}
