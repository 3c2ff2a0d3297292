import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AgentSocketHookTools } from '../src/juju/agent-socket-hook-tools.ts';
import type { HookToolCall } from '../src/juju/hook-tool.ts';
import { serveAgentSocket } from '../src/local/agent-socket/agent-socket-server.ts';
import { RootedFiles } from '../src/local/agent-socket/rooted-files.ts';
import { openHookToolRun, type AnswerToolCall } from '../src/local/hook-tools/hook-tool-run.ts';
import { installHookTools } from '../src/local/hook-tools/tool-directory.ts';
import { median, printTable } from './table.ts';

/**
 * Wall time of one hook-tool call as a charm makes it: a process of the local Juju's executables,
 * from spawn to the end of its output, and a request over its socket, to the end of the reply. `true` and an empty Node script take turns with it, for
 * scale: neither asks anybody anything.
 */
const rounds = Number(process.env['BENCH_ROUNDS'] ?? 200);
const folder = mkdtempSync(join(tmpdir(), 'charmwright-bench-'));
const contextId = 'bench/0-start-0';

const answer: AnswerToolCall = ({ stdin, args }) => {
  if (args.includes('-') && stdin === undefined) return 'stdin-needed';
  return { code: 0, stdout: args.includes('--format=json') ? '{"port":6432}\n' : '', stderr: '' };
};
const onError = (error: unknown): void => {
  throw error;
};
const path = join(folder, 'agent.socket');

await installHookTools(folder);
const run = await openHookToolRun({ directory: folder, contextId, answer, onError });
const server = await serveAgentSocket({
  path,
  contextId,
  files: new RootedFiles('/'),
  answer,
  onError,
});
const socket = await AgentSocketHookTools.connect({ path, contextId, token: '' });

const contestants: Readonly<Record<string, () => Promise<number>>> = {
  true: () => time('true', []),
  'status-set (nothing to print)': () => time(join(folder, 'status-set'), ['active', 'all well']),
  'config-get (prints JSON)': () => time(join(folder, 'config-get'), ['--format=json']),
  'relation-set --file - (reads stdin)': () =>
    time(join(folder, 'relation-set'), ['--file', '-'], '{"key": "value"}'),
  'status-set over the socket': () => ask({ tool: 'status-set', args: ['active', 'all well'] }),
  'config-get over the socket': () => ask({ tool: 'config-get', args: ['--format=json'] }),
  'relation-set --file - over the socket': () =>
    ask({ tool: 'relation-set', args: ['--file', '-'], stdin: '{"key": "value"}' }),
  'an empty Node script': () => time(process.execPath, ['-e', '']),
};

async function ask(call: HookToolCall): Promise<number> {
  const began = performance.now();
  const { code } = await socket.call(call);
  if (code !== 0) throw new Error(`${call.tool} exited with ${String(code)}`);
  return performance.now() - began;
}

function time(command: string, args: readonly string[], stdin = ''): Promise<number> {
  const began = performance.now();
  const env = { PATH: process.env['PATH'] ?? '', JUJU_CONTEXT_ID: contextId };
  const child = spawn(command, args, { env, stdio: ['pipe', 'ignore', 'inherit'] });
  // A program that ends without reading closes its end first.
  child.stdin.on('error', () => undefined).end(stdin);
  return new Promise((resolve, reject) => {
    child.on('error', reject).on('close', (code) => {
      if (code === 0) resolve(performance.now() - began);
      else reject(new Error(`${command} exited with ${String(code)}`));
    });
  });
}

try {
  const times = new Map<string, number[]>();
  for (let round = 0; round < rounds; round += 1) {
    for (const [name, call] of Object.entries(contestants)) {
      times.set(name, [...(times.get(name) ?? []), await call()]);
    }
  }
  const base = median(times.get('true') ?? []);
  const rows = [...times].map(([name, values]) => [
    name,
    `${median(values).toFixed(2)} ms`,
    `${(median(values) / base).toFixed(2)} ×`,
  ]);
  console.log(`One call of a hook tool, median of ${String(rounds)}\n`);
  printTable(['', 'time', 'of true'], rows);
  const ratio = (tool: string, process: string): string =>
    (median(times.get(tool) ?? []) / median(times.get(process) ?? [])).toFixed(3);
  const ofProcess = ratio('config-get over the socket', 'config-get (prints JSON)');
  console.log(`\nconfig-get over the socket ÷ as a process: ${ofProcess}, target ≤ 0.1`);
} finally {
  await socket.close();
  await server.close();
  await run.close();
  rmSync(folder, { recursive: true });
}
