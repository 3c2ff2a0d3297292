import { HookToolArgumentError } from '../errors.ts';

/** What a secret holds. Keys have at least three characters: `password`, `user-name`. */
export type SecretContent = Readonly<Record<string, string>>;

const keyPattern = /^[a-z](?:-?[a-z0-9]){2,}$/;

/**
 * Refuses what no Juju takes.
 *
 * @throws {HookToolArgumentError}
 */
export function checkSecretContent(tool: string, content: SecretContent): void {
  const keys = Object.keys(content);
  if (keys.length === 0) {
    throw new HookToolArgumentError(tool, 'the content has no key. Give it at least one.');
  }
  const wrong = keys.find((key) => !keyPattern.test(key));
  if (wrong !== undefined) {
    throw new HookToolArgumentError(
      tool,
      `Juju refuses the key ${JSON.stringify(wrong)}. Keys have three characters or more: lower-case letters, digits, and single hyphens between them, with a letter first.`,
    );
  }
}
