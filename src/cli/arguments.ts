import { parseArgs, type ParseArgsConfig } from 'node:util';
import { messageOf } from '../errors.ts';
import { UsageError } from './command.ts';

type Options = NonNullable<ParseArgsConfig['options']>;
type Values<T extends Options> = ReturnType<
  typeof parseArgs<{ args: string[]; options: T; allowPositionals: false; strict: true }>
>['values'];

/**
 * Reads a command's options.
 *
 * @throws {UsageError} for an option that the command does not have, or one without its value.
 */
export function readOptions<const T extends Options>(
  args: readonly string[],
  options: T,
): Values<T> {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: false, strict: true }).values;
  } catch (error) {
    throw new UsageError(messageOf(error), { cause: error });
  }
}
