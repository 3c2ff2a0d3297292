import * as z from 'zod/mini';
import { lazy } from '../../lazy.ts';
import { HookToolOutputError } from '../errors.ts';
import type { HookTools } from '../hook-tool.ts';
import { SecretUri } from '../secret-uri.ts';
import { readDate } from './date.ts';
import { readTool, type ToolOptions } from './run.ts';
import { readSecretUri } from './secret-answer.ts';
import type { SecretContent } from './secret-content.ts';

/**
 * Which secret. With both, Juju takes the label for this unit's own name of that secret from now
 * on, so that it can be asked for by it later.
 */
export type SecretSelector =
  | { readonly uri: SecretUri | string; readonly label?: string | undefined }
  | { readonly label: string };

export interface SecretGetOptions extends ToolOptions {
  /**
   * Which revision. Without it: the one that this unit follows, which is the newest of its first
   * read; for the owner always the newest. `peek`: the newest, just this time. `refresh`: the
   * newest, and follow it from now on.
   */
  readonly revision?: 'peek' | 'refresh' | undefined;
}

/** One access to a secret that its owner has granted. */
export interface SecretGrant {
  /** `application-web` or `unit-web-0`, as Juju tags them. */
  readonly target: string;
  /** The relation that the access lives and ends with, as Juju tags it. */
  readonly scope: string;
  /** `view`. */
  readonly role: string;
}

/** What Juju tells the owner of a secret. */
export interface SecretInfo {
  readonly uri: SecretUri;
  /** The newest. */
  readonly revision: number;
  /** `application` or `unit`. */
  readonly owner?: string;
  readonly label?: string;
  readonly description?: string;
  /** How often it rotates: `never`, `daily`, … */
  readonly rotation?: string;
  /** When it rotates next. */
  readonly rotates?: Date;
  /** When its newest revision expires. */
  readonly expiry?: Date;
  readonly access: readonly SecretGrant[];
}

const contentSchema = lazy(() => z.nullable(z.record(z.string(), z.string())));
const idsSchema = lazy(() => z.nullable(z.array(z.string())));
const infoSchema = lazy(() =>
  z.record(
    z.string(),
    z.object({
      revision: z.number(),
      owner: z.nullish(z.string()),
      label: z.nullish(z.string()),
      description: z.nullish(z.string()),
      rotation: z.nullish(z.string()),
      rotates: z.nullish(z.string()),
      expiry: z.nullish(z.string()),
      access: z.nullish(
        z.array(z.object({ target: z.string(), scope: z.string(), role: z.string() })),
      ),
    }),
  ),
);

/** `secret-get`: the content of a secret. */
export async function secretGet(
  tools: HookTools,
  which: SecretSelector,
  { revision, ...options }: SecretGetOptions = {},
): Promise<SecretContent> {
  const flags = revision === undefined ? [] : [`--${revision}`];
  const args = ['--format=json', ...selector(which), ...flags];
  return (await readTool(tools, { tool: 'secret-get', args }, contentSchema(), options)) ?? {};
}

/**
 * `secret-info-get`: what Juju knows of a secret. Only for the owner; for the application's, only
 * for the leader. To others there is no such secret.
 *
 * @param which one of URI and label; where both are given, the URI counts.
 */
export async function secretInfoGet(
  tools: HookTools,
  which: SecretSelector,
  options?: ToolOptions,
): Promise<SecretInfo> {
  const tool = 'secret-info-get';
  const one = 'uri' in which ? { uri: which.uri } : which;
  const args = ['--format=json', ...selector(one)];
  const [entry] = Object.entries(await readTool(tools, { tool, args }, infoSchema(), options));
  if (entry === undefined) throw new HookToolOutputError(tool, 'it names no secret');
  const [id, { revision, access, owner, label, description, rotation, rotates, expiry }] = entry;
  return {
    uri: readSecretUri(tool, id),
    revision,
    ...(isSaid(owner) ? { owner } : {}),
    ...(isSaid(label) ? { label } : {}),
    ...(isSaid(description) ? { description } : {}),
    ...(isSaid(rotation) ? { rotation } : {}),
    ...(isSaid(rotates) ? { rotates: readDate(tool, rotates) } : {}),
    ...(isSaid(expiry) ? { expiry: readDate(tool, expiry) } : {}),
    access: access ?? [],
  };
}

/** `secret-ids`: the secrets that this unit may change, in no order. */
export async function secretIds(
  tools: HookTools,
  options?: ToolOptions,
): Promise<readonly SecretUri[]> {
  const tool = 'secret-ids';
  const ids = await readTool(tools, { tool, args: ['--format=json'] }, idsSchema(), options);
  return (ids ?? []).map((id) => readSecretUri(tool, id));
}

function selector(which: SecretSelector): string[] {
  const label = which.label === undefined ? [] : ['--label', which.label];
  return 'uri' in which ? [SecretUri.parse(which.uri).toString(), ...label] : label;
}

/** Juju leaves out what was not set, or prints it empty. */
function isSaid(value: string | null | undefined): value is string {
  return value !== undefined && value !== null && value !== '';
}
