import { LineCounter, parseDocument, type ParsedNode } from 'yaml';
import { NodeReader } from './node-reader.ts';
import { PlanError } from './plan-error.ts';
import { sections, type Entry, type Layer } from './shape.ts';
import { checkLayer } from './check-layer.ts';

/** Sections that belong to Pebble but that this daemon does not act on. */
const otherSections = new Set(['summary', 'description', 'workloads', 'pairing']);

/** Sections that may be absent but not without a value. */
const emptyRefused = [...sections.map(({ name }) => name), 'summary', 'description'];

/**
 * Reads a layer and checks what can be checked without the rest of the plan.
 *
 * @throws {PlanError}
 */
export function parseLayer(order: number, label: string, text: string): Layer {
  const lines = new LineCounter();
  const document = parseDocument(text, {
    lineCounter: lines,
    uniqueKeys: false,
    logLevel: 'silent',
  });
  const fault = document.errors[0];
  if (fault !== undefined) {
    const line = lines.linePos(fault.pos[0]).line;
    throw new PlanError(
      `cannot parse layer ${quote(label)}: yaml: line ${line}: ${fault.code.toLowerCase().replaceAll('_', ' ')}`,
      {
        cause: fault,
      },
    );
  }
  const top = new NodeReader(document, lines, `cannot parse layer ${quote(label)}`, 1);
  const values = new Map(top.pairs(document.contents, 'map[string]yaml.Node'));
  top.finish();
  for (const key of emptyRefused) {
    const value = values.get(key);
    // As with Pebble, `services:` is no section, and `services: null` is one without services.
    if (value === null || (value !== undefined && value.range[0] === value.range[1])) {
      throw new PlanError(`cannot parse layer ${quote(label)} section ${quote(key)}: EOF`);
    }
  }

  const read = new Map<string, Map<string, Entry>>();
  for (const { name, noun, entry: shape } of sections) {
    const entries = new Map<string, Entry>();
    const node = values.get(name);
    const start = lines.linePos(node?.range[0] ?? 0).line;
    const reader = new NodeReader(
      document,
      lines,
      `cannot parse layer ${quote(label)} section ${quote(name)}`,
      start,
    );
    const nulls: string[] = [];
    for (const [key, value] of reader.pairs(node, `map[string]*${shape.typeName}`)) {
      if (reader.isNull(value)) {
        nulls.push(key);
      } else {
        entries.set(key, reader.object(value, shape));
      }
    }
    reader.finish();
    if (nulls[0] !== undefined) {
      throw new PlanError(`${noun} object cannot be null for ${noun} ${quote(nulls[0])}`);
    }
    read.set(name, entries);
  }
  checkOtherSections(values, (key) => {
    const start = lines.linePos(values.get(key)?.range[0] ?? 0).line;
    return new NodeReader(
      document,
      lines,
      `cannot parse layer ${quote(label)} section ${quote(key)}`,
      start,
    );
  });
  for (const key of values.keys()) {
    if (!read.has(key) && !otherSections.has(key)) {
      throw new PlanError(`cannot parse layer ${quote(label)}: unknown section ${quote(key)}`);
    }
    if (key === 'workloads') {
      throw new PlanError('cannot change immutable section "workloads"');
    }
  }
  const none = new Map<string, Entry>();
  const layer: Layer = {
    order,
    label,
    sections: {
      services: read.get('services') ?? none,
      checks: read.get('checks') ?? none,
      'log-targets': read.get('log-targets') ?? none,
    },
  };
  checkLayer(layer);
  return layer;
}

/** Looks at what has no part in the plan as far as Pebble would refuse it. */
function checkOtherSections(
  values: ReadonlyMap<string, ParsedNode | null>,
  readerOf: (key: string) => NodeReader,
): void {
  for (const key of ['summary', 'description']) {
    const value = values.get(key);
    if (value !== undefined && value !== null) {
      const reader = readerOf(key);
      reader.text(value, 'string');
      reader.finish();
    }
  }
  const pairing = readerOf('pairing');
  for (const [key, value] of pairing.pairs(values.get('pairing'), 'pairstate.PairingConfig')) {
    const mode = key === 'mode' ? (pairing.text(value, 'string') ?? '') : '';
    if (!['', 'disabled', 'single', 'multiple'].includes(mode)) {
      throw new PlanError(
        `invalid pairing mode ${quote(mode)}: should be "disabled", "single" or "multiple"`,
      );
    }
  }
  pairing.finish();
}

function quote(text: string): string {
  return JSON.stringify(text);
}
