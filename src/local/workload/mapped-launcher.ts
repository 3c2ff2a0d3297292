import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { constants } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { findProgram, searchPath } from '../pod/program-path.ts';
import { messageOf } from '../../errors.ts';
import { UsageError } from './errors.ts';
import { mapIni } from './mapped-ini.ts';

const forwarded = ['SIGINT', 'SIGTERM', 'SIGQUIT', 'SIGUSR1', 'SIGUSR2', 'SIGWINCH'] as const;
const lookAfterParent = 500;

try {
  launch(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`${messageOf(error)}\n`);
  process.exitCode = 1;
}

/** Runs a service of a mapped container, with its paths translated, and passes signals on to it. */
function launch([root, program, ...args]: readonly string[]): void {
  if (root === undefined || program === undefined) {
    throw new UsageError('mapped-launcher', 'mapped-launcher ROOT PROGRAM [ARGUMENT]…');
  }
  const isPooler = basename(program) === 'pgbouncer';
  const inis = isPooler ? args.filter((argument) => argument.endsWith('.ini')) : [];
  const mapped = new Map(inis.map((ini) => [ini, mappedIniPath(root, ini)]));
  const rewrite = (): void => {
    for (const [ini, place] of mapped) {
      writeMappedIni(root, ini, place);
    }
  };
  rewrite();

  const [command = '', ...words] = [
    ...mortality(),
    placeInRoot(root, program),
    ...args.map((argument) => mapped.get(argument) ?? placeInRoot(root, argument)),
  ];
  const child = spawn(command, words, { stdio: 'inherit' });
  for (const signal of forwarded) {
    process.on(signal, () => child.kill(signal));
  }
  process.on('SIGHUP', () => {
    try {
      rewrite();
      child.kill('SIGHUP');
    } catch (error) {
      process.stderr.write(`mapped-launcher did not reload: ${messageOf(error)}\n`);
    }
  });
  const parent = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid !== parent) {
      child.kill('SIGKILL');
    }
  }, lookAfterParent);

  const leave = (code: number): void => {
    clearInterval(watch);
    mapped.forEach((place) => rmSync(place, { force: true }));
    process.exit(code);
  };
  child.once('error', (error) => {
    process.stderr.write(`${error.message}\n`);
    leave(127);
  });
  child.once('exit', (code, signal) => {
    leave(code ?? 128 + (signal === null ? 0 : constants.signals[signal]));
  });
}

/** Words that make the kernel kill the program with us, where the machine has them. */
function mortality(): readonly string[] {
  const setpriv = findProgram('setpriv', searchPath(process.env['PATH']));
  return process.platform === 'linux' && setpriv !== undefined
    ? [setpriv, '--pdeathsig=KILL', '--']
    : [];
}

/** A path that the container has lies in its folder; every other word stays as it is. */
function placeInRoot(root: string, word: string): string {
  const place = join(root, resolve('/', word));
  return word.startsWith('/') && existsSync(place) ? place : word;
}

function mappedIniPath(root: string, ini: string): string {
  const name = createHash('sha256').update(ini).digest('hex').slice(0, 16);
  return join(root, 'tmp', `.mapped-${name}.ini`);
}

function writeMappedIni(root: string, ini: string, place: string): void {
  const read = (path: string): string => readFileSync(join(root, resolve('/', path)), 'utf8');
  writeFileSync(place, mapIni(read(ini), { root, read }), { mode: 0o600 });
}
