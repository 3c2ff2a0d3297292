import { chmod, rm } from 'node:fs/promises';
import { createServer, type Socket } from 'node:net';
import { isAbsolute } from 'node:path';
import type { ToolRequestMessage } from '../../gob/jujuc-messages.ts';
import type { ToolFiles } from '../../simulator/tool-files.ts';
import type { AnswerToolCall } from '../hook-tools/hook-tool-run.ts';
import { RpcConnection, type RpcAnswer } from './rpc-connection.ts';

export interface AgentSocketOptions {
  /** Where to listen, as this process sees it. What is there is removed. */
  readonly path: string;
  /** The only context id that is served. */
  readonly contextId: string;
  /** What requests must bring as their token. Default: it is not looked at, as in Juju 4. */
  readonly token?: string;
  /** The caller's file system. */
  readonly files: ToolFiles;
  readonly answer: AnswerToolCall;
  /** Hears of what went wrong on the agent's side, and of callers that speak no gob. */
  readonly onError: (error: unknown) => void;
}

/** While it is open, hook tools are answered over the socket; one at a time, as Juju does. */
export interface AgentSocketServer {
  /** How many calls were answered so far. */
  readonly calls: number;
  /** Lets the call in progress end, then ends all connections and removes the socket. */
  close(): Promise<void>;
}

/** @throws what `listen` reports, such as EINVAL for a path of more than 107 bytes */
export async function serveAgentSocket(options: AgentSocketOptions): Promise<AgentSocketServer> {
  const { path, onError } = options;
  const sockets = new Set<Socket>();
  let last: Promise<unknown> = Promise.resolve();
  let calls = 0;

  async function answer(request: ToolRequestMessage): Promise<RpcAnswer> {
    const mine = last.then(() => run(options, request));
    last = mine.catch(() => undefined);
    const given = await mine;
    if (given.kind === 'reply') calls += 1;
    return given;
  }

  const server = createServer((socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    RpcConnection.serve(socket, { answer, onError });
  });
  await rm(path, { force: true });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(path, () => {
      server.off('error', reject).on('error', onError);
      resolve();
    });
  });
  await chmod(path, 0o700);

  return {
    get calls() {
      return calls;
    },
    close: async () => {
      await last;
      const closed = new Promise<void>((resolve) => {
        server.close(() => resolve());
      });
      // A process that outlives the hook must not hold up the agent.
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

async function run(options: AgentSocketOptions, request: ToolRequestMessage): Promise<RpcAnswer> {
  const why = fault(options, request);
  if (why !== undefined) return { kind: 'refusal', why };
  const { CommandName: tool, Args: args, Dir: cwd, StdinSet, Stdin } = request;
  const { files } = options;
  const stdin = StdinSet ? { stdin: Buffer.from(Stdin).toString('utf8') } : {};
  const reply = await options.answer({ tool, args, cwd, files, ...stdin });
  if (reply === 'stdin-needed') {
    return { kind: 'refusal', why: 'hook tool requires stdin, none supplied' };
  }
  // What never became a command is an error of the call, not an answer; executables print it.
  const refused = /^ERROR (bad request: .*)\n$/.exec(reply.stderr)?.[1];
  return refused === undefined ? { kind: 'reply', reply } : { kind: 'refusal', why: refused };
}

function fault(
  { contextId, token }: AgentSocketOptions,
  { CommandName, Dir, ContextId, Token }: ToolRequestMessage,
): string | undefined {
  if (CommandName === '') return 'bad request: command not specified';
  if (!isAbsolute(Dir)) return 'bad request: Dir is not absolute';
  if (token !== undefined && Token !== token) return 'bad request: token does not match';
  if (ContextId !== contextId) {
    return `bad request: expected context id ${JSON.stringify(contextId)}, got ${JSON.stringify(ContextId)}`;
  }
  return undefined;
}
