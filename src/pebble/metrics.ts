import type { CallOptions } from './call-options.ts';
import { PebbleProtocolError } from './errors.ts';
import { checkMediaType, type Exchange } from './exchange.ts';

/** One measured value. */
export interface MetricSample {
  /** Such as `{ service: 'web' }`. */
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** A quantity that the daemon measures, for each service or check. */
export interface Metric {
  /** Such as `pebble_service_start_count`. */
  readonly name: string;
  readonly type: 'counter' | 'gauge' | (string & {});
  readonly help: string;
  readonly samples: readonly MetricSample[];
}

const what = 'read the metrics';
const longestText = 64 * 1024 * 1024;

/** Reads the metrics in the text format of Prometheus. */
export async function metricsText(exchange: Exchange, options?: CallOptions): Promise<string> {
  const request = { method: 'GET', path: '/v1/metrics' } as const;
  const { headers, body } = await exchange.open(what, request, undefined, options);
  const pieces: Uint8Array[] = [];
  let length = 0;
  for await (const piece of body) {
    length += piece.length;
    if (length > longestText) throw new PebbleProtocolError(what, 'it does not end');
    pieces.push(piece);
  }
  // A daemon that measures nothing yet says nothing, not even what it would have been.
  if (length > 0) checkMediaType(what, headers, 'text/plain');
  return Buffer.concat(pieces).toString('utf8');
}

/** Reads the metrics, by name. */
export async function readMetrics(
  exchange: Exchange,
  options?: CallOptions,
): Promise<readonly Metric[]> {
  const metrics = new Map<string, { type: string; help: string; samples: MetricSample[] }>();
  // Pebble says help and type anew for each sample, so a name may be met many times.
  const metricOf = (name: string): { type: string; help: string; samples: MetricSample[] } => {
    const metric = metrics.get(name) ?? { type: 'untyped', help: '', samples: [] };
    metrics.set(name, metric);
    return metric;
  };
  for (const line of (await metricsText(exchange, options)).split('\n')) {
    const [, keyword, name = '', rest = ''] = /^# (HELP|TYPE) (\S+) ?(.*)$/.exec(line) ?? [];
    if (keyword === 'HELP') metricOf(name).help = rest;
    else if (keyword === 'TYPE') metricOf(name).type = rest;
    else if (line.trim() !== '' && !line.startsWith('#')) {
      const sample = readSample(line);
      metricOf(sample.name).samples.push({ labels: sample.labels, value: sample.value });
    }
  }
  return [...metrics]
    .map(([name, metric]) => ({ name, ...metric }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

const sampleForm = /^([A-Za-z_:][\w:]*)(?:\{(.*)\})?\s+(\S+)(?:\s+-?\d+)?$/;
const labelForm = /\s*([A-Za-z_]\w*)="((?:[^"\\]|\\.)*)"\s*(?:,|$)/gy;

function readSample(line: string): MetricSample & { readonly name: string } {
  const [, name, labelText = '', valueText = ''] = sampleForm.exec(line) ?? [];
  const value = numbers[valueText] ?? Number(valueText);
  const labels = readLabels(labelText);
  if (name === undefined || labels === undefined || (Number.isNaN(value) && valueText !== 'NaN')) {
    throw new PebbleProtocolError(what, `${JSON.stringify(line.slice(0, 100))} is no sample`);
  }
  return { name, labels, value };
}

const numbers: Readonly<Record<string, number>> = {
  '+Inf': Infinity,
  '-Inf': -Infinity,
};

function readLabels(text: string): Readonly<Record<string, string>> | undefined {
  const labels: [string, string][] = [];
  let end = 0;
  for (const match of text.matchAll(labelForm)) {
    labels.push([match[1] ?? '', unescapeLabel(match[2] ?? '')]);
    end = match.index + match[0].length;
  }
  return end === text.length ? Object.fromEntries(labels) : undefined;
}

function unescapeLabel(value: string): string {
  return value.replace(/\\(.)/g, (_, character: string) => (character === 'n' ? '\n' : character));
}
