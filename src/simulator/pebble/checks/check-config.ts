import type { OwnerRequest } from '../owner-lookup.ts';
import { ownerOf } from '../plan/entry-owner.ts';
import { mapOf, numberOf, partOf, textOf, type Entry } from '../../../pebble/plan/shape.ts';

/** What a check does when it runs. */
export type CheckTarget =
  | {
      readonly kind: 'HTTP';
      readonly url: string;
      readonly headers: Readonly<Record<string, string>>;
    }
  | { readonly kind: 'TCP'; readonly host: string; readonly port: number }
  | {
      readonly kind: 'exec';
      readonly command: string;
      readonly environment: Readonly<Record<string, string>>;
      readonly owner: OwnerRequest;
      readonly workingDirectory: string | undefined;
    };

/** A check of the plan, with Pebble's defaults filled in. Times are in milliseconds. */
export interface CheckConfig {
  readonly name: string;
  readonly level: '' | 'alive' | 'ready';
  readonly startup: 'enabled' | 'disabled';
  readonly period: number;
  readonly timeout: number;
  readonly threshold: number;
  readonly target: CheckTarget;
}

/** @param entry with what it takes over from the service of its context. */
export function checkConfig(name: string, entry: Entry): CheckConfig {
  const level = textOf(entry, 'level');
  const period = (numberOf(entry, 'period') ?? 10e9) / 1e6;
  return {
    name,
    level: level === 'alive' || level === 'ready' ? level : '',
    startup: textOf(entry, 'startup') === 'disabled' ? 'disabled' : 'enabled',
    period,
    timeout: Math.min((numberOf(entry, 'timeout') ?? 3e9) / 1e6, period),
    threshold: numberOf(entry, 'threshold') ?? 3,
    target: targetOf(entry),
  };
}

function targetOf(entry: Entry): CheckTarget {
  const http = partOf(entry, 'http');
  if (http !== undefined) {
    return { kind: 'HTTP', url: textOf(http, 'url'), headers: mapOf(http, 'headers') };
  }
  const tcp = partOf(entry, 'tcp');
  if (tcp !== undefined) {
    return {
      kind: 'TCP',
      host: textOf(tcp, 'host') || 'localhost',
      port: numberOf(tcp, 'port') ?? 0,
    };
  }
  const exec = partOf(entry, 'exec') ?? {};
  return {
    kind: 'exec',
    command: textOf(exec, 'command'),
    environment: mapOf(exec, 'environment'),
    owner: ownerOf(exec),
    workingDirectory: textOf(exec, 'working-dir') || undefined,
  };
}
