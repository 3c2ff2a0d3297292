import { inspect } from 'node:util';
import { CharmwrightError } from '../errors.ts';
import { checkSecretContent, type SecretContent } from '../juju/tools/secret-content.ts';

/** A secret was to hold what Juju does not take. What it was to hold is not told. */
export class SecretContentError extends CharmwrightError {
  readonly code = 'secret-content';

  constructor(why: string) {
    super(`cannot keep this content in a secret: ${why}`);
  }
}

/** Of each value, and of all together in base64. */
const mostBytes = 1_000_000;

/**
 * Refuses what Juju refuses, before anything is sent.
 *
 * @throws {SecretContentError} for values that are not text, and for too much.
 * @throws {HookToolArgumentError} for no keys, and for keys of another form.
 */
export function checkContent(tool: string, content: SecretContent): void {
  checkSecretContent(tool, content);
  let encoded = 0;
  for (const [key, value] of Object.entries<unknown>(content)) {
    if (typeof value !== 'string') {
      throw new SecretContentError(`${key} is a ${typeof value}. Secrets hold text: encode it.`);
    }
    encoded += Math.ceil(Buffer.byteLength(value) / 3) * 4;
  }
  if (encoded > mostBytes) {
    throw new SecretContentError(
      `it has ${encoded} bytes in base64, and Juju takes ${mostBytes}. Keep large data elsewhere.`,
    );
  }
}

/** A copy that nobody can change and that does not show when it is inspected. */
export function conceal(content: SecretContent): SecretContent {
  const copy = { ...content };
  Object.defineProperty(copy, inspect.custom, { value: () => '[secret content]' });
  return Object.freeze(copy);
}
