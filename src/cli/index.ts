#!/usr/bin/env node
import { CharmwrightError, messageOf } from '../errors.ts';
import { UsageError, type Command } from './command.ts';

interface Listed {
  readonly summary: string;
  load(): Promise<Command>;
}

const commands: Readonly<Record<string, Listed>> = {
  demo: {
    summary: 'run the PgBouncer charm on a local Juju, from nothing to a query and back',
    load: async () => (await import('./demo.ts')).demo,
  },
  deploy: {
    summary: 'run one unit of any charm on a local Juju, until it is interrupted',
    load: async () => (await import('./deploy.ts')).deployCommand,
  },
  init: {
    summary: 'begin a charm, with a test, in a folder of its own',
    load: async () => (await import('./init.ts')).init,
  },
  pack: {
    summary: 'bundle a charm into the directory that Juju runs',
    load: async () => (await import('./pack.ts')).pack,
  },
  queue: {
    summary: 'print the events that a unit has deferred',
    load: async () => (await import('./queue.ts')).queue,
  },
  types: {
    summary: "write a charm's names and types from its YAML files",
    load: async () => (await import('./types.ts')).types,
  },
};

function overview(): string {
  const width = Math.max(...Object.keys(commands).map((name) => name.length));
  const lines = Object.entries(commands).map(
    ([name, { summary }]) => `  ${name.padEnd(width)}  ${summary}`,
  );
  return ['charmwright <command> [options]', '', ...lines, ''].join('\n');
}

async function run(argv: readonly string[]): Promise<number> {
  const [name, ...args] = argv;
  if (name === undefined || name === '--help' || name === 'help') {
    process.stdout.write(overview());
    return name === undefined ? 2 : 0;
  }
  const listed = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (listed === undefined) {
    process.stderr.write(`charmwright has no command ${name}.\n\n${overview()}`);
    return 2;
  }
  const command = await listed.load();
  if (args.includes('--help')) {
    process.stdout.write(`${command.usage}\n`);
    return 0;
  }
  try {
    return await command.run(args);
  } catch (error) {
    if (error instanceof UsageError) {
      process.stderr.write(`${error.message}\n\n${command.usage}\n`);
      return 2;
    }
    const why = describe(error);
    if (why === undefined) throw error;
    process.stderr.write(`charmwright ${name}: ${why}\n`);
    return 1;
  }
}

/** What to say of an error that is no mistake of charmwright's own. */
function describe(error: unknown): string | undefined {
  // The system refused something, such as to write a file, and says which.
  if (error instanceof Error && 'syscall' in error) return error.message;
  if (!(error instanceof CharmwrightError)) return undefined;
  const cause = error.cause === undefined ? '' : `\n  because: ${messageOf(error.cause)}`;
  return `${error.message} [${error.code}]${cause}`;
}

process.exitCode = await run(process.argv.slice(2));
