import type { JujuEvent } from '../../simulator/juju-event.ts';
import type { LogLine } from '../run-result.ts';
import type { StateStatus } from '../state/state.ts';
import type { DeliveredEvent } from './transition-result.ts';

/** What happens in a run, in order. */
export class Recording {
  readonly logs: LogLine[] = [];
  readonly delivered: DeliveredEvent[] = [];
  readonly emitted: string[] = [];
  readonly unitStatuses: StateStatus[] = [];
  readonly appStatuses: StateStatus[] = [];
  stderrText = '';

  readonly juju = (happened: JujuEvent): void => {
    if (happened.type === 'log') {
      const { level, message: lines } = happened;
      this.logs.push(...lines.split('\n').map((message) => ({ level, message })));
    } else if (happened.type === 'unit-status') {
      this.unitStatuses.push(withoutTime(happened.status));
    } else if (happened.type === 'application-status') {
      this.appStatuses.push(withoutTime(happened.status));
    }
  };

  readonly stderr = (text: string): void => {
    this.stderrText += text;
  };
}

function withoutTime({ status, message }: { status: string; message: string }): StateStatus {
  const known = (['active', 'blocked', 'maintenance', 'waiting'] as const).find(
    (word) => word === status,
  );
  return { status: known ?? 'unknown', message };
}
