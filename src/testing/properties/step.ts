import type { BagChanges } from '../relation-setup.ts';

/** A value that can be printed as code. */
export type OptionChange = string | number | boolean | undefined;

/** Where a hook is made to fail: at its next call of a hook tool, or at a request to a Pebble. */
export type Breakage =
  | { readonly tool: string }
  | { readonly container: string; readonly request: number };

/** What an operator or another application does about the relations of the charm. */
export type RemoteStep =
  | {
      readonly step: 'relate';
      readonly endpoint: string;
      readonly app: string;
      /** What the other application writes at once. */
      readonly data: BagChanges;
    }
  | { readonly step: 'unrelate'; readonly endpoint: string; readonly app: string }
  | {
      readonly step: 'app-data';
      readonly endpoint: string;
      readonly app: string;
      readonly data: BagChanges;
    }
  | {
      readonly step: 'unit-data';
      readonly endpoint: string;
      readonly unit: string;
      readonly data: BagChanges;
    }
  | { readonly step: 'add-remote-unit' | 'remove-remote-unit'; readonly unit: string };

/** What becomes of a unit's pod and of the agent in it. */
export type PodStep =
  | {
      readonly step: 'container-up' | 'container-down' | 'container-restart';
      readonly unit: string;
      readonly container: string;
    }
  | { readonly step: 'pod-stop' | 'pod-replace' | 'agent-restart'; readonly unit: string };

/** What the workload of a unit tells Pebble. */
export type WorkloadStep =
  | {
      readonly step: 'notice';
      readonly unit: string;
      readonly container: string;
      readonly key: string;
      readonly data: Readonly<Record<string, string>>;
    }
  | {
      readonly step: 'check-down' | 'check-up';
      readonly unit: string;
      readonly container: string;
      readonly check: string;
    };

/** What becomes of storage. An instance is the oldest that it can happen to. */
export type StorageStep =
  | {
      readonly step: 'storage-add' | 'storage-detach' | 'storage-attach';
      readonly unit: string;
      readonly storage: string;
    }
  | { readonly step: 'storage-remove'; readonly storage: string };

/** What becomes of secrets. The charm's own are counted from 0 on, in the order of their making. */
export type SecretStep =
  | {
      readonly step: 'secret-add' | 'secret-change';
      /** One of the names that the options give. */
      readonly secret: string;
      readonly content: Readonly<Record<string, string>>;
    }
  | { readonly step: 'secret-remove'; readonly secret: string }
  | { readonly step: 'secret-rotate' | 'secret-expire'; readonly own: number };

/** What an operator does with the units of the application. */
export type ScaleStep =
  | { readonly step: 'add-unit' | 'remove-unit' }
  /** Every pod is told to stop; the ones after them run the other revision. */
  | { readonly step: 'upgrade' };

/**
 * One thing that happens in a model: Juju runs a hook, an operator or another application changes
 * something, or something breaks. All of it is data, so that a script can be printed and replayed.
 */
export type Step =
  /** The unit's agent runs the one hook that is due. */
  | { readonly step: 'hook'; readonly unit: string }
  /** The same, and the hook breaks on its way, unless the charm can bear it. */
  | { readonly step: 'broken-hook'; readonly unit: string; readonly at: Breakage }
  /** All agents run all hooks that are due. */
  | { readonly step: 'all-hooks' }
  | { readonly step: 'config'; readonly changes: Readonly<Record<string, OptionChange>> }
  /** Without a unit nobody leads for a while. */
  | { readonly step: 'leader'; readonly unit: string | undefined }
  | { readonly step: 'advance'; readonly milliseconds: number }
  | {
      readonly step: 'action';
      readonly unit: string;
      readonly action: string;
      readonly params: Readonly<Record<string, unknown>>;
    }
  | WorkloadStep
  | StorageStep
  | SecretStep
  | ScaleStep
  | RemoteStep
  | PodStep;

/** Prints steps as the code of an array. */
export function printScript(script: readonly Step[]): string {
  return ['[', ...script.map((step) => `  ${printValue(step)},`), ']'].join('\n');
}

function printValue(value: unknown): string {
  if (value === undefined) return 'undefined';
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(printValue).join(', ')}]`;
  const entries = Object.entries(value).map(([key, item]) => {
    const name = /^[A-Za-z_]\w*$/.test(key) ? key : JSON.stringify(key);
    return `${name}: ${printValue(item)}`;
  });
  return entries.length === 0 ? '{}' : `{ ${entries.join(', ')} }`;
}
