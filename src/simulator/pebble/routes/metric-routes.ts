import type { DaemonState } from '../daemon-state.ts';
import { streamReply } from '../reply.ts';
import type { Handler, Route } from './route.ts';

interface Sample {
  readonly name: string;
  readonly help: string;
  readonly type: 'counter' | 'gauge';
  readonly label: 'check' | 'service';
  /** Of whom. */
  readonly of: string;
  readonly value: number;
}

const getMetrics: Handler = async (_call, daemon) => {
  const text = [...serviceSamples(daemon), ...checkSamples(daemon)].map(printSample).join('');
  return streamReply('text/plain; charset=utf-8', once(text));
};

/** Only services that were started at least once have numbers. */
function serviceSamples({ services }: DaemonState): Sample[] {
  return services.startCounts().flatMap(({ name, active, starts }) => [
    {
      name: 'pebble_service_active',
      help: 'Whether the service is currently active (1) or not (0)',
      type: 'gauge',
      label: 'service',
      of: name,
      value: active ? 1 : 0,
    },
    {
      name: 'pebble_service_start_count',
      help: 'Number of times the service has started',
      type: 'counter',
      label: 'service',
      of: name,
      value: starts,
    },
  ]);
}

function checkSamples({ checks }: DaemonState): Sample[] {
  return checks.all().flatMap(({ config, active, status, totals }) => {
    const label = 'check';
    const counters: readonly Sample[] = [
      {
        name: 'pebble_check_success_count',
        help: 'Number of times the check has succeeded',
        type: 'counter',
        label,
        of: config.name,
        value: totals.successes,
      },
      {
        name: 'pebble_check_failure_count',
        help: 'Number of times the check has failed',
        type: 'counter',
        label,
        of: config.name,
        value: totals.failures,
      },
    ];
    const up: Sample = {
      name: 'pebble_check_up',
      help: 'Whether the health check is up (1) or not (0)',
      type: 'gauge',
      label,
      of: config.name,
      value: status === 'up' ? 1 : 0,
    };
    return active ? [up, ...counters] : counters;
  });
}

function printSample({ name, help, type, label, of, value }: Sample): string {
  const quoted = of.replace(/[\\"\n]/g, (found) => (found === '\n' ? '\\n' : `\\${found}`));
  return `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${name}{${label}="${quoted}"} ${value}\n\n`;
}

async function* once(text: string): AsyncGenerator<Uint8Array> {
  yield new TextEncoder().encode(text);
}

export const metricRoutes: readonly Route[] = [{ path: '/v1/metrics', get: getMetrics }];
