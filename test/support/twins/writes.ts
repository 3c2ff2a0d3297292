import { parse } from 'yaml';
import type { ToolCall } from './canned-juju.ts';
import { modelUuid } from './hook.ts';

/** How to read calls. */
export interface Reading {
  readonly hookSucceeded: boolean;
  /** Whether `state-set` and `state-delete` carry the runtime's own state. */
  readonly ownState: boolean;
}

/**
 * What a dispatch wrote, as lines that can be compared between the twins.
 *
 * Two programs may say one thing in two ways. These are the ways that count as one:
 *
 * - **scope**: `--application=False` and no flag are the unit; `--application=True`,
 *   `--application=true` and `--application` the application.
 * - **one bag, one line**: Juju applies all `relation-set` of a hook together, so those of one bag
 *   are merged, the later value of a key winning, and it reads JSON as the YAML that it is; the
 *   same goes for `action-set`, `state-set` and what `secret-set` changes of one secret.
 * - **order of keys**: objects are sorted by key, since neither JSON nor Juju gives it a meaning.
 * - **names of files**: a secret's content is compared, not the path of the file that held it.
 * - **one instant**: the same time may be written with and without milliseconds.
 * - **flags**: Juju takes them before and after other arguments, in any order.
 * - **a relation**: its number alone says as much as `endpoint:number`.
 * - **a secret of this model**: `secret:id` and `secret://model/id` name the same.
 * - **owner in secret-set**: ops says `--owner application` in each, whoever owns the secret; Juju
 *   does not change an owner, so it says nothing.
 * - **said twice**: a status or version equal to the one set just before is one write.
 * - **at the end**: what Juju holds back until the hook has succeeded comes after what it shows at
 *   once, sorted by what it is about; within one thing the order stays.
 * - **discarded**: of a hook that fails, what Juju holds back never happens.
 * - **state in the controller**: each twin has a form of its own for it, so that only what becomes of
 *   it is compared, and not how it is written.
 * - **security events**: of all that is logged these alone count, after what Juju shows at once and
 *   by name; a crash is one whatever either language calls the class of the error.
 */
export function writesOf(
  calls: readonly ToolCall[],
  { hookSucceeded, ownState }: Reading,
): readonly string[] {
  const atOnce: string[] = [];
  const merged = new Map<string, Record<string, string>>();
  const atEnd: { readonly about: string; readonly line: string }[] = [];
  for (const call of calls.map(inShort)) {
    if (ownState && call.tool.startsWith('state-')) continue;
    const merge = mergeable(call);
    if (merge !== undefined) {
      merged.set(merge.about, { ...merged.get(merge.about), ...merge.values });
      continue;
    }
    const line = lineOf(call);
    if (line === undefined) continue;
    if (heldBack.has(call.tool)) atEnd.push({ about: aboutOf(call), line });
    else if (!saidTwice(atOnce, line)) atOnce.push(line);
  }
  for (const [about, values] of merged) {
    const line = `${about} ${sorted(values)}`;
    if (about.startsWith('action-set')) atOnce.push(line);
    else atEnd.push({ about, line });
  }
  const later = atEnd.sort((a, b) => (a.about < b.about ? -1 : a.about > b.about ? 1 : 0));
  const security = calls.flatMap((call) => securityEvent(call) ?? []);
  return [...atOnce, ...security, ...(hookSucceeded ? later.map(({ line }) => line) : [])];
}

/** `security authz_fail:status-set` for the line of the log that tells of it. */
function securityEvent({ tool, args }: ToolCall): string | undefined {
  if (tool !== 'juju-log' || !args.includes('TRACE')) return undefined;
  const { type, event } = stringsOf(parse(args.at(-1) ?? ''));
  if (type !== 'security' || event === undefined) throw new TypeError('TRACE without an event');
  const [kind, ...data] = event.split(':');
  return kind === 'authz_fail' ? `security ${kind}:${data.join(':')}` : `security ${kind}`;
}

/** The URI of a secret of this very model, said shortly. */
function inShort(call: ToolCall): ToolCall {
  const long = `secret://${modelUuid}/`;
  return { ...call, args: call.args.map((arg) => arg.replace(long, 'secret:')) };
}

/** What Juju applies when the hook has succeeded, beside what is merged. */
const heldBack = new Set([
  'close-port',
  'open-port',
  'relation-set',
  'secret-add',
  'secret-grant',
  'secret-remove',
  'secret-revoke',
  'secret-set',
  'state-delete',
  'state-set',
  'storage-add',
]);

