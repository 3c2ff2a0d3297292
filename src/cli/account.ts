import type { ActionResult, HookReport, LocalEvent } from '../local/index.ts';
import type { Paint, Palette } from './palette.ts';

export interface AccountOptions {
  /** Takes one line, without its end. */
  readonly print: (line: string) => void;
  readonly palette: Palette;
  /** Milliseconds since the account began. */
  readonly elapsed: () => number;
}

/** Lines that charmwright's runtime logs, and what is told of them. */
const sayings: readonly { readonly label: string; readonly pattern: RegExp }[] = [
  { label: 'again', pattern: /^re-emitting the deferred (\S+) for \S+ (\(attempt \d+)[^)]*/ },
  { label: 'path', pattern: /^(?=[^=!]*[=!])([\w-]+:(?: \w+(?:[=!]\w+)?)+)$/ },
  { label: 'later', pattern: /^\S+ deferred (.+)$/ },
];

/** What Juju puts before a charm's line in a hook of a relation. */
const relationPrefix = /^[\w-]+:\d+: /;

const shownLevels = new Set(['INFO', 'WARNING', 'ERROR', 'CRITICAL']);

/**
 * Tells a deployment's story, hook by hook: name, time, the path through the flowchart, what was
 * deferred and what came again, and each change of status.
 */
export class Account {
  readonly #options: AccountOptions;
  #lines: string[] = [];
  readonly #statuses = new Map<string, string>();

  constructor(options: AccountOptions) {
    this.#options = options;
  }

  get palette(): Palette {
    return this.#options.palette;
  }

  /** Shows lines as they are, after an empty one. */
  block(lines: readonly string[]): void {
    for (const line of ['', ...lines]) this.#options.print(line);
  }

  /** Begins a part of the story. */
  title(text: string): void {
    this.#options.print('');
    this.#options.print(this.#options.palette.strong(text));
  }

  /** Says one thing besides the hooks. */
  say(text: string): void {
    this.#options.print(`${this.#time()}  ${text}`);
  }

  /** Takes the next event of the deployment. */
  hear(event: LocalEvent): void {
    switch (event.type) {
      case 'hook-begun':
        this.#lines = [];
        break;
      case 'log':
        for (const line of event.message.replace(relationPrefix, '').split('\n')) {
          this.#hearLog(event.level, line);
        }
        break;
      case 'unit-status':
        this.#hearStatus(event.unit, event.status.status, event.status.message);
        break;
      case 'hook':
        this.#tellHook(event.report);
        break;
      case 'action':
        this.#tellAction(event.result);
        break;
      case 'pod-replaced':
        this.say(`the pod was replaced; the new one is at ${event.address}`);
        break;
      case 'container-died':
        this.say(this.#options.palette.bad(`container ${event.container}: ${event.account}`));
        break;
      default:
    }
  }

  #hearLog(level: string, message: string): void {
    for (const { label, pattern } of sayings) {
      const parts = pattern.exec(message)?.slice(1);
      if (parts === undefined) continue;
      const said = parts.join(' ') + (label === 'again' ? ')' : '');
      this.#note(label, label === 'path' ? said : this.#options.palette.notable(said));
      return;
    }
    if (!shownLevels.has(level)) return;
    const { bad, faint, notable } = this.#options.palette;
    const paint = level === 'INFO' ? faint : level === 'WARNING' ? notable : bad;
    this.#note(level.toLowerCase(), paint(message));
  }

  #hearStatus(unit: string, status: string, message: string): void {
    const text = message === '' ? status : `${status}: ${message}`;
    if (text === this.#statuses.get(unit)) return;
    this.#statuses.set(unit, text);
    this.#note('status', statusPaint(this.#options.palette, status)(text));
  }

  #tellHook({ hook, outcome, reason, attempt, ...cost }: HookReport): void {
    const retry = attempt > 1 ? ` (attempt ${String(attempt)})` : '';
    this.#tellRun(
      `${hook}${retry}`,
      cost,
      outcome === 'committed' ? '' : `${outcome}: ${reason ?? ''}`,
    );
  }

  #tellAction({ action, status, message, log, results, ...cost }: ActionResult): void {
    for (const line of log) this.#note('log', line);
    for (const [key, value] of flat(results)) this.#note('result', `${key}: ${value}`);
    this.#tellRun(`action ${action}`, cost, status === 'failed' ? `failed: ${message}` : '');
  }

  #tellRun(
    name: string,
    { duration, toolCalls }: Pick<HookReport, 'duration' | 'toolCalls'>,
    end: string,
  ): void {
    const { palette, print } = this.#options;
    const cost = palette.faint(`${duration.toFixed(0).padStart(5)} ms, ${String(toolCalls)} calls`);
    const said = end === '' ? '' : `  ${palette.bad(end)}`;
    print(`${this.#time()}  ${palette.strong(name.padEnd(34))}${cost}${said}`);
    for (const line of this.#lines) print(line);
    this.#lines = [];
  }

  #note(label: string, text: string): void {
    this.#lines.push(`${' '.repeat(11)}${this.#options.palette.faint(label.padEnd(8))}${text}`);
  }

  #time(): string {
    const seconds = (this.#options.elapsed() / 1000).toFixed(1);
    return this.#options.palette.faint(`${seconds}s`.padStart(7));
  }
}

/** Nested results as lines, each with the keys that lead to it. */
function flat(results: ActionResult['results']): (readonly [string, string])[] {
  return Object.entries(results).flatMap(([key, value]) =>
    typeof value === 'object'
      ? flat(value).map(([rest, text]) => [`${key}.${rest}`, text] as const)
      : [[key, String(value).trimEnd()] as const],
  );
}

/** The colour of a status word. */
export function statusPaint(palette: Palette, status: string): Paint {
  if (status === 'active') return palette.good;
  if (status === 'error' || status === 'blocked') return palette.bad;
  return palette.notable;
}
