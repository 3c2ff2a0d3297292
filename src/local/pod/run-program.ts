import { spawn } from 'node:child_process';
import { once } from 'node:events';

export interface ProgramResult {
  /** The exit code; for a program that a signal ended, or that is not there, undefined. */
  readonly code: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunProgramOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  readonly uid?: number;
  readonly gid?: number;
  /** What the program reads; it is never in its argument list. */
  readonly input?: string;
}

/** Runs a program to its end and collects what it wrote. Never rejects for what the program did. */
export async function runProgram(
  [command = '', ...args]: readonly string[],
  { input = '', ...options }: RunProgramOptions = {},
): Promise<ProgramResult> {
  const child = spawn(command, args, {
    env: {},
    cwd: '/',
    ...options,
    stdio: 'pipe',
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  child.stdin.on('error', (error) => (stderr += `${error.message}\n`));
  child.stdin.end(input);
  try {
    await once(child, 'close');
  } catch (error) {
    return { code: undefined, stdout, stderr: `${stderr}${String(error)}` };
  }
  return { code: child.exitCode ?? undefined, stdout, stderr };
}
