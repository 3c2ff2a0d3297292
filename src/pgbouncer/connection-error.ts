import { PebbleConnectionError } from 'charmwright/pebble';

/** Whether the container is not there (any more): the `no` of a chart's question about it. */
export function isConnectionError(error: unknown): boolean {
  return error instanceof PebbleConnectionError;
}
