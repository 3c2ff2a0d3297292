import type { ToolFiles } from '../../simulator/tool-files.ts';
import { messageOf } from '../../errors.ts';
import { RunChannel, type ToolMessage } from './run-channel.ts';
import { answerSnippet, readFileSnippet, STDIN_SNIPPET } from './snippet.ts';
import { ToolSideFiles } from './tool-side-files.ts';

/** One call of a hook tool by a process of the charm. */
export interface ToolProcessCall {
  readonly tool: string;
  readonly args: readonly string[];
  /** The tool's working directory, against which it means its file arguments. */
  readonly cwd: string;
  /** Absent until the tool has been asked for it. */
  readonly stdin?: string;
  /** Files as the tool's process sees them. A read may fail at first: the call is then repeated. */
  readonly files: ToolFiles;
}

export interface ToolProcessReply {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Answers a call, or says that it cannot without stdin and is to be asked again. */
export type AnswerToolCall = (
  call: ToolProcessCall,
) => ToolProcessReply | 'stdin-needed' | Promise<ToolProcessReply | 'stdin-needed'>;

export interface HookToolRunOptions {
  /** Where {@link installHookTools} put the executables. */
  readonly directory: string;
  /** The only context id that is served. */
  readonly contextId: string;
  readonly answer: AnswerToolCall;
  /** Hears of what went wrong on the agent's side; the tool is told too where it can be. */
  readonly onError: (error: unknown) => void;
}

/** While it is open, hook tools of the directory are answered; one at a time, as Juju does. */
export interface HookToolRun {
  /** How many calls were answered so far. */
  readonly calls: number;
  /** Lets the call in progress end, then refuses all others and removes the run's files. */
  close(): Promise<void>;
}

/** @throws {HookToolChannelError} when the run's FIFOs cannot be made */
export async function openHookToolRun(options: HookToolRunOptions): Promise<HookToolRun> {
  let last = Promise.resolve();
  let calls = 0;
  const conversations = new Map<string, Conversation>();
  const channel = await RunChannel.open(options.directory, {
    onMessage: (message) => {
      last = last.then(() => receive(message)).catch(options.onError);
    },
    onFailure: options.onError,
  });

  async function receive(message: ToolMessage): Promise<void> {
    const { number } = message;
    const conversation = conversations.get(number) ?? (await Conversation.begin(channel, number));
    conversations.set(number, conversation);
    const ended = await conversation.proceed(message, options);
    if (!ended) return;
    calls += 1;
    conversations.delete(number);
    await channel.release(number);
  }

  return {
    get calls() {
      return calls;
    },
    close: async () => {
      await last;
      await channel.close();
    },
  };
}

/** One tool's process, from its request to its answer. */
class Conversation {
  readonly #channel: RunChannel;
  readonly #number: string;
  readonly #contextId: string;
  readonly #call: Omit<ToolProcessCall, 'stdin' | 'files'>;
  readonly #files = new ToolSideFiles();
  #stdin: string | undefined;

  private constructor(channel: RunChannel, number: string, request: readonly string[]) {
    const [contextId = '', cwd = '', tool = '', ...args] = request;
    this.#channel = channel;
    this.#number = number;
    this.#contextId = contextId;
    this.#call = { tool, args, cwd };
  }

  static async begin(channel: RunChannel, number: string): Promise<Conversation> {
    return new Conversation(channel, number, await channel.take(number));
  }

  /** Answers the tool, or asks it for what the answer needs. Resolves to whether it was answered. */
  async proceed({ word }: ToolMessage, options: HookToolRunOptions): Promise<boolean> {
    await this.#collect(word);
    const reply = await this.#reply(options);
    if (this.#files.needed !== undefined) {
      await this.#channel.send(this.#number, readFileSnippet(this.#files.needed));
      return false;
    }
    if (reply === 'stdin-needed') {
      await this.#channel.send(this.#number, STDIN_SNIPPET);
      return false;
    }
    if (reply.stdout === '' && reply.stderr === '' && this.#files.writes.size === 0) {
      await this.#channel.sendExit(this.#number, reply.code);
    } else {
      await this.#channel.send(this.#number, answerSnippet(reply, this.#files.writes));
    }
    return true;
  }

  async #collect(word: string | undefined): Promise<void> {
    if (word === 'stdin') this.#stdin = await this.#channel.collect(this.#number, 'input');
    if (word === 'read') this.#files.supply(await this.#channel.collect(this.#number, 'input'));
    if (word === 'unread') this.#files.supply(undefined);
  }

  async #reply(options: HookToolRunOptions): Promise<ToolProcessReply | 'stdin-needed'> {
    if (this.#contextId !== options.contextId) {
      return refusal(
        `bad request: expected context id "${options.contextId}", got "${this.#contextId}"`,
      );
    }
    try {
      return await options.answer({
        ...this.#call,
        ...(this.#stdin === undefined ? {} : { stdin: this.#stdin }),
        files: this.#files,
      });
    } catch (error) {
      if (this.#files.needed === undefined) options.onError(error);
      return refusal(messageOf(error));
    }
  }
}

/** How the stock client reports a request that never became a command. */
function refusal(why: string): ToolProcessReply {
  return { code: 1, stdout: '', stderr: `ERROR ${why}\n` };
}
