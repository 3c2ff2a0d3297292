import type { PebbleRequest } from '../../pebble/transport.ts';
import type { PretendProcess } from '../../simulator/pebble/pretend-launcher.ts';
import type { SignalName } from '../../simulator/pebble/process-launcher.ts';
import { executedCall, type ExecutedCall } from '../exec-handlers.ts';

/** What one run did in one container. */
export interface ContainerActivity {
  /** What the charm asked Pebble, in order; not what it could not ask. */
  readonly requests: readonly Pick<PebbleRequest, 'method' | 'path'>[];
  /** The service of each process that was started, in order. */
  readonly started: readonly string[];
  /** The signals that a service's processes got, Pebble's own among them. Others are not listed. */
  readonly signals: Readonly<Record<string, readonly SignalName[]>>;
  /** The commands that the charm executed, each with what it was given to read. */
  readonly execs: readonly ExecutedCall[];
}

/** What a run did that never reached a container. */
export const noActivity: ContainerActivity = { requests: [], started: [], signals: {}, execs: [] };

/**
 * What processes tell of a run.
 *
 * @param atFirst how many of them were there before it
 */
export function activityOf(
  requests: ContainerActivity['requests'],
  processes: readonly PretendProcess[],
  atFirst: number,
): ContainerActivity {
  const signals: Record<string, readonly SignalName[]> = {};
  for (const { spec, signals: got } of processes) {
    if (spec.purpose !== 'service' || got.length === 0) continue;
    signals[spec.service] = [...(signals[spec.service] ?? []), ...got];
  }
  const fresh = processes.slice(atFirst);
  return {
    requests,
    started: fresh.flatMap(({ spec }) => (spec.purpose === 'service' ? [spec.service] : [])),
    signals,
    execs: fresh.flatMap((process) =>
      process.spec.purpose === 'exec' ? [executedCall(process)] : [],
    ),
  };
}
