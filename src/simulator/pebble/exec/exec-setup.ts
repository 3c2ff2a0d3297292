import { ApiError } from '../api-error.ts';
import type { Accounts } from '../accounts.ts';
import { FileSystemError, type FileSystem } from '../file-system.ts';
import { messageOf } from '../../../errors.ts';
import {
  findOwner,
  OwnerLookupError,
  type FoundOwner,
  type OwnerRequest,
} from '../owner-lookup.ts';
import { durationProblem, parseDuration } from '../../../pebble/plan/duration.ts';
import type { Sections } from '../../../pebble/plan/shape.ts';
import type { ProcessLauncher, ProcessSpec } from '../process-launcher.ts';
import { processUser } from '../process-of.ts';
import type { JsonBody } from '../request-body.ts';
import { serviceConfig } from '../services/service-config.ts';
import { goQuote } from '../../../pebble/plan/go-quote.ts';

/** A command that can be executed. */
export interface ExecSetup {
  readonly spec: ProcessSpec & { readonly workingDirectory: string };
  readonly splitStderr: boolean;
  /** Nanoseconds that it may run; 0 for as long as it likes. */
  readonly timeout: number;
}

/** What the command is to run in. */
export interface ExecSurroundings {
  readonly launcher: ProcessLauncher;
  readonly files: FileSystem;
  readonly accounts: Accounts;
  /** The user that the daemon runs as. */
  readonly daemonUser: number;
  readonly plan: Sections;
}

interface Context {
  readonly environment: Readonly<Record<string, string>>;
  readonly workingDirectory: string | undefined;
  readonly owner: OwnerRequest;
}

const defaultPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/**
 * Reads the body of `POST /v1/exec`, and finds out what the command will run with.
 *
 * @throws {ApiError} as Pebble refuses.
 */
export async function execSetup(body: JsonBody, around: ExecSurroundings): Promise<ExecSetup> {
  const argv = body.texts('command');
  const timeoutText = body.text('timeout');
  const request: Context = {
    environment: body.textMap('environment'),
    workingDirectory: body.text('working-dir') || undefined,
    owner: {
      userId: body.number('user-id'),
      user: body.text('user'),
      groupId: body.number('group-id'),
      group: body.text('group'),
    },
  };
  const service = body.text('service-context');
  const terminal = body.flag('terminal');
  const interactive = body.flag('interactive');
  const splitStderr = body.flag('split-stderr');
  // There are no terminals whose size it would be, but Pebble wants numbers.
  body.number('width');
  body.number('height');
  if (argv.length === 0) {
    throw new ApiError(400, 'must specify command');
  }
  const timeout = timeoutText === '' ? 0 : parseDuration(timeoutText);
  if (timeout === undefined) {
    throw new ApiError(400, `invalid timeout: ${durationProblem(timeoutText)}`);
  }
  if (!(await around.launcher.hasProgram(argv[0] ?? ''))) {
    throw new ApiError(400, `cannot find executable ${goQuote(argv[0] ?? '')}`);
  }
  const context = inContext(request, service, around.plan);
  const owner = ownerIn(context, around);
  refuseTerminal(terminal, interactive);
  const environment = environmentFor(context, owner, around);
  const workingDirectory = await directoryFor(context, environment['HOME'] ?? '', around.files);
  return {
    spec: {
      purpose: 'exec',
      service,
      argv,
      environment,
      workingDirectory,
      user: processUser(owner),
    },
    splitStderr,
    timeout,
  };
}

function refuseTerminal(terminal: boolean, interactive: boolean): void {
  if (interactive && !terminal) {
    throw new ApiError(500, 'cannot call exec: cannot use interactive mode without a terminal');
  }
  if (terminal) {
    throw new ApiError(
      501,
      "cannot call exec: charmwright's supervisor has no terminals. Execute the command without one",
    );
  }
}

/** Lays what was asked for over what the service has whose surroundings are shared. */
function inContext(request: Context, name: string, plan: Sections): Context {
  if (name === '') {
    return request;
  }
  const entry = plan.services.get(name);
  if (entry === undefined) {
    throw new ApiError(400, `context service ${goQuote(name)} not found`);
  }
  const service = serviceConfig(name, entry);
  const { userId, user, groupId, group } = request.owner;
  return {
    environment: { ...service.environment, ...request.environment },
    workingDirectory: request.workingDirectory ?? service.workingDirectory,
    owner: {
      userId: userId ?? service.owner.userId,
      user: user === '' ? service.owner.user : user,
      groupId: groupId ?? service.owner.groupId,
      group: group === '' ? service.owner.group : group,
    },
  };
}

function ownerIn({ owner }: Context, { accounts }: ExecSurroundings): FoundOwner | undefined {
  try {
    return findOwner(accounts, owner);
  } catch (error) {
    if (error instanceof OwnerLookupError) {
      throw new ApiError(400, error.message);
    }
    throw error;
  }
}

function environmentFor(
  context: Context,
  owner: FoundOwner | undefined,
  { launcher, accounts, daemonUser }: ExecSurroundings,
): Readonly<Record<string, string>> {
  const { HOME, USER, ...rest } = launcher.environment;
  const userId = owner?.userId ?? daemonUser;
  const own = userId === daemonUser ? { HOME, USER } : {};
  const given: Readonly<Record<string, string | undefined>> = {
    PATH: defaultPath,
    LANG: 'C.UTF-8',
    ...rest,
    ...own,
    ...context.environment,
  };
  const account = accounts.users.find((user) => user.userId === userId);
  const whole = {
    ...given,
    HOME: given['HOME'] || account?.home,
    USER: given['USER'] || account?.name,
  };
  return Object.fromEntries(
    Object.entries(whole).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}

/** Checked first, lest the program be blamed for a directory that is not there. */
async function directoryFor(
  { workingDirectory }: Context,
  home: string,
  files: FileSystem,
): Promise<string> {
  const directory = workingDirectory ?? home;
  if (directory === '') {
    return '/';
  }
  const named = `${workingDirectory === undefined ? 'home' : 'working'} directory`;
  const problem = await directoryProblem(directory, files);
  if (problem === undefined) {
    return directory;
  }
  const quoted = `${named} ${goQuote(directory)}`;
  throw new ApiError(
    500,
    problem instanceof FileSystemError
      ? `cannot call exec: cannot stat ${quoted}: ${messageOf(problem)}`
      : `cannot call exec: ${quoted} ${problem}`,
  );
}

async function directoryProblem(
  directory: string,
  files: FileSystem,
): Promise<string | FileSystemError | undefined> {
  try {
    return (await files.stat(directory)).kind === 'directory' ? undefined : 'not a directory';
  } catch (error) {
    if (error instanceof FileSystemError) {
      return error.errorName === 'ENOENT' ? 'does not exist' : error;
    }
    throw error;
  }
}