const shownAtOnce = new Set([
  'action-fail',
  'action-log',
  'application-version-set',
  'juju-reboot',
  'status-set',
]);

interface Merge {
  readonly about: string;
  readonly values: Readonly<Record<string, string>>;
}

function mergeable({ tool, args, stdin, files }: ToolCall): Merge | undefined {
  if (tool === 'relation-set') {
    const relation = args[args.indexOf('-r') + 1] ?? '';
    const about = `relation-set ${relation} ${args.includes('--app') ? 'app' : 'unit'}`;
    return { about, values: stringsOf(parse(stdin)) };
  }
  if (tool === 'secret-set') {
    const [secret = '', ...flags] = flagsOf(tool, args);
    const settings = flags.map((flag) => [
      flag.slice(0, flag.indexOf('=')),
      flag.slice(flag.indexOf('=') + 1),
    ]);
    const about = `secret-set ${secret}`;
    return { about, values: { ...stringsOf(Object.fromEntries(settings)), ...files } };
  }
  if (tool === 'state-set') return { about: tool, values: stringsOf(parse(stdin)) };
  if (tool === 'action-set') {
    const pairs = args.map((pair) => {
      const end = pair.indexOf('=');
      return [pair.slice(0, end), pair.slice(end + 1)];
    });
    return { about: tool, values: stringsOf(Object.fromEntries(pairs)) };
  }
  return undefined;
}

function lineOf({ tool, args, files }: ToolCall): string | undefined {
  if (tool === 'status-set') {
    const application = args.some((arg) => /^--application(=true)?$/i.test(arg));
    const [kind, , message] = args.filter((arg) => !arg.startsWith('--application'));
    return `status-set ${application ? 'app' : 'unit'} ${kind}: ${message}`;
  }
  if (tool === 'secret-get') {
    const moves =
      args.includes('--refresh') ||
      (args.includes('--label') && args.some((arg) => arg.startsWith('secret:')));
    return moves
      ? [tool, ...args.filter((arg) => arg !== '--format=json').sort()].join(' ')
      : undefined;
  }
  if (tool.startsWith('secret-') && heldBack.has(tool)) {
    const flags = flagsOf(tool, args);
    const content = Object.keys(files).length === 0 ? [] : [sorted(files)];
    return [tool, ...flags, ...content].join(' ');
  }
  if (!heldBack.has(tool) && !shownAtOnce.has(tool)) return undefined;
  const words = args.filter((arg) => arg !== '--');
  return [tool, ...(tool.endsWith('-port') ? flagsOf(tool, words) : words)].join(' ');
}

/** Flags with their values as one word each, sorted, after the plain arguments. */
function flagsOf(tool: string, args: readonly string[]): readonly string[] {
  const plain: string[] = [];
  const flags: string[] = [];
  for (let index = 0; index < args.length; index += 1) {
    const arg = args[index] ?? '';
    if (arg.includes('#file=')) continue;
    const [name = '', ...inline] = arg.split('=');
    if (!name.startsWith('-')) {
      plain.push(arg);
      continue;
    }
    const value = inline.length > 0 ? inline.join('=') : (args[(index += 1)] ?? '');
    if (tool === 'secret-set' && name === '--owner') continue;
    flags.push(`${name}=${plainValue(name, value)}`);
  }
  return [...plain, ...flags.sort()];
}

function plainValue(flag: string, value: string): string {
  if (flag === '--relation') return value.slice(value.lastIndexOf(':') + 1);
  return flag === '--expire' ? new Date(value).toISOString() : value;
}

function aboutOf({ tool, args }: ToolCall): string {
  if (tool === 'secret-add') return 'secret';
  const [first = ''] = flagsOf(tool, args);
  return tool.endsWith('-port') ? `port ${first}` : `${tool.split('-')[0]} ${first}`;
}

function saidTwice(lines: readonly string[], line: string): boolean {
  const [tool, scope] = line.split(' ');
  if (tool !== 'status-set' && tool !== 'application-version-set') return false;
  const last = lines.findLast((other) =>
    other.startsWith(tool === 'status-set' ? `${tool} ${scope} ` : tool),
  );
  return last === line;
}

function sorted(values: Readonly<Record<string, string>>): string {
  return JSON.stringify(
    Object.fromEntries(Object.entries(values).sort(([a], [b]) => (a < b ? -1 : 1))),
  );
}

function stringsOf(value: unknown): Record<string, string> {
  if (typeof value !== 'object' || value === null) throw new TypeError('not a map of strings');
  return Object.fromEntries(Object.entries(value).map(([key, text]) => [key, String(text)]));
}
