import type { Change } from '../changes/change.ts';
import type { ChangeList } from '../changes/change-list.ts';
import type { ExecSetup } from './exec-setup.ts';
import { Execution, type ExecutionHost } from './execution.ts';
import { goQuote } from '../../../pebble/plan/go-quote.ts';

/** The commands that clients execute at this moment, by the ids of their tasks. */
export class Executions {
  readonly #changes: ChangeList;
  readonly #host: ExecutionHost;
  readonly #running = new Map<string, Execution>();

  constructor(changes: ChangeList, host: ExecutionHost) {
    this.#changes = changes;
    this.#host = host;
  }

  /** Begins the change within which a command is executed. */
  begin(setup: ExecSetup): Change {
    const execution = new Execution(setup, this.#host);
    const summary = `Execute command ${goQuote(setup.spec.argv[0] ?? '')}`;
    return this.#changes.begin({
      kind: 'exec',
      summary,
      services: [],
      tasks: [
        {
          kind: 'exec',
          summary,
          after: [],
          run: async (task) => {
            this.#running.set(task.id, execution);
            try {
              await execution.run(task);
            } finally {
              this.#running.delete(task.id);
            }
          },
        },
      ],
    });
  }

  /** The execution of a task that is not over yet. */
  get(taskId: string): Execution | undefined {
    return this.#running.get(taskId);
  }

  /** Kills every process and gives up those that have not started. */
  close(): void {
    for (const change of this.#changes.all()) {
      if (change.kind === 'exec' && !change.ready) {
        change.abort();
      }
    }
  }
}
