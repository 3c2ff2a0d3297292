import type { PretendCommands, PretendProgram } from '../../simulator/pebble/pretend-launcher.ts';
import { UnknownCommandError } from '../errors.ts';
import { ExecHandlers } from '../exec-handlers.ts';
import type { StateContainer } from '../state/container.ts';

/** The commands that a state lets a charm execute, with a note of one that it does not know. */
export class StateCommands implements PretendCommands {
  unknown: UnknownCommandError | undefined;
  readonly #container: string;
  readonly #before: Pick<StateContainer, 'execs' | 'programs'>;
  readonly #handlers = new ExecHandlers();

  constructor(container: string, before: Pick<StateContainer, 'execs' | 'programs'>) {
    this.#container = container;
    this.#before = before;
    for (const { command, does } of before.execs) this.#handlers.set(command, does);
  }

  knows(program: string): boolean {
    return this.#handlers.knows(program);
  }

  find(command: readonly string[]): PretendProgram | undefined {
    const found = this.#handlers.find(command);
    const { execs, programs } = this.#before;
    if (found === undefined && programs[command[0] ?? ''] === undefined) {
      const known = execs.map((each) => each.command);
      this.unknown ??= new UnknownCommandError(this.#container, command, known);
    }
    return found;
  }
}
