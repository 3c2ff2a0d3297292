import { parseDocument } from 'yaml';
import type { SecretContent } from '../state/secret-state.ts';
import { RunFault, UsageFault } from './flags.ts';
import { isSecretKey } from '../rules/secret-content.ts';
import type { ToolContext } from './hook-tool.ts';

const maxBytes = 1_000_000;

/**
 * The content that arguments `key=value`, `key#base64=value` and `key#file=path` and a `--file`
 * give; the file wins. No fault repeats a value.
 */
export function secretData(
  context: ToolContext,
  args: readonly string[],
  file: string | undefined,
): SecretContent {
  const given = new Map(args.map(keyAndValue));
  const content = encoded(context, given);
  return file === undefined ? content : { ...content, ...encoded(context, inFile(context, file)) };
}

/** The text that a value in base64 stands for. */
export function decodedValue(value: string): string {
  const bad = /[^A-Za-z0-9+/]/.exec(value.replace(/={0,2}$/, ''))?.index;
  if (bad !== undefined || value.length % 4 !== 0) {
    throw new RunFault(`illegal base64 data at input byte ${bad ?? value.length}`);
  }
  return Buffer.from(value, 'base64').toString('utf8');
}

/** Padding of base64 is no sign of equality: `key#base64=AA==` has one. */
function keyAndValue(arg: string): [string, string] {
  const at = arg.replace(/=+$/, '').indexOf('=');
  if (at < 1) throw new UsageFault('key value "…" not valid');
  return [arg.slice(0, at), arg.slice(at + 1)];
}

function encoded(context: ToolContext, given: ReadonlyMap<string, string>): SecretContent {
  const content: Record<string, string> = {};
  let size = 0;
  for (const [name, value] of given) {
    const [, key = name, kind] = /^(.*?)(#base64|#file)?$/.exec(name) ?? [];
    if (!isSecretKey(key)) throw new UsageFault(`key ${JSON.stringify(key)} not valid`);
    const text = kind === '#file' ? context.readInput(path(value)) : value;
    const base64 = kind === '#base64' ? text : Buffer.from(text, 'utf8').toString('base64');
    if (base64.length > maxBytes) {
      throw new UsageFault(
        `base64 encoded secret content for key ${JSON.stringify(key)} too large: ${base64.length} bytes`,
      );
    }
    size += base64.length;
    content[key] = base64;
  }
  if (size > maxBytes) {
    throw new UsageFault(`base64 encoded secret content too large: ${size} bytes`);
  }
  return content;
}

function inFile(context: ToolContext, file: string): ReadonlyMap<string, string> {
  const text = context.readInput(path(file));
  const document = parseDocument(text, { version: '1.1', schema: 'failsafe' });
  // The parser's own account would quote the secret.
  if (document.errors.length > 0) throw new UsageFault('yaml: the file is not valid YAML');
  const content: unknown = document.toJS();
  if (content === null || content === undefined || content === '') return new Map();
  if (typeof content !== 'object' || Array.isArray(content)) {
    throw new UsageFault('yaml: cannot unmarshal into map[string]string');
  }
  return new Map(
    Object.entries(content).map(([key, value]: [string, unknown]) => {
      if (typeof value === 'string') return [key, value];
      throw new UsageFault(
        `yaml: cannot unmarshal the value of ${JSON.stringify(key)} into string`,
      );
    }),
  );
}

/** These tools know no stdin: a lone dash is a file's name. */
function path(file: string): string {
  return file === '-' ? './-' : file;
}
