import { HookToolOutputError } from '../errors.ts';

/**
 * Reads a time as Juju prints it: RFC 3339, with up to nine decimals of a second, and in
 * `goal-state` and `status-get` with a space in place of the T.
 *
 * @throws {HookToolOutputError}
 */
export function readDate(tool: string, text: string): Date {
  const date = new Date(text.replace(/^(\d{4}-\d\d-\d\d) (?=\d)/, '$1T'));
  if (Number.isNaN(date.getTime())) {
    throw new HookToolOutputError(tool, `${JSON.stringify(text)} is not a time`);
  }
  return date;
}
