import { isCollection, type ParsedNode } from 'yaml';
import { PebblePlanError } from './plan-error.ts';
import { checkLayer } from './check-layer.ts';
import { readLayerText } from './layer-text.ts';
import { NodeReader } from './node-reader.ts';
import {
  isSection,
  isSet,
  isSummary,
  pairingShape,
  sectionsFrom,
  textOf,
  type Entry,
  type ReadLayer,
  type SectionShape,
} from './shape.ts';
import { goQuote } from './go-quote.ts';

/** How a layer's text is read. */
export interface ParseLayerSettings {
  /** Keep the sections and fields that Pebble does not know, rather than refuse them as it does. */
  readonly keepUnknown: boolean;
}

/** The nodes of a layer by their keys, and who reads them. */
interface Parts {
  readonly label: string;
  readonly nodes: ReadonlyMap<string, ParsedNode | null>;
  readonly readerOf: (key: string) => NodeReader;
}

/**
 * Reads a layer and checks what can be checked without the rest of the plan.
 *
 * @throws {PebblePlanError}
 */
export function parseLayerText(
  label: string,
  source: string,
  settings: ParseLayerSettings,
): ReadLayer {
  const text = readLayerText(label, source);
  const top = new NodeReader(text, settings, `cannot parse layer ${goQuote(label)}`);
  const nodes = new Map(
    top.pairs(text.document.contents, 'map[string]yaml.Node').map(([key, node]) => [key, node]),
  );
  top.finish();
  for (const key of nodes.keys()) {
    if (!settings.keepUnknown && !isSection(key) && !isSummary(key)) {
      throw new PebblePlanError(
        `cannot parse layer ${goQuote(label)}: unknown section ${goQuote(key)}`,
        { layer: label, path: [key] },
      );
    }
  }
  const parts: Parts = {
    label,
    nodes,
    readerOf: (key) =>
      new NodeReader(text, settings, whereOf(label, key), [key, nodes.get(key) ?? undefined]),
  };
  refuseEmptyKeys(parts);
  const layer: ReadLayer = {
    label,
    sections: sectionsFrom((section) => entriesOf(section, parts), pairingOf(parts)),
    others: Object.fromEntries(
      [...nodes].flatMap(([key, node]) => {
        if (isSection(key)) return [];
        const value: unknown = isSummary(key) ? summaryOf(key, parts) : node?.toJS(text.document);
        return isSet(value, isSummary(key) ? 'string' : undefined) ? [[key, value]] : [];
      }),
    ),
  };
  checkLayer(layer);
  return layer;
}

/** What Pebble calls the place of a fault. */
function whereOf(label: string, key: string): string {
  switch (key) {
    case 'workloads':
      return 'cannot parse the "workloads" section';
    case 'pairing':
      return 'cannot parse the pairing section';
    default:
      return `cannot parse layer ${goQuote(label)} section ${goQuote(key)}`;
  }
}

/** As with Pebble, `services:` is no section, and `services: null` is one without services. */
function refuseEmptyKeys({ label, nodes }: Parts): void {
  for (const [key, node] of nodes) {
    const isKnown = key !== 'pairing' && (isSection(key) || isSummary(key));
    if (isKnown && (node === null || node.range[0] === node.range[1])) {
      throw new PebblePlanError(`${whereOf(label, key)}: EOF`, { layer: label, path: [key] });
    }
  }
}

function entriesOf(
  { name, noun, entry: shape }: SectionShape,
  { label, nodes, readerOf }: Parts,
): ReadonlyMap<string, Entry> {
  const isWorkloads = name === 'workloads';
  const reader = readerOf(name);
  const pairs = reader.pairs(
    nodes.get(name),
    isWorkloads ? 'workloads.WorkloadsSection' : `map[string]*${shape.typeName}`,
  );
  const entries = new Map(pairs.map(([key, node]) => [key, reader.object(node, shape, [key])]));
  reader.finish();
  const none = pairs.find(([, node]) => reader.isNull(node))?.[0];
  if (none !== undefined) {
    throw new PebblePlanError(
      isWorkloads
        ? `workload ${goQuote(none)}: cannot have a null value`
        : `${noun} object cannot be null for ${noun} ${goQuote(none)}`,
      { layer: label, path: [name, none] },
    );
  }
  return entries;
}

function summaryOf(key: string, { nodes, readerOf }: Parts): string | undefined {
  const reader = readerOf(key);
  const node = nodes.get(key) ?? null;
  const text = reader.isNull(node) ? undefined : reader.text(node, 'string');
  reader.finish();
  return text;
}

function pairingOf({ label, nodes, readerOf }: Parts): Entry {
  const node = nodes.get('pairing');
  // As with Pebble, what has nothing in it is not looked at.
  if (!isCollection(node) || node.items.length === 0) {
    return {};
  }
  const reader = readerOf('pairing');
  const pairing = reader.object(node, pairingShape, []);
  reader.finish();
  const mode = textOf(pairing, 'mode');
  if (!['', 'disabled', 'single', 'multiple'].includes(mode)) {
    throw new PebblePlanError(
      `invalid pairing mode ${goQuote(mode)}: should be "disabled", "single" or "multiple"`,
      { layer: label, path: ['pairing', 'mode'] },
    );
  }
  return pairing;
}
