import { HookToolOutputError } from '../errors.ts';
import { SecretUri } from '../secret-uri.ts';

/**
 * Reads a secret's name where a tool prints it. What else it printed stays out of the error.
 *
 * @throws {HookToolOutputError}
 */
export function readSecretUri(tool: string, text: string): SecretUri {
  try {
    return SecretUri.parse(text);
  } catch {
    throw new HookToolOutputError(tool, 'it does not name a secret');
  }
}
