import { messageOf } from '../../errors.ts';
import { serveAgentSocket, type AgentSocketServer } from '../agent-socket/agent-socket-server.ts';
import { RootedFiles } from '../agent-socket/rooted-files.ts';
import { openHookToolRun, type AnswerToolCall } from '../hook-tools/hook-tool-run.ts';
import type { AgentFolders } from './agent-folders.ts';

export interface ToolDoorsOptions {
  readonly folders: AgentFolders;
  readonly contextId: string;
  /** The agent's version: before 4, requests over the socket bring a token, which is empty here. */
  readonly version: string;
  /** Answers at once, so that calls by both doors are answered one at a time. */
  readonly answer: (...call: Parameters<AnswerToolCall>) => Awaited<ReturnType<AnswerToolCall>>;
  readonly log: (level: 'ERROR' | 'WARNING', message: string) => void;
}

/** The two ways to the hook tools of one run: the executables, and the agent's own socket. */
export interface ToolDoors {
  /** How many calls were answered by either. */
  readonly calls: number;
  close(): Promise<void>;
}

/** @throws {HookToolChannelError} when the executables cannot be served. */
export async function openToolDoors(options: ToolDoorsOptions): Promise<ToolDoors> {
  const { folders, contextId, answer, log } = options;
  const onError = (error: unknown): void => {
    log('ERROR', messageOf(error));
  };
  const directory = folders.tools.outside;
  const executables = await openHookToolRun({ directory, contextId, answer, onError });
  const socket = await openSocket(options, onError);
  return {
    get calls() {
      return executables.calls + (socket?.calls ?? 0);
    },
    close: async () => {
      await Promise.all([executables.close(), socket?.close()]);
    },
  };
}

/** A charm can do without the socket, so that a folder too deep for one is only told. */
async function openSocket(
  { folders, contextId, version, answer, log }: ToolDoorsOptions,
  onError: (error: unknown) => void,
): Promise<AgentSocketServer | undefined> {
  try {
    return await serveAgentSocket({
      path: folders.socket.outside,
      contextId,
      files: new RootedFiles(folders.root),
      answer,
      onError,
      ...(/^[0-3]\./.test(version) && { token: '' }),
    });
  } catch (error) {
    log('WARNING', `the agent's socket is not served: ${messageOf(error)}`);
    return undefined;
  }
}
