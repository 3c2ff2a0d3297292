import { LineCounter, parseAllDocuments, visit, type Document, type ErrorCode } from 'yaml';
import { PebblePlanError } from './plan-error.ts';
import { goQuote } from './go-quote.ts';

/** What a reader needs to know of the text that its nodes are from. */
export interface LayerText {
  readonly document: Document.Parsed;
  readonly lines: LineCounter;
  readonly label: string;
}

/** Characters that no YAML text may have as they are. */
const forbidden = /[^\t\n\r\u0020-\u007e\u0085\u00a0-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u;

/** A text that says that it is of another version of YAML than 1.1. */
const otherVersion = /^(?:[#%][^\n]*\n|\s*\n)*%YAML\s+(?!1\.1\s)/;

/** What Go's reader says of the commonest faults. */
const goWords: Readonly<Partial<Record<ErrorCode, string>>> = {
  BAD_DQ_ESCAPE: 'found unknown escape character',
  BAD_SCALAR_START: 'found character that cannot start any token',
  BLOCK_AS_IMPLICIT_KEY: 'mapping values are not allowed in this context',
  TAB_AS_INDENT: 'found character that cannot start any token',
};

/**
 * Reads the first document of a layer's text, as Go's reader does.
 *
 * @throws {PebblePlanError} when it is no YAML, or names what it does not define.
 */
export function readLayerText(label: string, source: string): LayerText {
  const refuse = (why: string, cause?: Error): never => {
    throw new PebblePlanError(
      `cannot parse layer ${goQuote(label)}: yaml: ${why}`,
      { layer: label },
      { cause },
    );
  };
  if (forbidden.test(source)) {
    refuse('control characters are not allowed');
  }
  if (otherVersion.test(source)) {
    refuse('found incompatible YAML document');
  }
  const lines = new LineCounter();
  const [document] = parseAllDocuments(source.replaceAll(/\r\n?/g, '\n'), {
    lineCounter: lines,
    uniqueKeys: false,
    logLevel: 'silent',
  });
  if (document === undefined || !('contents' in document)) {
    return readLayerText(label, '{}');
  }
  const fault = document.errors[0];
  if (fault !== undefined) {
    const { line } = lines.linePos(fault.pos[0]);
    refuse(
      `line ${line}: ${goWords[fault.code] ?? fault.code.toLowerCase().replaceAll('_', ' ')}`,
      fault,
    );
  }
  visit(document, {
    Alias(_key, alias) {
      if (alias.resolve(document) === undefined) {
        refuse(`unknown anchor '${alias.source}' referenced`);
      }
    },
  });
  return { document, lines, label };
}
