import { chmodSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const tools = [
  'application-version-set',
  'close-port',
  'config-get',
  'is-leader',
  'juju-log',
  'network-get',
  'open-port',
  'opened-ports',
  'relation-get',
  'relation-ids',
  'relation-list',
  'relation-set',
  'state-get',
  'state-set',
  'status-get',
  'status-set',
] as const;

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

function stubScript(directory: string): string {
  return `#!/bin/sh
tool=\${0##*/}
echo "$tool" >>'${directory}/calls'
case "$tool" in
  is-leader) echo true ;;
  config-get) read -r line <'${directory}/config.json'; echo "$line" ;;
  relation-ids) case "$*" in *pgb-peers*) echo '["pgb-peers:0"]' ;; *) echo '[]' ;; esac ;;
  relation-list) echo '[]' ;;
  relation-get) echo '{}' ;;
  network-get) echo '{"bind-addresses":[{"addresses":[{"value":"10.1.2.3"}]}],"ingress-addresses":["10.1.2.3"]}' ;;
  opened-ports) echo '[]' ;;
  status-get) echo '{"status":"active","message":""}' ;;
  state-get) [ -f '${directory}/state' ] && cat '${directory}/state' || echo '{}' ;;
  state-set) cat >'${directory}/state' ;;
  relation-set) while read -r _; do :; done ;;
esac
`;
}
