import {
  appendFileSync,
  chmodSync,
  mkdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import type { HookToolCall } from '../src/juju/hook-tool.ts';

const network =
  '{"bind-addresses":[{"addresses":[{"value":"10.1.2.3"}]}],"ingress-addresses":["10.1.2.3"]}';

/** What each tool prints; nothing where it is empty. */
const outputs: Readonly<Record<string, string>> = {
  'application-version-set': '',
  'close-port': '',
  'is-leader': 'true',
  'juju-log': '',
  'network-get': network,
  'open-port': '',
  'opened-ports': '[]',
  'relation-get': '{}',
  'relation-list': '[]',
  'relation-set': '',
  'status-get': '{"status":"active","message":""}',
  'status-set': '',
};

const tools = [...Object.keys(outputs), 'config-get', 'relation-ids', 'state-get', 'state-set'];

/**
 * Hook tools that answer from files and note each call: the cheapest process that a hook tool can
 * be, and the same for both runtimes.
 */
export interface HookToolStubs {
  readonly directory: string;
  /** What `config-get` answers from now on. */
  setConfig(config: Readonly<Record<string, string | number>>): void;
  /** Tool names called since the last take, in order. */
  takeCalls(): string[];
}

export function createHookToolStubs(directory: string): HookToolStubs {
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(directory, { recursive: true });
  const calls = join(directory, 'calls');
  const config = join(directory, 'config.json');
  const script = join(directory, 'stub');
  writeFileSync(calls, '');
  writeFileSync(join(directory, 'state.json'), '{}\n');
  writeFileSync(script, stubScript(directory));
  chmodSync(script, 0o755);
  for (const tool of tools) symlinkSync('stub', join(directory, tool));
  return {
    directory,
    setConfig: (values) => writeFileSync(config, `${JSON.stringify(values)}\n`),
    takeCalls: () => {
      const names = readFileSync(calls, 'utf8').split('\n').filter(Boolean);
      writeFileSync(calls, '');
      return names;
    },
  };
}

/** What a tool of that directory prints, for a server that answers in its place and notes the call. */
export function stubAnswer(
  directory: string,
  { tool, args, stdin = '' }: Pick<HookToolCall, 'tool' | 'args' | 'stdin'>,
): string {
  appendFileSync(join(directory, 'calls'), `${tool}\n`);
  if (tool === 'config-get') return readFileSync(join(directory, 'config.json'), 'utf8');
  if (tool === 'state-get') return readFileSync(join(directory, 'state.json'), 'utf8');
  if (tool === 'state-set') writeFileSync(join(directory, 'state.json'), `${stdin}\n`);
  const peers = ['pgb-peers', 'cluster'].find((endpoint) => args.includes(endpoint));
  const ids = peers === undefined ? '[]' : `["${peers}:0"]`;
  const output = tool === 'relation-ids' ? ids : (outputs[tool] ?? '');
  return output === '' ? '' : `${output}\n`;
}

function stubScript(directory: string): string {
  const printing = Object.entries(outputs)
    .filter(([, output]) => output !== '')
    .map(([tool, output]) => `  ${tool}) echo '${output}' ;;`);
  return `#!/bin/sh
tool=\${0##*/}
echo "$tool" >>'${directory}/calls'
case "$tool" in
${printing.join('\n')}
  config-get) read -r line <'${directory}/config.json'; echo "$line" ;;
  relation-ids)
    case "$*" in
      *pgb-peers*) echo '["pgb-peers:0"]' ;;
      *cluster*) echo '["cluster:0"]' ;;
      *) echo '[]' ;;
    esac ;;
  relation-set) while read -r _; do :; done ;;
  state-get) read -r line <'${directory}/state.json'; echo "$line" ;;
  state-set) { read -r line; echo "$line"; } >'${directory}/state.json' ;;
esac
`;
}
