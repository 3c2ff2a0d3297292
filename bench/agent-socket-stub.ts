import { serveAgentSocket } from '../src/local/agent-socket/agent-socket-server.ts';
import { RootedFiles } from '../src/local/agent-socket/rooted-files.ts';
import { stubAnswer } from './hook-tool-stubs.ts';

/** The agent's side of the socket, with the answers of the stub tools: `PATH CONTEXT-ID DIRECTORY`. */
const [path = '', contextId = '', directory = ''] = process.argv.slice(2);

await serveAgentSocket({
  path,
  contextId,
  files: new RootedFiles('/'),
  answer: (call) => ({ code: 0, stdout: stubAnswer(directory, call), stderr: '' }),
  onError: (error) => {
    throw error;
  },
});
