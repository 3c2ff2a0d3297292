import { HookToolArgumentError } from '../errors.ts';
import type { HookTools } from '../hook-tool.ts';
import { withPrivateFiles } from '../private-files.ts';
import { SecretUri } from '../secret-uri.ts';
import { relationArgument, type RelationRef } from './relation.ts';
import { runTool, type ToolOptions } from './run.ts';
import { readSecretUri } from './secret-answer.ts';
import { checkSecretContent, type SecretContent } from './secret-content.ts';

export type SecretRotation =
  | 'never'
  | 'hourly'
  | 'daily'
  | 'weekly'
  | 'monthly'
  | 'quarterly'
  | 'yearly';

/** Who owns a secret. What the application owns, only its leader can change. */
export type SecretOwner = 'application' | 'unit';

/** What is said of a secret besides its content. Juju shows it to whoever may see the secret's info. */
export interface SecretSettings {
  /** The owner's own name for it, unique among the owner's secrets. */
  readonly label?: string | undefined;
  readonly description?: string | undefined;
  /** When Juju sends `secret-expired`. */
  readonly expire?: Date | undefined;
  /** How often Juju sends `secret-rotate`. */
  readonly rotate?: SecretRotation | undefined;
}

export interface NewSecret extends SecretSettings {
  /** @default 'application', which only the leader can give */
  readonly owner?: SecretOwner | undefined;
}

/** What `secret-set` changes. What is left out stays; before Juju 3.6 it is reset. */
export interface SecretChanges extends SecretSettings {
  /** Becomes a new revision, whole: keys that are left out are not in it. */
  readonly content?: SecretContent | undefined;
  /** Must be the owner that the secret has; Juju takes `application` where it is left out. */
  readonly owner?: SecretOwner | undefined;
}

/** Whose access ends. */
export type SecretAudience =
  | { readonly relation: RelationRef; readonly unit?: string | undefined }
  | { readonly app: string }
  | { readonly unit: string };

/**
 * `secret-add`: makes a secret. Juju reserves its name at once and keeps the content when the hook
 * succeeds. The content goes through files that only this user can read.
 */
export async function secretAdd(
  tools: HookTools,
  content: SecretContent,
  { label, description, expire, rotate, owner, ...options }: NewSecret & ToolOptions = {},
): Promise<SecretUri> {
  const tool = 'secret-add';
  const settings = settingArguments(tool, { label, description, expire, rotate });
  const args = [...settings, '--owner', owner ?? 'application'];
  checkSecretContent(tool, content);
  const stdout = await withContent(content, (data) =>
    runTool(tools, { tool, args: [...args, ...data] }, options),
  );
  return readSecretUri(tool, stdout.trim());
}

/**
 * `secret-set`: changes a secret that this unit owns, or, if it leads, its application. Applied
 * when the hook succeeds; several changes in one hook make one revision. No changes: no call.
 */
export async function secretSet(
  tools: HookTools,
  secret: SecretUri | string,
  { content, owner, label, description, expire, rotate }: SecretChanges,
  options?: ToolOptions,
): Promise<void> {
  const tool = 'secret-set';
  const uri = SecretUri.parse(secret);
  const settings = settingArguments(tool, { label, description, expire, rotate });
  const whose = owner === undefined ? [] : ['--owner', owner];
  const args = [...settings, ...whose, uri.toString()];
  if (content === undefined) {
    if (settings.length > 0) await runTool(tools, { tool, args }, options);
    return;
  }
  checkSecretContent(tool, content);
  await withContent(content, (data) => runTool(tools, { tool, args: [...args, ...data] }, options));
}

/**
 * `secret-remove`: removes one revision, or the whole secret, when the hook succeeds.
 *
 * @param revision left out: all of them.
 */
export async function secretRemove(
  tools: HookTools,
  secret: SecretUri | string,
  { revision, ...options }: ToolOptions & { readonly revision?: number | undefined } = {},
): Promise<void> {
  const tool = 'secret-remove';
  const args = [SecretUri.parse(secret).toString()];
  if (revision !== undefined) {
    // Juju takes 0 and less for the whole secret.
    if (!Number.isSafeInteger(revision) || revision < 1) {
      throw new HookToolArgumentError(tool, `${revision} is not a revision. Give 1 or more.`);
    }
    args.push('--revision', String(revision));
  }
  await runTool(tools, { tool, args }, options);
}

/**
 * `secret-grant`: lets the application on the other side of a relation read a secret, when the
 * hook succeeds and for as long as the relation lives.
 *
 * @param unit only this one of its units.
 */
export async function secretGrant(
  tools: HookTools,
  secret: SecretUri | string,
  relation: RelationRef,
  { unit, ...options }: ToolOptions & { readonly unit?: string | undefined } = {},
): Promise<void> {
  const only = unit === undefined ? [] : ['--unit', unit];
  const uri = SecretUri.parse(secret).toString();
  const args = ['--relation', relationArgument(relation), ...only, uri];
  await runTool(tools, { tool: 'secret-grant', args }, options);
}

/** `secret-revoke`: ends somebody's access to a secret when the hook succeeds. */
export async function secretRevoke(
  tools: HookTools,
  secret: SecretUri | string,
  from: SecretAudience,
  options?: ToolOptions,
): Promise<void> {
  const whose = [
    ...('relation' in from ? ['--relation', relationArgument(from.relation)] : []),
    ...('app' in from ? ['--app', from.app] : []),
    ...('unit' in from && from.unit !== undefined ? ['--unit', from.unit] : []),
  ];
  const args = [...whose, SecretUri.parse(secret).toString()];
  await runTool(tools, { tool: 'secret-revoke', args }, options);
}

function settingArguments(
  tool: string,
  { label, description, expire, rotate }: SecretSettings,
): string[] {
  if (expire !== undefined && Number.isNaN(expire.getTime())) {
    throw new HookToolArgumentError(tool, 'expire is not a date. Give a Date with a time.');
  }
  return [
    ...(label === undefined ? [] : ['--label', label]),
    ...(description === undefined ? [] : ['--description', description]),
    ...(expire === undefined ? [] : ['--expire', expire.toISOString()]),
    ...(rotate === undefined ? [] : ['--rotate', rotate]),
  ];
}

/** Juju reads secrets from files only, and takes no stdin for them. */
async function withContent(
  content: SecretContent,
  call: (args: readonly string[]) => Promise<string>,
): Promise<string> {
  return await withPrivateFiles(content, async (paths) =>
    call([...paths].map(([key, path]) => `${key}#file=${path}`)),
  );
}
