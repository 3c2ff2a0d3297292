import type { Clock } from '../framework/clock.ts';
import type { Environment } from '../juju/context.ts';
import type { SecurityLog } from '../model/security-log.ts';
import type { LogSink } from './logger.ts';

/** Of OWASP, which are not those of Juju: every event goes to Juju's log at TRACE. */
type SecurityLevel = 'WARN' | 'CRITICAL';

/**
 * Security events, each a line of JSON in Juju's log in the form that Canonical's charms share, with
 * the names of OWASP's logging vocabulary. What they say is made of names: an error's message may
 * quote anything, so it stays where the charm logs its errors.
 */
export class JujuSecurityLog implements SecurityLog {
  readonly #sink: LogSink;
  readonly #clock: Clock;
  readonly #environment: Environment;

  constructor(sink: LogSink, clock: Clock, environment: Environment) {
    this.#sink = sink;
    this.#clock = clock;
    this.#environment = environment;
  }

  denied(tool: string, why: string): void {
    this.#write('CRITICAL', `authz_fail:${tool}`, why);
  }

  checkStopped(check: string): void {
    this.#write('WARN', `sys_monitor_disabled:${uid()},${check}`, `stopped the check ${check}`);
  }

  /** @param what the event whose handler threw, or what else did */
  crashed(error: unknown, what: string): void {
    const name = className(error);
    this.#write('WARN', `sys_crash:${name}`, `${what} threw ${name}, and nothing caught it`);
  }

  rebooting(): void {
    const unit = this.#environment['JUJU_UNIT_NAME'] ?? '';
    this.#write('WARN', `sys_restart:${uid()}`, `reboot of the machine of ${unit}`);
  }

  #write(level: SecurityLevel, event: string, description: string): void {
    const { JUJU_MODEL_UUID: model = '', JUJU_UNIT_NAME: unit = '' } = this.#environment;
    const datetime = this.#clock.now().toISOString();
    const appid = `${model}-${unit}`;
    const record = { datetime, level, type: 'security', appid, event, description };
    this.#sink.write('TRACE', JSON.stringify(record), { alone: true });
  }
}

function uid(): number | string {
  return process.getuid?.() ?? '';
}

/**
 * The class of what was thrown, as long as it is a name: nothing else gets into the event. A bundled
 * class that speaks of itself has an underscore before its name.
 */
function className(thrown: unknown): string {
  if (!(thrown instanceof Error)) return typeof thrown;
  const told = thrown.name === 'Error' ? thrown.constructor.name : thrown.name;
  const name = told.replace(/^_(?=[A-Z])/, '');
  return /^[\w$]{1,80}$/.test(name) ? name : 'Error';
}
