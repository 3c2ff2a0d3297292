import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { readDeferred, readKeptDeferred, stateFileName, type DeferredEntry } from '../index.ts';
import { readOptions } from './arguments.ts';
import type { Command } from './command.ts';

/** How to print the events of a unit whose state is not in its charm directory. */
const fromController =
  'juju exec --unit APP/N -- state-get --format=json | charmwright queue --state -';

/** `charmwright queue`: what a unit has deferred, and why. */
export const queue: Command = {
  usage: `charmwright queue [--charm-dir DIR | --state FILE]

Prints the events that a unit has deferred, oldest first. Changes nothing.

  --charm-dir DIR  the unit's charm directory, as Juju deployed it (default: the current one)
  --state FILE     what state-get printed for the unit, for events that Juju's controller keeps, as
                   it does on Kubernetes; - for stdin:
                   ${fromController}`,

  async run(args) {
    const options = readOptions(args, {
      'charm-dir': { type: 'string', default: '.' },
      state: { type: 'string' },
    });
    process.stdout.write(
      options.state === undefined
        ? await queueOfFile(join(resolve(options['charm-dir']), stateFileName))
        : await queueOfController(options.state),
    );
    return 0;
  },
};

async function queueOfFile(file: string): Promise<string> {
  const entries = await readDeferred(file);
  if (entries) return renderQueue(entries, new Date());
  return `no event is deferred here: there is no ${file}\nFor a unit whose state Juju's controller keeps, as on Kubernetes:\n  ${fromController}\n`;
}

async function queueOfController(file: string): Promise<string> {
  const printed = file === '-' ? await text(process.stdin) : await readFile(file, 'utf8');
  const entries = await readKeptDeferred(printed);
  return entries ? renderQueue(entries, new Date()) : 'no event is deferred\n';
}

/** The queue as text: a paragraph for each entry. */
export function renderQueue(entries: readonly DeferredEntry[], now: Date): string {
  if (entries.length === 0) return 'no event is deferred\n';
  return entries.map((entry, index) => renderEntry(entry, index + 1, now)).join('\n');
}

function renderEntry(entry: DeferredEntry, position: number, now: Date): string {
  const { kind, emitter, observer, handler, snapshot, attempts, reason, lastError } = entry;
  const since = entry.deferredSince;
  const lines = [
    `${position}. ${kind} of ${emitter}, for ${observer}.${handler}`,
    `   reason      ${reason}`,
    `   deferred    ${since.toISOString()}, ${age(now.getTime() - since.getTime())} ago`,
    `   re-emitted  ${times(attempts)}`,
    ...(snapshot === null ? [] : [`   snapshot    ${JSON.stringify(snapshot)}`]),
    ...(lastError === undefined ? [] : [`   last error  ${lastError}`]),
  ];
  return `${lines.join('\n')}\n`;
}

function times(count: number): string {
  return count === 1 ? 'once' : `${count} times`;
}

const units = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
  ['second', 1000],
] as const;

/** A length of time in its largest whole unit. */
function age(milliseconds: number): string {
  for (const [name, length] of units) {
    const count = Math.floor(milliseconds / length);
    if (count >= 1) return `${count} ${name}${count === 1 ? '' : 's'}`;
  }
  return 'less than a second';
}
