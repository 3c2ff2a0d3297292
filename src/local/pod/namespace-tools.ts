import { findProgram, searchPath } from './program-path.ts';

const names = ['nsenter', 'unshare', 'setpriv', 'mount', 'pivot_root', 'ip', 'env', 'sh'] as const;

/** The machine's programs that make and enter namespaces, by absolute path. */
export type NamespaceTools = Readonly<Record<(typeof names)[number], string>>;

/** Finds the programs, or says which is missing. */
export function findNamespaceTools(
  path: string | undefined,
): { readonly tools: NamespaceTools } | { readonly missing: string } {
  const found = new Map<string, string>();
  for (const name of names) {
    const program = findProgram(name, searchPath(path));
    if (program === undefined) {
      return { missing: name };
    }
    found.set(name, program);
  }
  const get = (name: string): string => found.get(name) ?? name;
  return {
    tools: {
      nsenter: get('nsenter'),
      unshare: get('unshare'),
      setpriv: get('setpriv'),
      mount: get('mount'),
      pivot_root: get('pivot_root'),
      ip: get('ip'),
      env: get('env'),
      sh: get('sh'),
    },
  };
}
